/** Placement's records and rules; pure. */
@NullMarked
package org.monostack.placement.model;

import org.jspecify.annotations.NullMarked;
