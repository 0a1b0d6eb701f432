package org.monostack.compute.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something a user did to a server, as os-instance-actions lists it.
 *
 * @param operation the durable operation that carries it out, if there is one
 */
public record ServerAction(
        UUID server,
        String action,
        String requestId,
        String userId,
        String projectId,
        Optional<String> operation,
        Optional<String> message,
        Instant startedAt,
        Optional<Instant> finishedAt,
        Instant updatedAt) {}
