/** What must always be true of the data, checked and where possible repaired. */
@NullMarked
package org.monostack.platform.invariant;

import org.jspecify.annotations.NullMarked;
