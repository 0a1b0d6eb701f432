package org.monostack.placement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.monostack.placement.model.Allocation;
import org.monostack.placement.model.CapacityRules;
import org.monostack.placement.model.Consumer;
import org.monostack.placement.model.Provider;
import org.monostack.placement.model.ProviderView;
import org.monostack.placement.model.Standards;
import org.monostack.placement.model.Topology;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.InventoryStore;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.ProviderStore;
import org.monostack.placement.store.ProviderTagStore;
import org.monostack.placement.store.TopologyStore;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;

/** {@link Placement} on the tables. Stateless. */
final class TransactionalPlacement implements Placement {
    /** What the API shows as the type of consumers that other services of this program make. */
    private static final String CONSUMER_TYPE = "INSTANCE";

    private final ProviderStore providers;
    private final InventoryStore inventories;
    private final AllocationStore allocations;
    private final ProviderTagStore tags;
    private final NameStore traitNames;
    private final TopologyStore topology;

    TransactionalPlacement(
            ProviderStore providers,
            InventoryStore inventories,
            AllocationStore allocations,
            ProviderTagStore tags,
            NameStore traitNames,
            TopologyStore topology) {
        this.providers = providers;
        this.inventories = inventories;
        this.allocations = allocations;
        this.tags = tags;
        this.traitNames = traitNames;
        this.topology = topology;
    }

    @Override
    public void putProvider(Transaction tx, UUID provider, String name) {
        Optional<Provider> known = providers.find(tx, provider);
        if (known.isEmpty()) {
            Instant now = Times.now();
            providers.insert(
                    tx, new Provider(provider, name, Optional.empty(), provider, 0, now, now));
        } else if (!known.get().name().equals(name)) {
            providers.rename(tx, provider, name);
        }
    }

    @Override
    public void removeProvider(Transaction tx, UUID provider) {
        if (!providers.touch(tx, provider)) {
            return;
        }
        if (allocations.anyOfProvider(tx, provider)) {
            throw ApiException.conflict(
                    "Unable to delete resource provider "
                            + provider
                            + ": Resource provider has allocations.");
        }
        if (providers.hasChildren(tx, provider)) {
            throw ApiException.conflict(
                    "Unable to delete parent resource provider "
                            + provider
                            + ": It has child resource providers.");
        }
        providers.delete(tx, provider);
    }

    @Override
    public void putInventory(Transaction tx, UUID provider, Map<String, Inventory> inventory) {
        Map<String, Inventory> before = inventory(tx, provider);
        if (before.equals(inventory)) {
            return;
        }
        requireProvider(tx, provider);
        Map<String, Long> usage = allocations.usage(tx, provider);
        inventory.forEach((name, wanted) -> {
            if (!wanted.equals(before.get(name))) {
                inventories.put(tx, provider, name, wanted);
            }
        });
        before.forEach((name, had) -> {
            if (inventory.containsKey(name)) {
                return;
            }
            if (usage.getOrDefault(name, 0L) == 0) {
                inventories.remove(tx, provider, name);
            } else if (had.reserved() != had.total()) {
                inventories.put(tx, provider, name, emptied(had));
            }
        });
    }

    /** The same inventory with nothing left to give. */
    private static Inventory emptied(Inventory had) {
        return new Inventory(
                had.total(),
                had.total(),
                had.minUnit(),
                had.maxUnit(),
                had.stepSize(),
                had.allocationRatio());
    }

    private Map<String, Inventory> inventory(Transaction tx, UUID provider) {
        Map<String, Inventory> found = new TreeMap<>();
        inventories.of(tx, provider).forEach((name, stored) -> found.put(name, stored.inventory()));
        return found;
    }

    @Override
    public Map<String, Capacity> capacities(Transaction tx, UUID provider) {
        return topology.capacities(tx, provider);
    }

    @Override
    public void putTraits(Transaction tx, UUID provider, Set<String> traits) {
        for (String unknown : traitNames.unknown(tx, traits)) {
            if (!unknown.startsWith(Standards.CUSTOM)) {
                throw ApiException.badRequest("No such trait " + unknown);
            }
            traitNames.add(tx, unknown);
        }
        if (!tags.traits(tx, provider).equals(traits)) {
            requireProvider(tx, provider);
            tags.putTraits(tx, provider, traits);
        }
    }

    @Override
    public void putAggregates(Transaction tx, UUID provider, Set<UUID> aggregates) {
        if (!tags.aggregates(tx, provider).equals(aggregates)) {
            requireProvider(tx, provider);
            tags.putAggregates(tx, provider, aggregates);
        }
    }

    @Override
    public Candidates candidates(Transaction tx, CandidateQuery query) {
        List<Candidate> accepted = new ArrayList<>();
        List<Candidates.Rejected> rejected = new ArrayList<>();
        Topology all = query.namesTags() ? topology.read(tx) : topology.readWithoutTags(tx);
        for (ProviderView view : all.providers()) {
            if (view.provider().parent().isPresent()) {
                // Part of a host; consumers of this interface ask for whole hosts.
                continue;
            }
            Optional<String> refusal = refusal(view, query);
            if (refusal.isPresent()) {
                rejected.add(
                        new Candidates.Rejected(view.id(), view.provider().name(), refusal.get()));
            } else {
                accepted.add(new Candidate(view.id(), view.provider().name(), view.capacities()));
            }
        }
        return new Candidates(List.copyOf(accepted), List.copyOf(rejected));
    }

    private static Optional<String> refusal(ProviderView view, CandidateQuery query) {
        for (String trait : query.requiredTraits()) {
            if (!view.traits().contains(trait)) {
                return Optional.of("lacks the required trait " + trait);
            }
        }
        for (String trait : query.forbiddenTraits()) {
            if (view.traits().contains(trait)) {
                return Optional.of("has the forbidden trait " + trait);
            }
        }
        for (Set<UUID> aggregates : query.memberOf()) {
            if (aggregates.stream().noneMatch(view.aggregates()::contains)) {
                return Optional.of("is in none of the aggregates " + aggregates);
            }
        }
        for (Map.Entry<String, Long> wanted : new TreeMap<>(query.resources()).entrySet()) {
            if (wanted.getValue() == 0) {
                continue;
            }
            Optional<String> refusal =
                    CapacityRules.refusal(
                            wanted.getKey(),
                            view.capacities().get(wanted.getKey()),
                            wanted.getValue());
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    @Override
    public void claim(
            Transaction tx,
            UUID consumer,
            UUID provider,
            Map<String, Long> resources,
            String projectId,
            String userId) {
        // Raising the generation takes the row's lock; every other writer does the same first.
        if (!providers.touch(tx, provider)) {
            throw new CapacityExceeded(provider, "There is no resource provider " + provider + ".");
        }
        Map<String, Long> wanted = new TreeMap<>(resources);
        wanted.values().removeIf(amount -> amount == 0);
        Map<String, Capacity> capacities = topology.capacities(tx, provider);
        Consumer fresh = new Consumer(consumer, projectId, userId, Optional.of(CONSUMER_TYPE), 1);
        boolean fits = refusal(wanted, capacities, Map.of()).isEmpty();
        if (!fits || !allocations.addConsumer(tx, fresh)) {
            // What it holds here may be what is in its way.
            replace(tx, fresh, provider, wanted, capacities);
        }
        allocations.insert(tx, consumer, provider, wanted);
    }

    private void replace(
            Transaction tx,
            Consumer claiming,
            UUID provider,
            Map<String, Long> wanted,
            Map<String, Capacity> capacities) {
        Optional<Consumer> known = allocations.lockConsumer(tx, claiming.id());
        Map<String, Long> held = known.isPresent() ? held(tx, claiming.id(), provider) : Map.of();
        refusal(wanted, capacities, held)
                .ifPresent(reason -> {
                    throw new CapacityExceeded(provider, reason);
                });
        allocations.putConsumer(
                tx,
                new Consumer(
                        claiming.id(),
                        claiming.projectId(),
                        claiming.userId(),
                        known.flatMap(Consumer::type).or(claiming::type),
                        known.map(before -> before.generation() + 1).orElse(1L)));
        if (!held.isEmpty()) {
            allocations.deleteOfConsumer(tx, claiming.id(), provider);
        }
    }

    /** Why there is no room for what is wanted in the place of what is held. */
    private static Optional<String> refusal(
            Map<String, Long> wanted, Map<String, Capacity> capacities, Map<String, Long> held) {
        for (Map.Entry<String, Long> each : wanted.entrySet()) {
            String name = each.getKey();
            Capacity capacity = capacities.get(name);
            Capacity others =
                    capacity == null
                            ? null
                            : new Capacity(
                                    capacity.inventory(),
                                    capacity.used() - held.getOrDefault(name, 0L));
            Optional<String> refusal = CapacityRules.refusal(name, others, each.getValue());
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private Map<String, Long> held(Transaction tx, UUID consumer, UUID provider) {
        return allocations(tx, consumer).getOrDefault(provider, Map.of());
    }

    @Override
    public void release(Transaction tx, UUID consumer) {
        Set<UUID> holders = allocations(tx, consumer).keySet();
        providers.lock(tx, holders);
        holders.forEach(provider -> providers.touch(tx, provider));
        allocations.lockConsumer(tx, consumer);
        allocations.deleteOfConsumer(tx, consumer);
        allocations.deleteConsumer(tx, consumer);
    }

    @Override
    public void release(Transaction tx, UUID consumer, UUID provider) {
        providers.touch(tx, provider);
        Optional<Consumer> known = allocations.lockConsumer(tx, consumer);
        if (known.isEmpty() || allocations.deleteOfConsumer(tx, consumer, provider) == 0) {
            return;
        }
        if (allocations.ofConsumer(tx, consumer).isEmpty()) {
            allocations.deleteConsumer(tx, consumer);
        } else {
            Consumer before = known.get();
            allocations.putConsumer(
                    tx,
                    new Consumer(
                            consumer,
                            before.projectId(),
                            before.userId(),
                            before.type(),
                            before.generation() + 1));
        }
    }

    @Override
    public Map<UUID, Map<String, Long>> allocations(Transaction tx, UUID consumer) {
        Map<UUID, Map<String, Long>> found = new LinkedHashMap<>();
        for (Allocation allocation : allocations.ofConsumer(tx, consumer)) {
            found.computeIfAbsent(allocation.provider(), key -> new TreeMap<>())
                    .put(allocation.resourceClass(), allocation.used());
        }
        return found;
    }

    @Override
    public Map<UUID, Map<String, Long>> consumers(Transaction tx, UUID provider) {
        Map<UUID, Map<String, Long>> found = new LinkedHashMap<>();
        for (Allocation allocation : allocations.ofProvider(tx, provider)) {
            found.computeIfAbsent(allocation.consumer(), key -> new TreeMap<>())
                    .put(allocation.resourceClass(), allocation.used());
        }
        return found;
    }

    @Override
    public Optional<String> providerName(Transaction tx, UUID provider) {
        return providers.find(tx, provider).map(Provider::name);
    }

    private void requireProvider(Transaction tx, UUID provider) {
        if (!providers.touch(tx, provider)) {
            throw ApiException.notFound("No resource provider with uuid " + provider + " found");
        }
    }
}
