package org.monostack.identity.model;

import java.util.Optional;

/**
 * What one project, or else one domain, gets in place of what is registered.
 *
 * @param registered what it is an exception from
 */
public record ProjectLimit(
        String id,
        RegisteredLimit registered,
        Optional<String> projectId,
        Optional<String> domainId,
        int amount,
        Optional<String> description) {}
