package org.monostack.compute.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A part of compute on a host, as administrators list and disable it.
 *
 * @param program nova-compute, nova-scheduler or nova-conductor
 */
public record ComputeService(
        long number,
        UUID id,
        String host,
        String program,
        boolean disabled,
        Optional<String> disabledReason,
        boolean forcedDown,
        Instant seenAt) {

    public static final String COMPUTE = "nova-compute";

    /** Whether it reported lately and nobody said that it is down. */
    public boolean up(Instant now) {
        return !forcedDown && seenAt.plusSeconds(60).isAfter(now);
    }
}
