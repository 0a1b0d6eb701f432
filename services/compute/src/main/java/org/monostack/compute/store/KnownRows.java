package org.monostack.compute.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.HostAggregate;
import org.monostack.compute.model.QuotaResource;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Transaction;

/**
 * What every boot asks for and what seldom changes, read once until it does ({@link Derived}).
 * Nothing here is to be read under a lock: it may be as old as the transaction's first look.
 * Thread-safe.
 */
public final class KnownRows {
    private static final int MOST = 1_000;

    private final FlavorStore flavors;
    private final QuotaStore quotas;
    private final HostStore hosts;
    private final AggregateStore aggregates;
    private final Derived<String, Optional<Flavor>> flavorsById;
    private final Derived<Whose, QuotaStore.Limits> limits;
    private final Derived<String, Map<QuotaResource, Long>> limitsOfClasses;
    private final Derived<Boolean, Hosts> everyHost;

    private record Whose(String project, String user) {}

    /** All services, nodes and aggregates. */
    public record Hosts(
            List<ComputeService> services,
            List<ComputeNode> nodes,
            List<HostAggregate> aggregates) {}

    KnownRows(
            Database database,
            FlavorStore flavors,
            QuotaStore quotas,
            HostStore hosts,
            AggregateStore aggregates) {
        this.flavors = flavors;
        this.quotas = quotas;
        this.hosts = hosts;
        this.aggregates = aggregates;
        this.flavorsById = new Derived<>(database.changes("compute.flavor"), MOST);
        this.limits = new Derived<>(database.changes("compute.quota"), MOST);
        this.limitsOfClasses = new Derived<>(database.changes("compute.quota_class"), MOST);
        this.everyHost =
                new Derived<>(
                        database.changes(
                                "compute.compute_service",
                                "compute.compute_node",
                                "compute.host_aggregate",
                                "compute.host_aggregate_member"),
                        MOST);
    }

    public Optional<Flavor> flavor(Transaction tx, String id) {
        return flavorsById.get(tx, id, key -> flavors.find(tx, key), Optional::isPresent);
    }

    /** What was set for a project, and for one user in it. */
    public QuotaStore.Limits limits(Transaction tx, String project, String user) {
        return limits.get(
                tx, new Whose(project, user), key -> quotas.limits(tx, key.project(), key.user()));
    }

    public Map<QuotaResource, Long> limitsOfClass(Transaction tx, String name) {
        return limitsOfClasses.get(tx, name, key -> Map.copyOf(quotas.ofClass(tx, key)));
    }

    public Hosts hosts(Transaction tx) {
        return everyHost.get(
                tx,
                true,
                key -> new Hosts(hosts.services(tx), hosts.nodes(tx), aggregates.list(tx)));
    }
}
