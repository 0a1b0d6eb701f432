/**
 * What an operator asks the running cloud: whether all is as it must be, what happened around an
 * id, and its numbers. Served on loopback only.
 */
@NullMarked
package org.monostack.cloud.operator;

import org.jspecify.annotations.NullMarked;
