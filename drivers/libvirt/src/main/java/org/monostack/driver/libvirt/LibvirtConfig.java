package org.monostack.driver.libvirt;

import java.nio.file.Path;
import org.monostack.driver.libvirt.engine.Acceleration;

/**
 * What the driver must be told.
 *
 * @param dataDirectory where everything of this driver lives: daemons' files, disks, image cache
 * @param hostname what this host is called in the cloud
 * @param hostIp the address under which other hosts reach this one
 * @param acceleration how QEMU shall run guests
 */
public record LibvirtConfig(
        Path dataDirectory, String hostname, String hostIp, Acceleration.Wish acceleration) {

    public LibvirtConfig {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
    }
}
