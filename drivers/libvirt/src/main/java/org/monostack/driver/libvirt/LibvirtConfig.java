package org.monostack.driver.libvirt;

import java.nio.charset.StandardCharsets;
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

    // struct sockaddr_un holds 108 bytes with the final zero.
    private static final int SOCKET_PATH_LIMIT = 107;
    private static final int LONGEST_SOCKET_NAME = "/libvirt/run/virtlogd-admin-sock".length();

    public LibvirtConfig {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        int length = dataDirectory.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length + LONGEST_SOCKET_NAME > SOCKET_PATH_LIMIT) {
            throw new IllegalArgumentException(
                    "the data directory's path is too long for sockets in it ("
                            + length
                            + " bytes, at most "
                            + (SOCKET_PATH_LIMIT - LONGEST_SOCKET_NAME)
                            + "): "
                            + dataDirectory);
        }
    }
}
