package org.monostack.compute.model;

import java.util.Map;
import java.util.Optional;

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
}
