package org.monostack.identity;

import java.util.Optional;

/**
 * A project as other services see it.
 *
 * @param parentId the project above; empty when the parent is the domain itself
 */
public record ProjectInfo(
        String id, String name, String domainId, Optional<String> parentId, boolean enabled) {}
