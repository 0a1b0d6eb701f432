/**
 * Runs servers on this host with libvirt and QEMU. {@link
 * org.monostack.driver.libvirt.LibvirtModule} is the way in.
 */
@NullMarked
package org.monostack.driver.libvirt;

import org.jspecify.annotations.NullMarked;
