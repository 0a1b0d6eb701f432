/** Listening sockets inside the guests' networks, where they ask for metadata. */
@NullMarked
package org.monostack.driver.ovn.metadata;

import org.jspecify.annotations.NullMarked;
