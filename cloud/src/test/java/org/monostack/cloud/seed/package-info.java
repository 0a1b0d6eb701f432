@NullMarked
package org.monostack.cloud.seed;

import org.jspecify.annotations.NullMarked;
