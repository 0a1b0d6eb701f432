/** Files that become disks: the image cache, overlays, config drives. Knows nothing of libvirt. */
@NullMarked
package org.monostack.driver.libvirt.disk;

import org.jspecify.annotations.NullMarked;
