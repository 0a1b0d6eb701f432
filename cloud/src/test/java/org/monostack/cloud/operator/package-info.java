/** Tests of what an operator asks. */
@NullMarked
package org.monostack.cloud.operator;

import org.jspecify.annotations.NullMarked;
