/** What servers learn about themselves: metadata over HTTP and on config drives. */
@NullMarked
package org.monostack.compute.metadata;

import org.jspecify.annotations.NullMarked;
