/** Tests of the supervisor. */
@NullMarked
package org.monostack.cloud.engine;

import org.jspecify.annotations.NullMarked;
