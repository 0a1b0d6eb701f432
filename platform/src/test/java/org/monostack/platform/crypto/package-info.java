@NullMarked
package org.monostack.platform.crypto;

import org.jspecify.annotations.NullMarked;
