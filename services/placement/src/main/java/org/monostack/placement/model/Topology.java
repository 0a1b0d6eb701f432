package org.monostack.placement.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** All providers as they were at one time, with their trees and what they share. Immutable. */
public final class Topology {
    private final Map<UUID, ProviderView> providers = new LinkedHashMap<>();
    private final Map<UUID, List<ProviderView>> trees = new LinkedHashMap<>();

    /** In the order given, which is the order of all answers. */
    public Topology(Collection<ProviderView> views) {
        for (ProviderView view : views) {
            providers.put(view.id(), view);
            trees.computeIfAbsent(view.root(), key -> new ArrayList<>()).add(view);
        }
    }

    public Collection<ProviderView> providers() {
        return providers.values();
    }

    public boolean contains(UUID id) {
        return providers.containsKey(id);
    }

    public ProviderView provider(UUID id) {
        ProviderView view = providers.get(id);
        if (view == null) {
            throw new IllegalArgumentException("no provider " + id);
        }
        return view;
    }

    /** Every root, in order. */
    public Set<UUID> roots() {
        return trees.keySet();
    }

    public List<ProviderView> tree(UUID root) {
        return trees.getOrDefault(root, List.of());
    }

    public boolean anyNested() {
        return providers.values().stream().anyMatch(view -> view.provider().parent().isPresent());
    }

    /**
     * The providers of other trees that share their inventory with this tree: they are in an
     * aggregate that some member of the tree is in.
     */
    public List<ProviderView> sharedWith(UUID root) {
        Set<UUID> aggregates = new HashSet<>();
        for (ProviderView member : tree(root)) {
            aggregates.addAll(member.aggregates());
        }
        return providers.values().stream()
                .filter(ProviderView::shares)
                .filter(view -> !view.root().equals(root))
                .filter(view -> view.aggregates().stream().anyMatch(aggregates::contains))
                .toList();
    }

    /** A provider and all its ancestors. */
    public Set<UUID> withAncestors(UUID id) {
        Set<UUID> found = new HashSet<>();
        UUID at = id;
        while (at != null && found.add(at)) {
            at = provider(at).provider().parent().orElse(null);
        }
        return found;
    }
}
