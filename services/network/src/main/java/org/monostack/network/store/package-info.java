/** The network service's SQL and the rules that only hold within a transaction. */
@NullMarked
package org.monostack.network.store;

import org.jspecify.annotations.NullMarked;
