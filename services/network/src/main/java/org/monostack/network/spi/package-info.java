/** What drivers that realise networks implement. */
@NullMarked
package org.monostack.network.spi;

import org.jspecify.annotations.NullMarked;
