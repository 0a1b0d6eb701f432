@NullMarked
package org.monostack.driver.ovn.ovsdb;

import org.jspecify.annotations.NullMarked;
