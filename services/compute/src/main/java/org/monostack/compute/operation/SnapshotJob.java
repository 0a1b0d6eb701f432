package org.monostack.compute.operation;

import java.util.Optional;
import java.util.UUID;

/**
 * What a snapshot remembers.
 *
 * @param image the image that takes the content; recorded with the request
 * @param rotation what a backup makes room for
 */
public record SnapshotJob(UUID server, String requestId, UUID image, Optional<Rotation> rotation) {

    /**
     * @param kind the user's word for a series of backups, such as daily
     * @param keep how many of the series stay, the newest
     */
    public record Rotation(String kind, int keep) {}
}
