package org.monostack.image;

import java.nio.file.Path;
import java.util.List;

/**
 * How the image service is set up.
 *
 * @param dataDirectory where contents are kept; made if it is not there
 * @param maxImageBytes the largest content that is taken
 * @param webDownload whether images may be imported from addresses that users name
 * @param diskFormats that images may have
 * @param containerFormats that images may have
 * @param defaultPageSize images in one page of a list
 * @param maxPageSize images in one page, whatever the client asks for
 */
public record ImageConfig(
        Path dataDirectory,
        long maxImageBytes,
        boolean webDownload,
        List<String> diskFormats,
        List<String> containerFormats,
        int defaultPageSize,
        int maxPageSize) {

    public ImageConfig {
        diskFormats = List.copyOf(diskFormats);
        containerFormats = List.copyOf(containerFormats);
    }

    /** OpenStack's defaults: 1 TiB at most, no downloads from the web. */
    public static ImageConfig defaults(Path dataDirectory) {
        return new ImageConfig(
                dataDirectory,
                1L << 40,
                false,
                List.of(
                        "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso",
                        "ploop"),
                List.of("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"),
                25,
                1000);
    }

    /** The same with downloads from the web allowed or not. */
    public ImageConfig withWebDownload(boolean allowed) {
        return new ImageConfig(
                dataDirectory,
                maxImageBytes,
                allowed,
                diskFormats,
                containerFormats,
                defaultPageSize,
                maxPageSize);
    }
}
