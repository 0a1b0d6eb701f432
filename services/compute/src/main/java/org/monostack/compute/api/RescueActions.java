package org.monostack.compute.api;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** Rescue: a server boots from another disk, its own beside it; and back. */
final class RescueActions {
    private final ServerAccess access;
    private final ImageChecks images;
    private final ServerOperations kinds;

    RescueActions(ServerAccess access, ImageChecks images, ServerOperations kinds) {
        this.access = access;
        this.images = images;
        this.kinds = kinds;
    }

    void addTo(ActionsApi actions) {
        actions.on("rescue", this::rescue).body(Schema.of("compute", "server-rescue"));
        actions.on("unrescue", this::unrescue);
    }

    private Response rescue(Request request, JsonNode wanted) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-rescue");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(
                            server,
                            "rescue",
                            Set.of(VmState.ACTIVE, VmState.STOPPED, VmState.ERROR));
                    if (server.state().launchedAt().isEmpty() || server.state().host().isEmpty()) {
                        throw ServerAccess.invalidState(
                                server, "rescue", "vm_state error, never launched");
                    }
                    access.stores()
                            .heldImages()
                            .put(tx, server.id(), image(tx, request, wanted, server));
                    access.submit(
                            tx,
                            request,
                            server,
                            kinds.rescue(),
                            new ServerChange().task(TaskState.RESCUING),
                            "rescue");
                });
        String password =
                Inputs.text(wanted, "adminPass")
                        .filter(text -> !text.isEmpty())
                        .orElseGet(ServersApi::password);
        return Response.json(200, Json.object().put("adminPass", password));
    }

    /** The image that is asked for, else the server's own. */
    private ImageRef image(Transaction tx, Request request, JsonNode wanted, Server server) {
        Optional<String> text = Inputs.text(wanted, "rescue_image_ref");
        if (text.isEmpty()) {
            return server.image();
        }
        UUID id =
                Inputs.uuid(text.get())
                        .orElseThrow(() ->
                                ApiException.badRequest("Invalid rescue_image_ref provided."));
        return images.require(tx, request, id, server.flavor());
    }

    private Response unrescue(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-unrescue");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(server, "unrescue", Set.of(VmState.RESCUED));
                    access.stores().heldImages().deleteOf(tx, server.id());
                    access.submit(
                            tx,
                            request,
                            server,
                            kinds.unrescue(),
                            new ServerChange().task(TaskState.UNRESCUING),
                            "unrescue");
                });
        return Response.empty(202);
    }
}
