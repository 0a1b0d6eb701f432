/** Contents as files: how they are written, hashed, inspected and swept. */
@NullMarked
package org.monostack.image.content;

import org.jspecify.annotations.NullMarked;
