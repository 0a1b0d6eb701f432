/** Addresses and other values of networking; pure, no I/O. */
@NullMarked
package org.monostack.network.model;

import org.jspecify.annotations.NullMarked;
