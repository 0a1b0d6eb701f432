@NullMarked
package org.monostack.driver.ovn;

import org.jspecify.annotations.NullMarked;
