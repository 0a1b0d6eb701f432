/** The command line. */
@NullMarked
package org.monostack.cloud.command;

import org.jspecify.annotations.NullMarked;
