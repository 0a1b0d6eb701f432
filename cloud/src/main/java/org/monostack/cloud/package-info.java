/** The composition root: reads local.conf, builds every service, and starts and stops the cloud. */
@NullMarked
package org.monostack.cloud;

import org.jspecify.annotations.NullMarked;
