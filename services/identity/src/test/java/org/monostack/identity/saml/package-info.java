@NullMarked
package org.monostack.identity.saml;

import org.jspecify.annotations.NullMarked;
