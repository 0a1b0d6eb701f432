package org.monostack.compute.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.monostack.compute.ComputeConfig;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.model.HostAggregate;
import org.monostack.compute.store.KnownRows;
import org.monostack.compute.store.Stores;
import org.monostack.placement.Candidate;
import org.monostack.placement.CandidateQuery;
import org.monostack.placement.Candidates;
import org.monostack.placement.Placement;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Chooses hosts in the transaction that makes the server. Placement says who has room; filters
 * strike out, weighers order. Thread-safe.
 */
public final class Scheduler {
    private final Placement placement;
    private final Stores stores;
    private final ComputeConfig config;
    private final List<HostFilter> filters = HostFilter.defaults();

    public Scheduler(Placement placement, Stores stores, ComputeConfig config) {
        this.placement = placement;
        this.stores = stores;
        this.config = config;
    }

    /**
     * The hosts that will do, the best first; claims may still find one full.
     *
     * @throws NoValidHost with the reason per host when there is none
     */
    public List<HostState> select(Transaction tx, SchedulingRequest request) {
        return choose(tx, request).hosts();
    }

    /**
     * What came of choosing.
     *
     * @param hosts those that will do, the best first; never empty
     * @param rejected why each of the others will not
     */
    public record Choice(List<HostState> hosts, Map<String, String> rejected) {

        /** In a sentence, for whoever asks why a server is where it is. */
        public String explain(String taken) {
            String others =
                    hosts.stream()
                            .map(HostState::name)
                            .filter(name -> !name.equals(taken))
                            .collect(Collectors.joining(", "));
            return "chose host "
                    + taken
                    + (others.isEmpty() ? "" : "; these would have done as well: " + others)
                    + (rejected.isEmpty() ? "" : "; rejected: " + Scheduler.explain(rejected));
        }
    }

    /** As {@link #select}, with the verdict on every host. */
    public Choice choose(Transaction tx, SchedulingRequest request) {
        Candidates candidates =
                placement.candidates(tx, CandidateQuery.of(request.flavor().resources()));
        Map<String, String> reasons = new LinkedHashMap<>();
        candidates.rejected().forEach(r -> reasons.put(r.name(), r.reason()));
        List<HostState> passed = new ArrayList<>();
        for (HostState host : states(tx, candidates.accepted(), request)) {
            Optional<String> reason = Optional.empty();
            for (HostFilter filter : filters) {
                reason = filter.reject(host, request).map(why -> filter.name() + ": " + why);
                if (reason.isPresent()) {
                    break;
                }
            }
            if (reason.isEmpty()) {
                passed.add(host);
            } else {
                reasons.put(host.name(), reason.get());
            }
        }
        if (passed.isEmpty()) {
            throw new NoValidHost(explain(reasons));
        }
        passed.sort(order(request));
        return new Choice(List.copyOf(passed), Map.copyOf(reasons));
    }

    private static String explain(Map<String, String> reasons) {
        if (reasons.isEmpty()) {
            return "There are no hosts.";
        }
        List<String> lines = new ArrayList<>();
        reasons.forEach((host, why) -> lines.add(host + ": " + why));
        return String.join("; ", lines) + ".";
    }

    /** Most free memory first, then CPUs, then disk; soft group policies above all. */
    private static Comparator<HostState> order(SchedulingRequest request) {
        Comparator<HostState> byRoom =
                Comparator.<HostState>comparingLong(host -> -host.free("MEMORY_MB"))
                        .thenComparingLong(host -> -host.free("VCPU"))
                        .thenComparingLong(host -> -host.free("DISK_GB"))
                        .thenComparing(HostState::name);
        String policy = request.group().map(group -> group.policy()).orElse("");
        return switch (policy) {
            case "soft-affinity" ->
                    Comparator.<HostState>comparingInt(host -> -host.groupMembers())
                            .thenComparing(byRoom);
            case "soft-anti-affinity" ->
                    Comparator.comparingInt(HostState::groupMembers).thenComparing(byRoom);
            default -> byRoom;
        };
    }

    private List<HostState> states(
            Transaction tx, List<Candidate> candidates, SchedulingRequest request) {
        Instant now = Times.now();
        KnownRows.Hosts all = stores.known().hosts(tx);
        Map<String, ComputeService> services = new HashMap<>();
        for (ComputeService service : all.services()) {
            if (service.program().equals(ComputeService.COMPUTE)) {
                services.put(service.host(), service);
            }
        }
        Map<String, ComputeNode> nodes = new HashMap<>();
        all.nodes().forEach(node -> nodes.put(node.host(), node));
        Map<String, Integer> members =
                request.group().isPresent()
                        ? stores.servers().membersByHost(tx, request.group().get().id())
                        : Map.of();
        Map<String, Set<UUID>> named = named(tx, request);
        List<HostState> states = new ArrayList<>();
        for (Candidate candidate : candidates) {
            ComputeNode node = nodes.get(candidate.name());
            if (node == null) {
                continue;
            }
            Map<String, String> metadata = new HashMap<>();
            all.aggregates().stream()
                    .filter(aggregate -> aggregate.hosts().contains(node.host()))
                    .forEach(aggregate -> metadata.putAll(aggregate.metadata()));
            String why = whyNot(services.get(node.host()), now);
            states.add(
                    new HostState(
                            candidate.provider(),
                            node.host(),
                            metadata.getOrDefault(HostAggregate.ZONE_KEY, config.defaultZone()),
                            node.architecture(),
                            why.isEmpty(),
                            why,
                            candidate,
                            members.isEmpty() ? -1 : members.getOrDefault(node.host(), 0),
                            named.getOrDefault(node.host(), Set.of()),
                            metadata));
        }
        return states;
    }

    private static String whyNot(
            @org.jspecify.annotations.Nullable ComputeService service, Instant now) {
        if (service == null) {
            return "it has no nova-compute";
        }
        if (service.disabled()) {
            return "its nova-compute is disabled"
                    + service.disabledReason().map(reason -> " (" + reason + ")").orElse("");
        }
        return service.up(now) ? "" : "its nova-compute is down";
    }

    private Map<String, Set<UUID>> named(Transaction tx, SchedulingRequest request) {
        Set<UUID> servers = new HashSet<>(request.sameHost());
        servers.addAll(request.differentHost());
        Map<String, Set<UUID>> byHost = new HashMap<>();
        for (UUID id : servers) {
            stores.servers()
                    .find(tx, id)
                    .flatMap(server -> server.state().host())
                    .ifPresent(
                            host -> byHost.computeIfAbsent(host, key -> new HashSet<>()).add(id));
        }
        return byHost;
    }
}
