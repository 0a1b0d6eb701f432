/** Tests of placement over HTTP and in transactions, on a real database. */
@NullMarked
package org.monostack.placement;

import org.jspecify.annotations.NullMarked;
