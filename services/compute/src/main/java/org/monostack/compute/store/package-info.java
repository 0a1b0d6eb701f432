/** SQL of compute, one class per aggregate. */
@NullMarked
package org.monostack.compute.store;

import org.jspecify.annotations.NullMarked;
