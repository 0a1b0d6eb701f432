package org.monostack.compute.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.HostAggregate;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.KeyPair;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.QuotaResource;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.ServerGroup;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.scheduler.HostState;
import org.monostack.compute.scheduler.NoValidHost;
import org.monostack.compute.scheduler.Scheduler;
import org.monostack.compute.scheduler.SchedulingRequest;
import org.monostack.compute.store.Stores;
import org.monostack.network.Networks;
import org.monostack.placement.CapacityExceeded;
import org.monostack.placement.Placement;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import org.monostack.platform.telemetry.Notes;
import tools.jackson.databind.JsonNode;

/**
 * Makes servers: in one transaction the rows, the ports, the allocation, the count against the
 * quota and the operation that boots them. Either all of it is there afterwards, or nothing.
 */
final class ServerMaker {
    private final ServerAccess access;
    private final Quotas quotas;
    private final ImageChecks images;
    private final Scheduler scheduler;
    private final Placement placement;
    private final Networks networks;
    private final ServerOperations kinds;
    private final String defaultZone;

    ServerMaker(
            ServerAccess access,
            Quotas quotas,
            ImageChecks images,
            Scheduler scheduler,
            Placement placement,
            Networks networks,
            ServerOperations kinds,
            String defaultZone) {
        this.access = access;
        this.quotas = quotas;
        this.images = images;
        this.scheduler = scheduler;
        this.placement = placement;
        this.networks = networks;
        this.kinds = kinds;
        this.defaultZone = defaultZone;
    }

    /** Ids of whom a server belongs to. */
    record Owner(String project, String user) {}

    /** When room on a host is claimed; until the commit that keeps others from the host's row. */
    enum Claim {
        /** At once, so that another host will do if the best one is taken meanwhile. */
        FIRST,

        /** When all the rest is written, so that others wait for a shorter time. */
        LAST
    }

    /**
     * The best host was taken by others since it was looked at: to be made anew, claiming first.
     */
    static final class TakenMeanwhile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TakenMeanwhile() {
            super(null, null, false, false);
        }
    }

    /**
     * A host for a server.
     *
     * @param unclaimed the same, if room on it has yet to be claimed
     */
    private record Place(Optional<String> host, Optional<HostState> unclaimed) {
        static final Place NONE = new Place(Optional.empty(), Optional.empty());
    }

    /**
     * Makes what is wanted and returns the rows, as they were when accepted.
     *
     * @throws TakenMeanwhile only when claiming last
     */
    List<Server> make(Transaction tx, Request request, CreateRequest wanted, Claim when) {
        Stores stores = access.stores();
        String project = request.caller().requireProject();
        String user = request.caller().userId();
        Flavor flavor =
                stores.known()
                        .flavor(tx, wanted.flavor())
                        .filter(f ->
                                stores.flavors().visible(tx, f, project)
                                        || request.allowed("context_is_admin", Map.of()))
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Flavor " + wanted.flavor() + " could not be found."));
        ImageRef image = images.require(tx, request, wanted.image(), flavor);
        Optional<Server.KeyRef> key = wanted.keyName().map(name -> key(stores, tx, user, name));
        checkPlace(tx, wanted.zone(), wanted.host());
        checkLimits(tx, wanted, project);
        Optional<ServerGroup> group = group(tx, request, wanted);
        int count =
                quotas.grantServers(
                        tx,
                        project,
                        user,
                        wanted.least(),
                        wanted.most(),
                        flavor.vcpus(),
                        flavor.memoryMb());
        group.ifPresent(g -> checkMembers(tx, g, project, count));

        Instant now = Times.now();
        UUID random = UUID.randomUUID();
        String reservation = ServerViews.reservationId(random);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(UUID.randomUUID());
        }
        // A second server has to be placed with the first one's claim in sight.
        boolean claimsLast = when == Claim.LAST && count == 1;
        List<Place> places;
        Optional<Server.Fault> fault = Optional.empty();
        try {
            places = place(tx, request, wanted, flavor, image, group, ids, claimsLast);
        } catch (NoValidHost e) {
            ids.forEach(id -> {
                placement.release(tx, id);
                networks.release(tx, id);
            });
            places = ids.stream().map(id -> Place.NONE).toList();
            fault =
                    Optional.of(
                            new Server.Fault(
                                    500,
                                    "No valid host was found. ",
                                    Optional.of(e.reasons()),
                                    now));
            fault = fault.map(f -> withReasons(f, e.reasons()));
            ids.forEach(id -> note(tx, request, id, "no host will do: " + e.reasons()));
        }
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = count == 1 ? wanted.name() : wanted.name() + "-" + (i + 1);
            Optional<String> hostname =
                    count == 1 ? wanted.hostname() : wanted.hostname().map(base -> base + "-");
            int index = i + 1;
            String host =
                    hostname.map(base -> count == 1 ? base : base + index)
                            .orElse(CreateRequest.hostnameOf(name, ids.get(i)));
            Server.Wish wish =
                    new Server.Wish(
                            name,
                            wanted.description(),
                            host,
                            reservation,
                            i,
                            key,
                            wanted.userData(),
                            wanted.configDrive(),
                            wanted.personality(),
                            wanted.zone(),
                            Json.write(wanted.hints()),
                            group.map(ServerGroup::id),
                            wanted.accessIpv4(),
                            wanted.accessIpv6(),
                            wanted.diskConfig());
            servers.add(
                    new Server(
                            ids.get(i),
                            0,
                            project,
                            user,
                            wish,
                            state(places.get(i).host(), fault),
                            flavor,
                            Optional.empty(),
                            image,
                            wanted.metadata(),
                            wanted.tags(),
                            now,
                            now,
                            0));
        }
        stores.servers().insert(tx, servers);
        for (Server server : servers) {
            if (fault.isPresent()) {
                access.done(tx, request, server, "create");
            } else {
                access.submitFirst(tx, request, server, kinds.boot());
            }
        }
        Owner owner = new Owner(project, user);
        for (int i = 0; i < count; i++) {
            Optional<HostState> host = places.get(i).unclaimed();
            if (host.isPresent()
                    && claim(tx, placement, owner, flavor, ids.get(i), List.of(host.get()))
                            .isEmpty()) {
                throw new TakenMeanwhile();
            }
        }
        return servers;
    }

    private static void note(Transaction tx, Request request, UUID server, String verdict) {
        Notes.write(
                tx,
                ServerOperations.RESOURCE,
                server.toString(),
                Optional.of(request.requestId()),
                "scheduler",
                verdict);
    }

    private static Server.Fault withReasons(Server.Fault fault, String reasons) {
        String message = fault.message() + reasons;
        return new Server.Fault(
                fault.code(),
                message.length() <= 255 ? message : message.substring(0, 252) + "...",
                fault.details(),
                fault.at());
    }

    private static Server.State state(Optional<String> host, Optional<Server.Fault> fault) {
        return new Server.State(
                fault.isPresent() ? VmState.ERROR : VmState.BUILDING,
                fault.isPresent() ? Optional.empty() : Optional.of(TaskState.SPAWNING),
                PowerStates.NO_STATE,
                0,
                host,
                Optional.empty(),
                Optional.empty(),
                false,
                fault,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /**
     * Claims room for each server, on the best host that still has it, unless that is to be done
     * last, and makes its ports. Ports come first, as if the best host were certain: a claim locks
     * the host's row until the commit, and makes all others wait who want the same host.
     */
    private List<Place> place(
            Transaction tx,
            Request request,
            CreateRequest wanted,
            Flavor flavor,
            ImageRef image,
            Optional<ServerGroup> group,
            List<UUID> ids,
            boolean claimsLast) {
        SchedulingRequest scheduling =
                new SchedulingRequest(
                        flavor,
                        image,
                        wanted.zone(),
                        wanted.host(),
                        group,
                        named(wanted.hints(), "same_host"),
                        named(wanted.hints(), "different_host"));
        Owner owner = new Owner(request.caller().requireProject(), request.caller().userId());
        List<Place> places = new ArrayList<>();
        Map<String, Integer> mine = new HashMap<>();
        for (UUID id : ids) {
            Scheduler.Choice choice = scheduler.choose(tx, scheduling);
            List<HostState> candidates =
                    choice.hosts().stream().filter(host -> apart(group, host, mine)).toList();
            Optional<String> best = candidates.stream().map(HostState::name).findFirst();
            if (best.isPresent()) {
                ports(tx, request, wanted, id, best);
            }
            if (claimsLast && best.isPresent()) {
                note(tx, request, id, choice.explain(best.get()));
                places.add(new Place(best, Optional.of(candidates.getFirst())));
                continue;
            }
            String host =
                    claim(tx, placement, owner, flavor, id, candidates)
                            .orElseThrow(() ->
                                    new NoValidHost(
                                            "Every host that would do is taken by other"
                                                    + " servers of the request."));
            if (!best.equals(Optional.of(host))) {
                networks.bind(tx, id, Optional.of(host));
            }
            note(tx, request, id, choice.explain(host));
            mine.merge(host, 1, Integer::sum);
            places.add(new Place(Optional.of(host), Optional.empty()));
        }
        return places;
    }

    private void ports(
            Transaction tx,
            Request request,
            CreateRequest wanted,
            UUID server,
            Optional<String> host) {
        networks.allocate(
                tx,
                request.caller(),
                server,
                wanted.networks(),
                wanted.securityGroups(),
                host,
                wanted.zone().orElse(defaultZone));
    }

    /** Group policies also hold between the servers of one request, which have no rows yet. */
    private static boolean apart(
            Optional<ServerGroup> group, HostState host, Map<String, Integer> mine) {
        if (group.isEmpty() || mine.isEmpty()) {
            return true;
        }
        int here = mine.getOrDefault(host.name(), 0);
        return switch (group.get().policy()) {
            case "anti-affinity" ->
                    here + Math.max(host.groupMembers(), 0)
                            < group.get().maxServerPerHost().orElse(1);
            case "affinity" -> here > 0;
            default -> true;
        };
    }

    /** Claims what a flavor says on the first host that still has it. */
    static Optional<String> claim(
            Transaction tx,
            Placement placement,
            Owner owner,
            Flavor flavor,
            UUID server,
            List<HostState> candidates) {
        for (HostState host : candidates) {
            try {
                placement.claim(
                        tx,
                        server,
                        host.provider(),
                        flavor.resources(),
                        owner.project(),
                        owner.user());
                return Optional.of(host.name());
            } catch (CapacityExceeded e) {
                // Somebody else was faster; the next best will do.
            }
        }
        return Optional.empty();
    }

    static Set<UUID> named(JsonNode hints, String key) {
        Set<UUID> ids = new HashSet<>();
        JsonNode value = hints.path(key);
        if (value.isString()) {
            Inputs.uuid(value.asString()).ifPresent(ids::add);
        } else {
            value.forEach(item -> Inputs.uuid(item.asString()).ifPresent(ids::add));
        }
        return ids;
    }

    private static Server.KeyRef key(Stores stores, Transaction tx, String user, String name) {
        KeyPair pair =
                stores.keyPairs()
                        .find(tx, user, name)
                        .orElseThrow(() -> ApiException.badRequest("Invalid key_name provided."));
        return new Server.KeyRef(pair.name(), pair.type(), pair.publicKey());
    }

    /** 400 when a zone or a host that is asked for is not there. */
    void checkPlace(Transaction tx, Optional<String> zone, Optional<String> host) {
        if (zone.isPresent() && !zone.get().equals(defaultZone)) {
            boolean known =
                    access.stores().aggregates().list(tx).stream()
                            .map(HostAggregate::zone)
                            .anyMatch(zone::equals);
            if (!known) {
                throw ApiException.badRequest("The requested availability zone is not available");
            }
        }
        if (host.isPresent() && access.stores().hosts().node(tx, host.get()).isEmpty()) {
            throw ApiException.badRequest("Compute host " + host.get() + " could not be found.");
        }
    }

    private void checkLimits(Transaction tx, CreateRequest wanted, String project) {
        if (wanted.metadata().isEmpty() && wanted.personality().isEmpty()) {
            return;
        }
        Map<QuotaResource, Long> limits = quotas.limits(tx, project, Optional.empty());
        Quotas.checkMetadata(limits, wanted.metadata().size());
        Quotas.checkPersonality(limits, wanted.personality());
    }

    private Optional<ServerGroup> group(Transaction tx, Request request, CreateRequest wanted) {
        Optional<String> text = Inputs.text(wanted.hints(), "group");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<ServerGroup> group =
                Inputs.uuid(text.get())
                        .flatMap(id -> access.stores().groups().lock(tx, id))
                        .filter(g ->
                                g.projectId().equals(request.caller().requireProject())
                                        || request.allowed("context_is_admin", Map.of()));
        if (group.isEmpty()) {
            throw ApiException.badRequest("Instance group " + text.get() + " could not be found.");
        }
        return group;
    }

    private void checkMembers(Transaction tx, ServerGroup group, String project, int more) {
        long limit =
                quotas.limits(tx, project, Optional.empty())
                        .getOrDefault(QuotaResource.SERVER_GROUP_MEMBERS, -1L);
        int members = access.stores().servers().members(tx, group.id()).size();
        if (limit >= 0 && members + more > limit) {
            throw ApiException.forbidden("Quota exceeded, too many servers in group");
        }
    }
}
