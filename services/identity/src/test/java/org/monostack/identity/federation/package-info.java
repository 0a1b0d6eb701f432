@NullMarked
package org.monostack.identity.federation;

import org.jspecify.annotations.NullMarked;
