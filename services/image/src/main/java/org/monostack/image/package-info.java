/** What other services may ask of the image service, and the module that answers. */
@NullMarked
package org.monostack.image;

import org.jspecify.annotations.NullMarked;
