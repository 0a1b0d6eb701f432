/** What compute asks of networks. */
@NullMarked
package org.monostack.network.server;

import org.jspecify.annotations.NullMarked;
