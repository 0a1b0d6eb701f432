/**
 * Users for whom an identity provider vouches: what it says, checked and mapped to users of ours.
 */
@NullMarked
package org.monostack.identity.federation;

import org.jspecify.annotations.NullMarked;
