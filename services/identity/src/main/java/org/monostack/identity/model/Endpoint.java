package org.monostack.identity.model;

import java.util.Optional;

/**
 * Where a service answers.
 *
 * @param kind public, internal or admin
 * @param url may hold places such as {@code $(project_id)s}
 */
public record Endpoint(
        String id,
        String serviceId,
        String kind,
        Optional<String> regionId,
        String url,
        boolean enabled,
        String extra) {}
