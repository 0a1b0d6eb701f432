package org.monostack.placement.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.placement.Capacity;
import org.monostack.placement.Inventory;
import org.monostack.placement.model.Provider;
import org.monostack.placement.model.ProviderView;
import org.monostack.placement.model.Topology;
import org.monostack.platform.database.Transaction;

/** Reads all that searches look at, in five queries at most, whatever the number of providers. */
public final class TopologyStore {
    private final ProviderStore providers;
    private final InventoryStore inventories;
    private final AllocationStore allocations;
    private final ProviderTagStore tags;

    public TopologyStore(
            ProviderStore providers,
            InventoryStore inventories,
            AllocationStore allocations,
            ProviderTagStore tags) {
        this.providers = providers;
        this.inventories = inventories;
        this.allocations = allocations;
        this.tags = tags;
    }

    public Topology read(Transaction tx) {
        return read(tx, tags.allTraits(tx), tags.allAggregates(tx));
    }

    /** The same, as if no provider had traits or aggregates; for searches that name none. */
    public Topology readWithoutTags(Transaction tx) {
        return read(tx, Map.of(), Map.of());
    }

    private Topology read(
            Transaction tx, Map<UUID, Set<String>> traits, Map<UUID, Set<UUID>> aggregates) {
        Map<UUID, Map<String, Inventory>> inventory = inventories.all(tx);
        Map<UUID, Map<String, Long>> usages = allocations.usages(tx);
        List<ProviderView> views = new ArrayList<>();
        for (Provider provider : providers.all(tx)) {
            UUID id = provider.id();
            views.add(
                    new ProviderView(
                            provider,
                            capacities(
                                    inventory.getOrDefault(id, Map.of()),
                                    usages.getOrDefault(id, Map.of())),
                            traits.getOrDefault(id, Set.of()),
                            aggregates.getOrDefault(id, Set.of())));
        }
        return new Topology(views);
    }

    /** What one provider has and what is held of it, by resource class. */
    public Map<String, Capacity> capacities(Transaction tx, UUID provider) {
        return inventories.capacities(tx, provider);
    }

    private static Map<String, Capacity> capacities(
            Map<String, Inventory> inventory, Map<String, Long> usage) {
        Map<String, Capacity> capacities = new LinkedHashMap<>();
        inventory.forEach((name, has) ->
                capacities.put(name, new Capacity(has, usage.getOrDefault(name, 0L))));
        return capacities;
    }
}
