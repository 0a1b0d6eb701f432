package org.monostack.identity.model;

import java.util.Optional;

/** How much of a resource of a service everybody gets, in one region or wherever. */
public record RegisteredLimit(
        String id,
        String serviceId,
        Optional<String> regionId,
        String resourceName,
        int defaultLimit,
        Optional<String> description) {}
