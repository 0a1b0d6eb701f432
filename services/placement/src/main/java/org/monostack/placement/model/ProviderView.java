package org.monostack.placement.model;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.placement.Capacity;

/** A provider with all that searches look at. */
public record ProviderView(
        Provider provider,
        Map<String, Capacity> capacities,
        Set<String> traits,
        Set<UUID> aggregates) {

    public UUID id() {
        return provider.id();
    }

    public UUID root() {
        return provider.root();
    }

    /** Whether it serves the members of its aggregates and not only its own tree. */
    public boolean shares() {
        return traits.contains(Standards.SHARES_VIA_AGGREGATE);
    }

    /** Whether this much of one resource class could be taken of it now. */
    public boolean fits(String resourceClass, long amount) {
        return CapacityRules.refusal(resourceClass, capacities.get(resourceClass), amount)
                .isEmpty();
    }
}
