package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.Engines;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.operation.ShelveJob;
import org.monostack.compute.scheduler.NoValidHost;
import org.monostack.compute.scheduler.Scheduler;
import org.monostack.compute.scheduler.SchedulingRequest;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.telemetry.Notes;
import tools.jackson.databind.JsonNode;

/**
 * Shelve and unshelve: a server gives its host's room back and is made again, anywhere, from the
 * image of its disk. Shelved servers leave their host at once, as with Nova's {@code
 * shelved_offload_time} of 0.
 */
final class ShelveActions {
    private static final Set<VmState> SHELVABLE =
            Set.of(VmState.ACTIVE, VmState.STOPPED, VmState.PAUSED, VmState.SUSPENDED);

    private final ServerAccess access;
    private final ServerMaker maker;
    private final Scheduler scheduler;
    private final Engines engines;
    private final ServerOperations kinds;

    ShelveActions(
            ServerAccess access,
            ServerMaker maker,
            Scheduler scheduler,
            Engines engines,
            ServerOperations kinds) {
        this.access = access;
        this.maker = maker;
        this.scheduler = scheduler;
        this.engines = engines;
        this.kinds = kinds;
    }

    /** Where a user wants the server. */
    private record Place(boolean zoneNamed, Optional<String> zone, Optional<String> host) {
        static Place of(JsonNode wanted) {
            return new Place(
                    wanted.has("availability_zone"),
                    Inputs.text(wanted, "availability_zone"),
                    Inputs.text(wanted, "host"));
        }

        boolean any() {
            return zoneNamed || host.isPresent();
        }
    }

    void addTo(ActionsApi actions) {
        actions.on("shelve", this::shelve);
        actions.on("shelveOffload", this::offload);
        actions.on("unshelve", this::unshelve)
                .body(
                        Schema.of("compute", "server-unshelve")
                                .since("2.77", "server-unshelve-2.77")
                                .since("2.91", "server-unshelve-2.91"));
    }

    private Response shelve(Request request, JsonNode argument) {
        UUID image = UUID.randomUUID();
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-shelve:shelve");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(server, "shelve", SHELVABLE);
                    engines.images()
                            .create(
                                    tx,
                                    ImageAction.image(
                                            image,
                                            server.wish().name() + "-shelved",
                                            server,
                                            request,
                                            Map.of("image_type", "snapshot")));
                    submit(tx, request, server, kinds.shelve(), image, TaskState.SHELVING);
                });
        return Response.empty(202);
    }

    private Response offload(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-shelve:shelve_offload");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(server, "shelveOffload", Set.of(VmState.SHELVED));
                    ImageRef image =
                            access.stores().heldImages().find(tx, server.id()).orElseThrow();
                    submit(
                            tx,
                            request,
                            server,
                            kinds.offload(),
                            UUID.fromString(image.id()),
                            TaskState.SHELVING_OFFLOADING);
                });
        return Response.empty(202);
    }

    private void submit(
            Transaction tx,
            Request request,
            Server server,
            OperationKind<ShelveJob> kind,
            UUID image,
            TaskState task) {
        access.submit(
                tx,
                request,
                server.id(),
                server.projectId(),
                kind,
                new ShelveJob(server.id(), request.requestId(), image, server.state().vm().text()),
                task == TaskState.SHELVING ? "shelve" : "shelveOffload");
        access.stores().servers().change(tx, server.id(), new ServerChange().task(task));
    }

    private Response unshelve(Request request, JsonNode argument) {
        Place place = Place.of(argument);
        access.database().run(tx -> unshelve(tx, request, place));
        return Response.empty(202);
    }

    private void unshelve(Transaction tx, Request request, Place place) {
        Server server = access.lock(tx, request, "os-shelve:unshelve");
        if (place.host().isPresent()) {
            request.authorize(
                    "os_compute_api:os-shelve:unshelve_to_host", ServerViews.target(server));
        }
        ServerAccess.requireUnlocked(request, server);
        ServerAccess.requireState(
                server,
                "unshelve",
                place.any()
                        ? Set.of(VmState.SHELVED_OFFLOADED)
                        : Set.of(VmState.SHELVED, VmState.SHELVED_OFFLOADED));
        ServerChange change = new ServerChange().task(TaskState.UNSHELVING).noFault();
        if (server.state().vm() == VmState.SHELVED_OFFLOADED) {
            maker.checkPlace(tx, place.zone(), place.host());
            Optional<String> host = host(tx, request, server, place);
            if (host.isEmpty()) {
                access.failed(tx, request, server, "unshelve");
                return;
            }
            engines.networks().bind(tx, server.id(), host);
            change.host(host);
            if (place.zoneNamed()) {
                change.zone(place.zone());
            }
        }
        access.submit(tx, request, server, kinds.unshelve(), change, "unshelve");
    }

    /** The host that takes the server, with its room claimed; none leaves the server shelved. */
    private Optional<String> host(Transaction tx, Request request, Server server, Place place) {
        JsonNode hints = Json.read(server.wish().hints());
        SchedulingRequest wanted =
                new SchedulingRequest(
                        server.flavor(),
                        server.image(),
                        place.zoneNamed() ? place.zone() : server.wish().availabilityZone(),
                        place.host(),
                        server.wish().group().flatMap(id -> access.stores().groups().lock(tx, id)),
                        ServerMaker.named(hints, "same_host"),
                        ServerMaker.named(hints, "different_host"));
        String verdict;
        Optional<String> host = Optional.empty();
        try {
            Scheduler.Choice choice = scheduler.choose(tx, wanted);
            host =
                    ServerMaker.claim(
                            tx,
                            engines.placement(),
                            new ServerMaker.Owner(server.projectId(), server.userId()),
                            server.flavor(),
                            server.id(),
                            choice.hosts());
            verdict = host.map(choice::explain).orElse("every host that would do is taken");
        } catch (NoValidHost e) {
            verdict = "no host will do: " + e.reasons();
        }
        Notes.write(
                tx,
                ServerOperations.RESOURCE,
                server.id().toString(),
                Optional.of(request.requestId()),
                "scheduler",
                verdict);
        return host;
    }
}
