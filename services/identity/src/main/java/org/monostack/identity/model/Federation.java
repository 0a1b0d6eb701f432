package org.monostack.identity.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Who vouches for users of ours, and who takes users for whom we vouch. */
public final class Federation {

    private Federation() {}

    /**
     * Vouches for users.
     *
     * @param domainId where its users live
     * @param remoteIds the names by which it calls itself
     * @param authorizationTtl for how many minutes its word on groups holds
     */
    public record IdentityProvider(
            String id,
            String domainId,
            boolean enabled,
            Optional<String> description,
            List<String> remoteIds,
            OptionalInt authorizationTtl) {

        public IdentityProvider {
            remoteIds = List.copyOf(remoteIds);
        }
    }

    /** How a provider's users come here, and what makes users of ours of them. */
    public record Protocol(
            String providerId, String id, String mappingId, Optional<String> remoteIdAttribute) {}

    /**
     * What makes users of ours of what a provider says.
     *
     * @param rules a JSON array
     */
    public record MappingRules(String id, String rules, String schemaVersion) {}

    /** A cloud that takes users who come from here. */
    public record ServiceProvider(
            String id,
            String authUrl,
            String spUrl,
            boolean enabled,
            Optional<String> description,
            String relayStatePrefix) {}
}
