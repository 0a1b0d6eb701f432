/** Chooses hosts for servers: filters, weighers, and the reasons when there is no host. */
@NullMarked
package org.monostack.compute.scheduler;

import org.jspecify.annotations.NullMarked;
