/** A small client of the Open vSwitch Database Management Protocol (RFC 7047). Knows no schema. */
@NullMarked
package org.monostack.driver.ovn.ovsdb;

import org.jspecify.annotations.NullMarked;
