package org.monostack.compute.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A size of servers. A server keeps a copy of its own, so that changing or deleting a flavor does
 * not change servers.
 *
 * @param number the row's number, for joins and paging
 * @param id what users call it; any text
 */
public record Flavor(
        long number,
        String id,
        String name,
        Optional<String> description,
        long memoryMb,
        int vcpus,
        long rootGb,
        long ephemeralGb,
        long swapMb,
        double rxtxFactor,
        boolean isPublic,
        boolean disabled,
        Map<String, String> extraSpecs,
        Instant createdAt,
        Optional<Instant> updatedAt) {

    public Flavor {
        extraSpecs = Collections.unmodifiableMap(new TreeMap<>(extraSpecs));
    }

    /** What a server of this flavor takes from a host, by placement's resource classes. */
    public Map<String, Long> resources() {
        return Map.of(
                "VCPU",
                (long) vcpus,
                "MEMORY_MB",
                memoryMb,
                "DISK_GB",
                rootGb + ephemeralGb + (swapMb + 1023) / 1024);
    }
}
