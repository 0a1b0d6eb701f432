/** The daemons below the services: what runs, and who starts it again. */
@NullMarked
package org.monostack.cloud.engine;

import org.jspecify.annotations.NullMarked;
