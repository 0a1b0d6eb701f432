/** The one table of variables, and the typed configuration that comes from it. */
@NullMarked
package org.monostack.cloud.config;

import org.jspecify.annotations.NullMarked;
