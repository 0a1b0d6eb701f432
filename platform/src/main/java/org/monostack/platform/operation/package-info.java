/** Durable operations: work that outlives the request that asked for it. */
@NullMarked
package org.monostack.platform.operation;

import org.jspecify.annotations.NullMarked;
