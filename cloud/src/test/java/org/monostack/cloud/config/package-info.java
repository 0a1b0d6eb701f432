@NullMarked
package org.monostack.cloud.config;

import org.jspecify.annotations.NullMarked;
