@NullMarked
package org.monostack.cloud.launch;

import org.jspecify.annotations.NullMarked;
