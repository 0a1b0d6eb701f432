package org.monostack.image;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What another service says of an image that it makes, such as a snapshot or a seed image.
 *
 * @param id derived from what it is made of, or random
 * @param owner id of the project that will own it
 * @param visibility public, community, shared or private
 * @param properties the user's own, such as hw_disk_bus
 */
public record NewImage(
        UUID id,
        String name,
        Optional<String> owner,
        String visibility,
        String diskFormat,
        String containerFormat,
        long minDiskGb,
        long minRamMb,
        boolean isProtected,
        Map<String, String> properties) {

    public NewImage {
        properties = Map.copyOf(properties);
    }

    /** A bare image without special needs. */
    public static NewImage of(
            UUID id, String name, Optional<String> owner, String visibility, String diskFormat) {
        return new NewImage(id, name, owner, visibility, diskFormat, "bare", 0, 0, false, Map.of());
    }
}
