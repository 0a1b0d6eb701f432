package org.monostack.compute.model;

import java.util.Map;
import java.util.Optional;
import org.monostack.image.ImageInfo;

/**
 * What a server remembers of the image it was made from; survives the image.
 *
 * @param sha512 hex digest of the content
 */
public record ImageRef(
        String id,
        Optional<String> name,
        String sha512,
        String diskFormat,
        long sizeBytes,
        long minDiskGb,
        long minRamMb,
        Map<String, String> properties) {

    public ImageRef {
        properties = Map.copyOf(properties);
    }

    /** An image that is active, as a server remembers it. */
    public static ImageRef of(ImageInfo image) {
        return new ImageRef(
                image.id().toString(),
                image.name(),
                image.sha512().orElse(""),
                image.diskFormat().orElse("raw"),
                image.sizeBytes().orElse(0L),
                image.minDiskGb(),
                image.minRamMb(),
                image.properties());
    }
}
