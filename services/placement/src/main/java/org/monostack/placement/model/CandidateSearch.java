package org.monostack.placement.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.placement.Capacity;

/**
 * Finds all ways to serve a request from one tree of providers and those that share with it. Every
 * group of the request is served on its own first; then one way per group is combined, and the
 * combination must fit as a whole. Pure; one instance per request.
 */
public final class CandidateSearch {
    /** More combinations than this help nobody; the search ends there. */
    private static final int MAX_CANDIDATES = 10_000;

    private final Topology topology;
    private final Request request;

    public CandidateSearch(Topology topology, Request request) {
        this.topology = topology;
        this.request = request;
    }

    /**
     * What is asked for.
     *
     * @param groups by suffix; the one with the empty suffix may be served by several providers,
     *     each of the others by exactly one
     * @param isolate whether suffixed groups must be served by different providers
     * @param sameSubtrees sets of suffixes whose providers must lie below one of them
     * @param nestedAware whether several providers of one tree may serve together
     */
    public record Request(
            Map<String, Group> groups,
            boolean isolate,
            Set<String> rootRequired,
            Set<String> rootForbidden,
            List<Set<String>> sameSubtrees,
            boolean nestedAware) {}

    /**
     * One group of a request.
     *
     * @param required of each set at least one trait
     * @param memberOf of each set at least one aggregate
     */
    public record Group(
            Map<String, Long> resources,
            List<Set<String>> required,
            Set<String> forbidden,
            List<Set<UUID>> memberOf,
            Set<UUID> forbiddenAggregates,
            Optional<UUID> inTree) {}

    /**
     * One way to serve the request.
     *
     * @param amounts by provider and resource class
     * @param mappings which providers serve which group, by suffix
     */
    public record Found(Map<UUID, Map<String, Long>> amounts, Map<String, Set<UUID>> mappings) {}

    /** One way to serve one group. */
    private record Way(String suffix, List<Piece> pieces, Set<UUID> providers) {}

    private record Piece(ProviderView provider, String resourceClass, long amount) {}

    /** Every way, without duplicates, in the order of the trees' names. */
    public List<Found> run() {
        Set<Found> found = new LinkedHashSet<>();
        for (UUID root : topology.roots()) {
            ProviderView anchor = topology.provider(root);
            if (!anchor.traits().containsAll(request.rootRequired())
                    || request.rootForbidden().stream().anyMatch(anchor.traits()::contains)) {
                continue;
            }
            List<List<Way>> ways = waysPerGroup(root);
            if (!ways.isEmpty()) {
                combine(ways, 0, new ArrayList<>(), found);
            }
        }
        return List.copyOf(found);
    }

    /** The ways of each group, or nothing at all if a group has none. */
    private List<List<Way>> waysPerGroup(UUID root) {
        List<ProviderView> members = new ArrayList<>(topology.tree(root));
        members.addAll(topology.sharedWith(root));
        List<List<Way>> all = new ArrayList<>();
        for (Map.Entry<String, Group> entry : request.groups().entrySet()) {
            Group group = entry.getValue();
            List<ProviderView> eligible = members;
            if (group.inTree().isPresent()) {
                UUID wanted = group.inTree().get();
                if (!topology.contains(wanted)) {
                    return List.of();
                }
                UUID tree = topology.provider(wanted).root();
                eligible = members.stream().filter(m -> m.root().equals(tree)).toList();
            }
            List<Way> ways =
                    entry.getKey().isEmpty()
                            ? byMany(group, eligible)
                            : byOne(entry.getKey(), group, eligible);
            if (ways.isEmpty()) {
                return List.of();
            }
            all.add(ways);
        }
        return all;
    }

    private static List<Way> byOne(String suffix, Group group, List<ProviderView> eligible) {
        List<Way> ways = new ArrayList<>();
        for (ProviderView provider : eligible) {
            boolean serves =
                    group.resources().entrySet().stream()
                                    .allMatch(e -> provider.fits(e.getKey(), e.getValue()))
                            && hasTraits(group, provider.traits())
                            && group.memberOf().stream()
                                    .allMatch(any -> inAny(provider.aggregates(), any))
                            && !inAny(provider.aggregates(), group.forbiddenAggregates());
            if (serves) {
                List<Piece> pieces = new ArrayList<>();
                group.resources()
                        .forEach((name, amount) -> pieces.add(new Piece(provider, name, amount)));
                ways.add(new Way(suffix, pieces, Set.of(provider.id())));
            }
        }
        return ways;
    }

    private static boolean hasTraits(Group group, Set<String> traits) {
        return group.required().stream().allMatch(any -> any.stream().anyMatch(traits::contains))
                && group.forbidden().stream().noneMatch(traits::contains);
    }

    private static boolean inAny(Set<UUID> aggregates, Collection<UUID> wanted) {
        return wanted.stream().anyMatch(aggregates::contains);
    }

    /** One provider per resource class; traits count for all of them together. */
    private List<Way> byMany(Group group, List<ProviderView> eligible) {
        List<List<Piece>> perClass = new ArrayList<>();
        for (Map.Entry<String, Long> wanted : new TreeMap<>(group.resources()).entrySet()) {
            List<Piece> pieces =
                    eligible.stream()
                            .filter(p -> p.fits(wanted.getKey(), wanted.getValue()))
                            .filter(p -> inWantedAggregates(group, p))
                            .map(p -> new Piece(p, wanted.getKey(), wanted.getValue()))
                            .toList();
            if (pieces.isEmpty()) {
                return List.of();
            }
            perClass.add(pieces);
        }
        List<Way> ways = new ArrayList<>();
        product(perClass, 0, new ArrayList<>(), group, ways);
        return ways;
    }

    /** A root's aggregates count for its whole tree. */
    private boolean inWantedAggregates(Group group, ProviderView provider) {
        Set<UUID> aggregates = new HashSet<>(provider.aggregates());
        aggregates.addAll(topology.provider(provider.root()).aggregates());
        return group.memberOf().stream().allMatch(any -> inAny(aggregates, any))
                && !inAny(aggregates, group.forbiddenAggregates());
    }

    private static void product(
            List<List<Piece>> perClass,
            int index,
            List<Piece> chosen,
            Group group,
            List<Way> ways) {
        if (ways.size() >= MAX_CANDIDATES) {
            return;
        }
        if (index == perClass.size()) {
            Set<String> traits = new HashSet<>();
            Set<UUID> providers = new LinkedHashSet<>();
            for (Piece piece : chosen) {
                traits.addAll(piece.provider().traits());
                providers.add(piece.provider().id());
            }
            if (hasTraits(group, traits)) {
                ways.add(new Way("", List.copyOf(chosen), providers));
            }
            return;
        }
        for (Piece piece : perClass.get(index)) {
            chosen.add(piece);
            product(perClass, index + 1, chosen, group, ways);
            chosen.removeLast();
        }
    }

    private void combine(List<List<Way>> ways, int index, List<Way> chosen, Set<Found> found) {
        if (found.size() >= MAX_CANDIDATES) {
            return;
        }
        if (index == ways.size()) {
            if (separate(chosen) && inSubtrees(chosen)) {
                merged(chosen).filter(this::understood).ifPresent(found::add);
            }
            return;
        }
        for (Way way : ways.get(index)) {
            chosen.add(way);
            combine(ways, index + 1, chosen, found);
            chosen.removeLast();
        }
    }

    /** Clients that know nothing of trees get at most one provider of each. */
    private boolean understood(Found candidate) {
        Set<UUID> trees = new HashSet<>();
        return request.nestedAware()
                || candidate.amounts().keySet().stream()
                        .allMatch(id -> trees.add(topology.provider(id).root()));
    }

    private boolean separate(List<Way> chosen) {
        if (!request.isolate()) {
            return true;
        }
        Set<UUID> seen = new HashSet<>();
        return chosen.stream()
                .filter(way -> !way.suffix().isEmpty())
                .allMatch(way -> way.providers().stream().allMatch(seen::add));
    }

    private boolean inSubtrees(List<Way> chosen) {
        for (Set<String> suffixes : request.sameSubtrees()) {
            Set<UUID> providers = new HashSet<>();
            for (Way way : chosen) {
                if (suffixes.contains(way.suffix())) {
                    providers.addAll(way.providers());
                }
            }
            boolean below =
                    providers.stream()
                            .anyMatch(top ->
                                    providers.stream()
                                            .allMatch(
                                                    p -> topology.withAncestors(p).contains(top)));
            if (!below) {
                return false;
            }
        }
        return true;
    }

    /** The combination as amounts per provider, if the sums still fit. */
    private static Optional<Found> merged(List<Way> chosen) {
        Map<UUID, Map<String, Long>> amounts = new LinkedHashMap<>();
        Map<String, Set<UUID>> mappings = new TreeMap<>();
        for (Way way : chosen) {
            mappings.computeIfAbsent(way.suffix(), key -> new TreeSet<>()).addAll(way.providers());
            for (Piece piece : way.pieces()) {
                long sum =
                        amounts.computeIfAbsent(piece.provider().id(), key -> new TreeMap<>())
                                .merge(piece.resourceClass(), piece.amount(), Long::sum);
                Capacity capacity = piece.provider().capacities().get(piece.resourceClass());
                if (capacity == null
                        || sum > capacity.free()
                        || sum > capacity.inventory().maxUnit()) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Found(amounts, mappings));
    }
}
