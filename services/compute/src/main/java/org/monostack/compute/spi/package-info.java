/** What drivers that run servers implement. */
@NullMarked
package org.monostack.compute.spi;

import org.jspecify.annotations.NullMarked;
