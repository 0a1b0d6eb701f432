@NullMarked
package org.monostack.driver.ovn.north;

import org.jspecify.annotations.NullMarked;
