/** Tests of the driver against real libvirt and QEMU. */
@NullMarked
package org.monostack.driver.libvirt;

import org.jspecify.annotations.NullMarked;
