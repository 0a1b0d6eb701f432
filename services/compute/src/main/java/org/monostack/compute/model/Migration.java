package org.monostack.compute.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A resize (or move) of a server. */
public record Migration(
        long number,
        UUID id,
        UUID server,
        String projectId,
        String userId,
        String type,
        String status,
        String sourceHost,
        String targetHost,
        long oldFlavor,
        long newFlavor,
        Instant createdAt,
        Optional<Instant> updatedAt) {}
