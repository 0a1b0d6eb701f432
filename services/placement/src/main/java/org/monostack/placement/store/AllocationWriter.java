package org.monostack.placement.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.placement.Capacity;
import org.monostack.placement.model.Allocation;
import org.monostack.placement.model.CapacityRules;
import org.monostack.placement.model.Consumer;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;

/**
 * Replaces what consumers hold, several at once or none. Locks are always taken in one order:
 * providers by id, then consumers by id. What the consumers held before is given back before
 * anything is checked, so that a move within one provider fits.
 */
public final class AllocationWriter {
    private static final String CONCURRENT_UPDATE = "placement.concurrent_update";

    private final ProviderStore providers;
    private final AllocationStore allocations;
    private final TopologyStore topology;
    private final NameStore resourceClasses;

    public AllocationWriter(
            ProviderStore providers,
            AllocationStore allocations,
            TopologyStore topology,
            NameStore resourceClasses) {
        this.providers = providers;
        this.allocations = allocations;
        this.topology = topology;
        this.resourceClasses = resourceClasses;
    }

    /**
     * What one consumer shall hold from now on.
     *
     * @param type absent leaves it as it is
     * @param expected whether, and which, generation the writer expects; its value is absent when
     *     it expects that there is no such consumer
     * @param amounts by provider and resource class; empty gives everything back
     */
    public record Wanted(
            UUID consumer,
            String projectId,
            String userId,
            Optional<String> type,
            Optional<Optional<Long>> expected,
            Map<UUID, Map<String, Long>> amounts) {}

    /**
     * @throws ApiException 400 for an unknown provider or class, 409 if a generation differs or
     *     something does not fit
     */
    public void replace(Transaction tx, List<Wanted> wanted) {
        Map<UUID, List<Allocation>> before = new HashMap<>();
        Set<UUID> involved = new TreeSet<>();
        for (Wanted one : wanted) {
            involved.addAll(one.amounts().keySet());
            List<Allocation> held = allocations.ofConsumer(tx, one.consumer());
            before.put(one.consumer(), held);
            held.forEach(allocation -> involved.add(allocation.provider()));
        }
        Set<UUID> known = providers.lock(tx, involved).keySet();
        Map<UUID, Optional<Consumer>> consumers = lockConsumers(tx, wanted);
        for (Wanted one : wanted) {
            checkGeneration(one, consumers.getOrDefault(one.consumer(), Optional.empty()));
            checkNames(tx, one, known);
        }
        for (Wanted one : wanted) {
            allocations.deleteOfConsumer(tx, one.consumer());
        }
        Map<UUID, Map<String, Capacity>> capacities = new HashMap<>();
        for (Wanted one : wanted) {
            write(tx, one, consumers.getOrDefault(one.consumer(), Optional.empty()), capacities);
        }
        touched(wanted, before).forEach(provider -> providers.touch(tx, provider));
    }

    /**
     * Whose generation rises: those that are taken from, and those of consumers that give all back.
     * As in OpenStack, one that a consumer merely moves away from keeps its generation.
     */
    private static Set<UUID> touched(List<Wanted> wanted, Map<UUID, List<Allocation>> before) {
        Set<UUID> touched = new TreeSet<>();
        for (Wanted one : wanted) {
            touched.addAll(one.amounts().keySet());
            if (one.amounts().isEmpty()) {
                before.getOrDefault(one.consumer(), List.of())
                        .forEach(allocation -> touched.add(allocation.provider()));
            }
        }
        return touched;
    }

    private Map<UUID, Optional<Consumer>> lockConsumers(Transaction tx, Collection<Wanted> wanted) {
        Map<UUID, Optional<Consumer>> locked = new LinkedHashMap<>();
        wanted.stream()
                .map(Wanted::consumer)
                .sorted()
                .forEach(id -> locked.put(id, allocations.lockConsumer(tx, id)));
        return locked;
    }

    private static void checkGeneration(Wanted wanted, Optional<Consumer> known) {
        if (wanted.expected().isEmpty()) {
            return;
        }
        Optional<Long> expected = wanted.expected().get();
        Optional<Long> actual = known.map(Consumer::generation);
        if (!expected.equals(actual)) {
            throw ApiException.conflict(
                            "consumer generation conflict - expected "
                                    + actual.map(String::valueOf).orElse("null")
                                    + " but got "
                                    + expected.map(String::valueOf).orElse("None"))
                    .type(CONCURRENT_UPDATE);
        }
    }

    private void checkNames(Transaction tx, Wanted wanted, Set<UUID> known) {
        for (Map.Entry<UUID, Map<String, Long>> entry : wanted.amounts().entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw ApiException.badRequest(
                        "Allocation for resource provider '"
                                + entry.getKey()
                                + "' that does not exist.");
            }
            Set<String> unknown = resourceClasses.unknown(tx, entry.getValue().keySet());
            if (!unknown.isEmpty()) {
                throw ApiException.badRequest(
                        "Unable to allocate inventory for consumer "
                                + wanted.consumer()
                                + ": No such resource class "
                                + String.join(", ", unknown)
                                + ".");
            }
        }
    }

    private void write(
            Transaction tx,
            Wanted wanted,
            Optional<Consumer> known,
            Map<UUID, Map<String, Capacity>> capacities) {
        if (wanted.amounts().isEmpty()) {
            allocations.deleteConsumer(tx, wanted.consumer());
            return;
        }
        allocations.putConsumer(
                tx,
                new Consumer(
                        wanted.consumer(),
                        wanted.projectId(),
                        wanted.userId(),
                        wanted.type().or(() -> known.flatMap(Consumer::type)),
                        known.map(Consumer::generation).orElse(0L) + 1));
        wanted.amounts()
                .forEach((provider, amounts) -> {
                    Map<String, Capacity> has =
                            capacities.computeIfAbsent(
                                    provider,
                                    key -> new TreeMap<>(topology.capacities(tx, provider)));
                    amounts.forEach((name, amount) -> take(provider, has, name, amount));
                    allocations.insert(tx, wanted.consumer(), provider, amounts);
                });
    }

    private static void take(
            UUID provider, Map<String, Capacity> capacities, String name, long amount) {
        Capacity capacity = capacities.get(name);
        if (capacity == null) {
            throw refused(
                    "Inventory for '"
                            + name
                            + "' on resource provider '"
                            + provider
                            + "' invalid.");
        }
        String where =
                "Unable to create allocation for '"
                        + name
                        + "' on resource provider '"
                        + provider
                        + "'. The requested amount would ";
        if (CapacityRules.violatedConstraint(name, capacity.inventory(), amount).isPresent()) {
            throw refused(where + "violate inventory constraints.");
        }
        if (amount > capacity.free()) {
            throw refused(where + "exceed the capacity.");
        }
        capacities.put(name, new Capacity(capacity.inventory(), capacity.used() + amount));
    }

    private static ApiException refused(String why) {
        return ApiException.conflict("Unable to allocate inventory: " + why);
    }
}
