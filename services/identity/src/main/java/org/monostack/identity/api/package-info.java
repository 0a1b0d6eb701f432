/** The routes of Keystone's v3 API. */
@NullMarked
package org.monostack.identity.api;

import org.jspecify.annotations.NullMarked;
