@NullMarked
package org.monostack.cloud.machine;

import org.jspecify.annotations.NullMarked;
