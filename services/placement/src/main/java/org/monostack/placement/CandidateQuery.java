package org.monostack.placement;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What one consumer needs of one provider.
 *
 * @param resources amount per resource class, such as VCPU or MEMORY_MB; a zero is ignored
 * @param requiredTraits the provider has all of these
 * @param forbiddenTraits the provider has none of these
 * @param memberOf for each set, the provider is in at least one of its aggregates
 */
public record CandidateQuery(
        Map<String, Long> resources,
        Set<String> requiredTraits,
        Set<String> forbiddenTraits,
        List<Set<UUID>> memberOf) {

    public CandidateQuery {
        resources = Map.copyOf(resources);
        requiredTraits = Set.copyOf(requiredTraits);
        forbiddenTraits = Set.copyOf(forbiddenTraits);
        memberOf = List.copyOf(memberOf);
    }

    /** Whether traits or aggregates of providers matter. */
    boolean namesTags() {
        return !(requiredTraits.isEmpty() && forbiddenTraits.isEmpty() && memberOf.isEmpty());
    }

    /** Only amounts, no traits and no aggregates. */
    public static CandidateQuery of(Map<String, Long> resources) {
        return new CandidateQuery(resources, Set.of(), Set.of(), List.of());
    }
}
