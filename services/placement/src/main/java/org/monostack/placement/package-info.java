/** What other services may ask of placement, and the module that answers. */
@NullMarked
package org.monostack.placement;

import org.jspecify.annotations.NullMarked;
