package org.monostack.image.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An image with its tags and properties, as the database has it.
 *
 * @param visibility public, community, shared or private
 * @param content what is known of its content, once it has some
 * @param stagedKey the file in which content waits for an import
 * @param properties the user's own, by name
 */
public record Image(
        UUID id,
        Optional<String> name,
        ImageStatus status,
        String visibility,
        Optional<String> diskFormat,
        Optional<String> containerFormat,
        Optional<Content> content,
        Optional<UUID> stagedKey,
        int minDisk,
        int minRam,
        boolean isProtected,
        boolean hidden,
        Optional<String> owner,
        Set<String> tags,
        Map<String, String> properties,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * Content that was written and hashed.
     *
     * @param key the name of its file
     * @param checksum MD5 in hex
     * @param sha512 in hex
     * @param virtualSize bytes of the disk that a guest sees, if the format says
     */
    public record Content(
            UUID key, long size, String checksum, String sha512, Optional<Long> virtualSize) {}
}
