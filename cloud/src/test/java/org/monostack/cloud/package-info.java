@NullMarked
package org.monostack.cloud;

import org.jspecify.annotations.NullMarked;
