/** Placement's tables, one class per aggregate. */
@NullMarked
package org.monostack.placement.store;

import org.jspecify.annotations.NullMarked;
