/**
 * Turns intents into rows of OVN's northbound database. All that is needed to do so is in the
 * intent and in the rows already there; nothing is remembered in between.
 */
@NullMarked
package org.monostack.driver.ovn.north;

import org.jspecify.annotations.NullMarked;
