package org.monostack.identity.model;

import java.util.Optional;

/**
 * A role.
 *
 * @param domainId the domain it belongs to; empty for a global role. A domain's role never shows in
 *     tokens, only what it implies does
 */
public record Role(
        String id,
        String domainId,
        String name,
        Optional<String> description,
        String options,
        String extra) {

    public boolean isGlobal() {
        return domainId.isEmpty();
    }
}
