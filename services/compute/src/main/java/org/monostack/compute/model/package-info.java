/** Pure records and rules of compute; no I/O. */
@NullMarked
package org.monostack.compute.model;

import org.jspecify.annotations.NullMarked;
