/**
 * OpenStack's policy language: rules by name, evaluated against a caller and a target, with an
 * operator's policy.yaml over the defaults.
 */
@NullMarked
package org.monostack.platform.policy;

import org.jspecify.annotations.NullMarked;
