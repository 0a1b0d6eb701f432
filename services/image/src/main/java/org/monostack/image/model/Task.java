package org.monostack.image.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An import as the tasks API shows it.
 *
 * @param status pending, processing, success or failure
 * @param input the JSON of what was asked for
 * @param result the JSON of what came of it
 */
public record Task(
        UUID id,
        String type,
        String status,
        String owner,
        String userId,
        UUID image,
        String requestId,
        String input,
        Optional<String> result,
        String message,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> expiresAt) {}
