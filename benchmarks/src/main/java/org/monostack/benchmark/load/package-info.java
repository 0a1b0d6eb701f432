/** The load driver: clients, the cases they run against a cloud, and what came of it. */
@NullMarked
package org.monostack.benchmark.load;

import org.jspecify.annotations.NullMarked;
