package org.monostack.image.model;

import java.time.Instant;
import java.util.UUID;

/**
 * A project that an image is shared with.
 *
 * @param project the id of the project
 * @param status pending, accepted or rejected, as the project itself says
 */
public record Member(
        UUID image, String project, String status, Instant createdAt, Instant updatedAt) {}
