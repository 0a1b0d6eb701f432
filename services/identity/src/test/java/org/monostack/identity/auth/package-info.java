@NullMarked
package org.monostack.identity.auth;

import org.jspecify.annotations.NullMarked;
