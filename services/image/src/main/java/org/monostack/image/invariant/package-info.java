/** What must always be true of this service's data, and how it is put right. */
@NullMarked
package org.monostack.image.invariant;

import org.jspecify.annotations.NullMarked;
