/** The programs this driver stands on: private libvirt daemons, and what QEMU can do here. */
@NullMarked
package org.monostack.driver.libvirt.engine;

import org.jspecify.annotations.NullMarked;
