/** Placement's HTTP interface, one class per resource. */
@NullMarked
package org.monostack.placement.api;

import org.jspecify.annotations.NullMarked;
