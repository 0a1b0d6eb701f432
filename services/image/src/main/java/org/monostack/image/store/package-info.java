/** The image service's tables, one class per aggregate. */
@NullMarked
package org.monostack.image.store;

import org.jspecify.annotations.NullMarked;
