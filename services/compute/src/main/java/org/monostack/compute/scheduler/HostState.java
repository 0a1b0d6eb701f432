package org.monostack.compute.scheduler;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.placement.Candidate;
import org.monostack.placement.Capacity;

/**
 * A host as filters and weighers see it.
 *
 * @param provider its id at placement
 * @param enabled whether its nova-compute is up and not disabled
 * @param why if it is not enabled: why not
 * @param groupMembers how many members of the request's server group it runs
 * @param servers the servers of the request's hints that it runs
 */
public record HostState(
        UUID provider,
        String name,
        String zone,
        String architecture,
        boolean enabled,
        String why,
        Candidate candidate,
        int groupMembers,
        Set<UUID> servers,
        Map<String, String> aggregateMetadata) {

    long free(String resourceClass) {
        Capacity capacity = candidate.capacities().get(resourceClass);
        return capacity == null ? 0 : capacity.free();
    }
}
