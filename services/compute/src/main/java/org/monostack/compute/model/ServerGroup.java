package org.monostack.compute.model;

import java.util.OptionalInt;
import java.util.UUID;

/**
 * Servers that want to be near each other, or apart.
 *
 * @param maxServerPerHost a rule of anti-affinity
 */
public record ServerGroup(
        long number,
        UUID id,
        String projectId,
        String userId,
        String name,
        String policy,
        OptionalInt maxServerPerHost) {}
