/** Starts, watches and stops the background process and what it stands on. */
@NullMarked
package org.monostack.cloud.launch;

import org.jspecify.annotations.NullMarked;
