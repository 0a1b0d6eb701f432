/**
 * SAML 2.0 as XML: what others sign is checked here, and what we say is signed. Knows no user and
 * no row.
 */
@NullMarked
package org.monostack.identity.saml;

import org.jspecify.annotations.NullMarked;
