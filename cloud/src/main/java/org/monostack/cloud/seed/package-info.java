/** The data a new cloud begins with, as DevStack makes it. */
@NullMarked
package org.monostack.cloud.seed;

import org.jspecify.annotations.NullMarked;
