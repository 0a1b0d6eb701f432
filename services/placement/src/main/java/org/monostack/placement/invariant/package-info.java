/** What must always be true of this service's data, and how it is put right. */
@NullMarked
package org.monostack.placement.invariant;

import org.jspecify.annotations.NullMarked;
