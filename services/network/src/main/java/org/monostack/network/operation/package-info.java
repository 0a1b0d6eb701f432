/** Makes the data plane follow what the tables say. */
@NullMarked
package org.monostack.network.operation;

import org.jspecify.annotations.NullMarked;
