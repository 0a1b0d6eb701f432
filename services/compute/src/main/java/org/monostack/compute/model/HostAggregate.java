package org.monostack.compute.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A set of hosts that an administrator treats alike; with a zone's name, an availability zone. */
public record HostAggregate(
        long number,
        UUID id,
        String name,
        Map<String, String> metadata,
        List<String> hosts,
        Instant createdAt,
        Optional<Instant> updatedAt) {

    public static final String ZONE_KEY = "availability_zone";

    public Optional<String> zone() {
        return Optional.ofNullable(metadata.get(ZONE_KEY));
    }
}
