@NullMarked
package org.monostack.identity;

import org.jspecify.annotations.NullMarked;
