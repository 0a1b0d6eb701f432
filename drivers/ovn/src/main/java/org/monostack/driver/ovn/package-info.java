/** The network service's driver for Open vSwitch and OVN. {@link OvnModule} is its face. */
@NullMarked
package org.monostack.driver.ovn;

import org.jspecify.annotations.NullMarked;
