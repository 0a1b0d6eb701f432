/** Tests of the image service over HTTP, on a real database and real files. */
@NullMarked
package org.monostack.image.content;

import org.jspecify.annotations.NullMarked;
