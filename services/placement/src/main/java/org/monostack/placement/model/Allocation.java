package org.monostack.placement.model;

import java.time.Instant;
import java.util.UUID;

/** An amount of one resource class that a consumer holds of a provider. */
public record Allocation(
        UUID consumer, UUID provider, String resourceClass, long used, Instant updatedAt) {}
