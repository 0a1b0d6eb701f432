/** Servers: what other services and the program's composition root may see of compute. */
@NullMarked
package org.monostack.compute;

import org.jspecify.annotations.NullMarked;
