package org.monostack.compute.operation;

import java.util.UUID;

/**
 * What a snapshot remembers.
 *
 * @param image the image that takes the content; recorded with the request
 */
public record SnapshotJob(UUID server, String requestId, UUID image) {}
