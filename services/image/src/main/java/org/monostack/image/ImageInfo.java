package org.monostack.image;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An image as other services see it.
 *
 * @param name may be absent: images need no name
 * @param status queued, saving, uploading, importing, active, deactivated, killed or
 *     pending_delete; content can be read when active
 * @param visibility public, community, shared or private
 * @param diskFormat such as qcow2 or raw; absent until set
 * @param containerFormat such as bare; absent until set
 * @param sizeBytes of the content as stored; absent before the upload
 * @param virtualSizeBytes of the disk that a guest sees; absent if the format does not say
 * @param checksum MD5 of the content in hex; absent before the upload
 * @param sha512 of the content in hex ({@code os_hash_value}); absent before the upload
 * @param owner id of the project; absent for an image that an administrator gave to nobody
 * @param properties the user's own, such as hw_disk_bus, in no special order
 */
public record ImageInfo(
        UUID id,
        Optional<String> name,
        String status,
        String visibility,
        Optional<String> diskFormat,
        Optional<String> containerFormat,
        Optional<Long> sizeBytes,
        Optional<Long> virtualSizeBytes,
        Optional<String> checksum,
        Optional<String> sha512,
        long minDiskGb,
        long minRamMb,
        boolean isProtected,
        boolean hidden,
        Optional<String> owner,
        List<String> tags,
        Map<String, String> properties,
        Instant createdAt,
        Instant updatedAt) {

    public ImageInfo {
        tags = List.copyOf(tags);
        properties = Map.copyOf(properties);
    }

    /** Whether its content can be read now. */
    public boolean active() {
        return status.equals("active");
    }
}
