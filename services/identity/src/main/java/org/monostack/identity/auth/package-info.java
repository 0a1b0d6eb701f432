/** Proving who somebody is, and tokens: made, read, revoked. */
@NullMarked
package org.monostack.identity.auth;

import org.jspecify.annotations.NullMarked;
