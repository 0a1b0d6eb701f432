/**
 * The engine's daemons and what they need of the host: starting and stopping Open vSwitch and OVN
 * on private directories, the bridges, the way to the physical network.
 */
@NullMarked
package org.monostack.driver.ovn.engine;

import org.jspecify.annotations.NullMarked;
