package org.monostack.compute.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.Migration;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ResizeJob;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.placement.CapacityExceeded;
import org.monostack.placement.Placement;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;

/** Resize, confirm it, or take it back. */
final class ResizeActions {
    private final ServerAccess access;
    private final Quotas quotas;
    private final Placement placement;
    private final ServerOperations kinds;

    ResizeActions(ServerAccess access, Quotas quotas, Placement placement, ServerOperations kinds) {
        this.access = access;
        this.quotas = quotas;
        this.placement = placement;
        this.kinds = kinds;
    }

    void addTo(ActionsApi actions) {
        actions.on("resize", this::resize).body(Schema.of("compute", "server-resize"));
        actions.on("confirmResize", this::confirm);
        actions.on("revertResize", this::revert);
    }

    private Response resize(Request request, JsonNode wanted) {
        String flavorId = Inputs.text(wanted, "flavorRef").orElseThrow();
        access.database().run(tx -> resize(tx, request, flavorId, wanted));
        return Response.empty(202);
    }

    private void resize(Transaction tx, Request request, String flavorId, JsonNode wanted) {
        Server server = access.lock(tx, request, "servers:resize");
        ServerAccess.requireUnlocked(request, server);
        ServerAccess.requireState(server, "resize", Set.of(VmState.ACTIVE, VmState.STOPPED));
        if (server.state().host().isEmpty()) {
            throw ServerAccess.invalidState(server, "resize", "no host");
        }
        Flavor old = server.flavor();
        Flavor flavor =
                access.stores()
                        .flavors()
                        .find(tx, flavorId)
                        .filter(f ->
                                access.stores().flavors().visible(tx, f, server.projectId())
                                        || request.allowed("context_is_admin", Map.of()))
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Flavor " + flavorId + " could not be found."));
        if (flavor.id().equals(old.id())) {
            throw ApiException.badRequest("When resizing, instances must change flavor!");
        }
        if (flavor.rootGb() < old.rootGb()) {
            throw ApiException.badRequest(
                    "Server disk was unable to be resized because: Resize to smaller disk is not"
                            + " possible.");
        }
        quotas.grantResize(
                tx,
                server.projectId(),
                Math.max(flavor.vcpus() - old.vcpus(), 0),
                Math.max(flavor.memoryMb() - old.memoryMb(), 0));
        holdBoth(tx, server, old, flavor);
        String host = server.state().host().orElseThrow();
        UUID migration = UUID.randomUUID();
        access.stores()
                .migrations()
                .insert(
                        tx,
                        new Migration(
                                0,
                                migration,
                                server.id(),
                                server.projectId(),
                                request.caller().userId(),
                                "resize",
                                "migrating",
                                host,
                                host,
                                old.number(),
                                flavor.number(),
                                Times.now(),
                                Optional.empty()));
        ServerChange change = new ServerChange().task(TaskState.RESIZE_PREP);
        Inputs.text(wanted, "OS-DCF:diskConfig").ifPresent(change::diskConfig);
        access.submit(
                tx,
                request,
                server.id(),
                server.projectId(),
                kinds.resize().resize(),
                new ResizeJob(
                        server.id(),
                        request.requestId(),
                        server.state().vm().text(),
                        old,
                        flavor,
                        migration),
                "resize");
        access.stores().servers().change(tx, server.id(), change);
    }

    /** The larger of both flavors is held until the user has decided. */
    private void holdBoth(Transaction tx, Server server, Flavor old, Flavor flavor) {
        Map<String, Long> both = new HashMap<>(old.resources());
        flavor.resources().forEach((name, amount) -> both.merge(name, amount, Math::max));
        try {
            claim(tx, server, both);
        } catch (CapacityExceeded e) {
            throw ApiException.badRequest("No valid host found for resize: " + e.getMessage());
        }
    }

    private void claim(Transaction tx, Server server, Map<String, Long> resources) {
        for (UUID provider : placement.allocations(tx, server.id()).keySet()) {
            placement.claim(
                    tx, server.id(), provider, resources, server.projectId(), server.userId());
        }
    }

    private Server resized(Transaction tx, Request request, String rule, String verb) {
        Server server = access.lock(tx, request, rule);
        ServerAccess.requireUnlocked(request, server);
        ServerAccess.requireState(server, verb, Set.of(VmState.RESIZED));
        return server;
    }

    private Response confirm(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = resized(tx, request, "servers:confirm_resize", "confirmResize");
                    claim(tx, server, server.flavor().resources());
                    boolean running = server.state().power() == PowerStates.RUNNING;
                    access.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange()
                                            .vm(running ? VmState.ACTIVE : VmState.STOPPED)
                                            .oldFlavor(Optional.empty()));
                    access.stores()
                            .migrations()
                            .latest(tx, server.id())
                            .ifPresent(migration ->
                                    access.stores()
                                            .migrations()
                                            .status(tx, migration.id(), "confirmed"));
                    access.done(tx, request, server, "confirmResize");
                });
        return Response.empty(204);
    }

    private Response revert(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = resized(tx, request, "servers:revert_resize", "revertResize");
                    Flavor old = server.oldFlavor().orElseThrow();
                    Migration migration =
                            access.stores().migrations().latest(tx, server.id()).orElseThrow();
                    boolean running = server.state().power() == PowerStates.RUNNING;
                    access.submit(
                            tx,
                            request,
                            server.id(),
                            server.projectId(),
                            kinds.resize().revert(),
                            new ResizeJob(
                                    server.id(),
                                    request.requestId(),
                                    (running ? VmState.ACTIVE : VmState.STOPPED).text(),
                                    server.flavor(),
                                    old,
                                    migration.id()),
                            "revertResize");
                    access.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange().task(TaskState.RESIZE_REVERTING));
                });
        return Response.empty(202);
    }
}
