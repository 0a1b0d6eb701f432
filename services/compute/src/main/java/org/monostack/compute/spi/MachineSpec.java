package org.monostack.compute.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * All that a hypervisor needs to know to run one server; made afresh from the database for each
 * call.
 *
 * @param name the hypervisor-side name, such as instance-0000002a
 * @param displayName the user's name for it; only ever shown
 * @param rootGb size of the root disk in GiB; 0 keeps the image's own size
 * @param configDrive files (path to content) of an ISO 9660 drive labelled config-2, if wanted
 * @param properties image properties that matter to hardware, such as hw_disk_bus
 */
public record MachineSpec(
        UUID server,
        String name,
        String displayName,
        int vcpus,
        long memoryMb,
        long rootGb,
        long ephemeralGb,
        long swapMb,
        ImageSource image,
        List<Nic> nics,
        Optional<Map<String, byte[]>> configDrive,
        Map<String, String> properties) {

    /**
     * The image to boot. Cached on the host under its checksum, so that equal content is kept once.
     *
     * @param sha512 hex digest of the content ({@code os_hash_value})
     * @param diskFormat qcow2, raw, iso...
     * @param sizeBytes size of the content
     */
    public record ImageSource(
            UUID id, String sha512, String diskFormat, long sizeBytes, ContentSource content) {}

    /** Opens an image's content; each call gives a new stream that the caller closes. */
    @FunctionalInterface
    public interface ContentSource {
        InputStream open() throws IOException;
    }

    /**
     * A network interface on a tap device that is plugged already.
     *
     * @param tap the device's name on the host
     * @param mtu bytes
     */
    public record Nic(UUID port, String mac, String tap, int mtu) {}
}
