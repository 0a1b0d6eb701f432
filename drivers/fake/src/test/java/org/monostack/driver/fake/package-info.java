@NullMarked
package org.monostack.driver.fake;

import org.jspecify.annotations.NullMarked;
