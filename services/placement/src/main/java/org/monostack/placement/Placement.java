package org.monostack.placement;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.platform.database.Transaction;

/**
 * Who has how much of what, and who holds it. Other services call this inside their own
 * transactions, so that a server and its claim are committed together or not at all. Thread-safe;
 * keeps no state beside the database.
 */
public interface Placement {

    /**
     * Makes sure that a provider exists under this id with this name; renames it if it had another.
     */
    void putProvider(Transaction tx, UUID provider, String name);

    /**
     * Removes a provider with its inventory, traits and aggregates; does nothing if there is none.
     *
     * @throws org.monostack.platform.http.ApiException with status 409 while consumers hold
     *     anything of it
     */
    void removeProvider(Transaction tx, UUID provider);

    /**
     * Replaces the whole inventory of a provider. Writes nothing if it is the same already, so it
     * may be called at every report of a host. An inventory below what consumers hold is accepted:
     * the host is then over capacity until some leave. A class that consumers hold is never
     * dropped: it stays with a total of what it had and everything reserved.
     */
    void putInventory(Transaction tx, UUID provider, Map<String, Inventory> inventory);

    /**
     * The inventory and use of a provider by resource class; empty if there is no such provider.
     */
    Map<String, Capacity> capacities(Transaction tx, UUID provider);

    /** Replaces the traits of a provider; an unknown trait that starts with CUSTOM_ is created. */
    void putTraits(Transaction tx, UUID provider, Set<String> traits);

    /** Replaces the aggregates that a provider is in. */
    void putAggregates(Transaction tx, UUID provider, Set<UUID> aggregates);

    /**
     * Every provider, sorted into those that can serve the query now and those that cannot, with
     * the reason. Takes no locks: a {@link #claim} on an accepted one may still fail.
     */
    Candidates candidates(Transaction tx, CandidateQuery query);

    /**
     * Gives a consumer what it asks for of one provider. Locks the provider's row until the
     * transaction ends, so the sum of all claims never exceeds the capacity, whatever runs at the
     * same time. What the consumer held of this provider before is replaced; what it holds of other
     * providers stays (a server that moves holds both ends for a while).
     *
     * @throws CapacityExceeded when the provider cannot serve it
     */
    void claim(
            Transaction tx,
            UUID consumer,
            UUID provider,
            Map<String, Long> resources,
            String projectId,
            String userId);

    /** Gives back all that a consumer holds; does nothing if it holds nothing. */
    void release(Transaction tx, UUID consumer);

    /** Gives back what a consumer holds of one provider, such as the source of a migration. */
    void release(Transaction tx, UUID consumer, UUID provider);

    /** What a consumer holds, by provider and resource class. */
    Map<UUID, Map<String, Long>> allocations(Transaction tx, UUID consumer);

    /** What consumers hold of a provider, by consumer and resource class; for reconcilers. */
    Map<UUID, Map<String, Long>> consumers(Transaction tx, UUID provider);

    /** The name of a provider, if it exists. */
    Optional<String> providerName(Transaction tx, UUID provider);
}
