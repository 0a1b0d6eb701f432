package org.monostack.compute.api;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerJob;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;

/** Lock, unlock, reset the state, change the password, and deletions by other names. */
final class LockActions {
    private static final Schema LOCK = Schema.of("compute", "server-lock-2.73");

    private final ServerAccess access;
    private final ServersApi servers;
    private final ServerOperations kinds;

    LockActions(ServerAccess access, ServersApi servers, ServerOperations kinds) {
        this.access = access;
        this.servers = servers;
        this.kinds = kinds;
    }

    void addTo(ActionsApi actions) {
        actions.on("lock", this::lock);
        actions.on("unlock", this::unlock);
        actions.on("os-resetState", this::resetState)
                .body(Schema.of("compute", "server-reset-state"));
        actions.on("changePassword", this::changePassword)
                .body(Schema.of("compute", "server-change-password"));
        actions.on("forceDelete", this::forceDelete);
        actions.on("restore", this::restore);
    }

    private Response lock(Request request, JsonNode argument) {
        if (request.microversion().atLeast(2, 73)) {
            LOCK.check(request.json(), Optional.of(request.microversion()));
        }
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-lock-server:lock");
                    boolean owner =
                            request.caller().projectId().equals(Optional.of(server.projectId()));
                    access.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange()
                                            .locked(
                                                    Optional.of(owner ? "owner" : "admin"),
                                                    Inputs.text(argument, "locked_reason")));
                    access.done(tx, request, server, "lock");
                });
        return Response.empty(202);
    }

    private Response unlock(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-lock-server:unlock");
                    if (server.state().lockedBy().equals(Optional.of("admin"))) {
                        request.authorize(
                                "os_compute_api:os-lock-server:unlock:unlock_override",
                                ServerViews.target(server));
                    }
                    access.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange().locked(Optional.empty(), Optional.empty()));
                    access.done(tx, request, server, "unlock");
                });
        return Response.empty(202);
    }

    /**
     * The state is what the caller says, at once. Whatever runs or waits is told to give up, and
     * the state is set once more behind it: the administrator has the last word. A deletion goes
     * on, since it was promised.
     */
    private Response resetState(Request request, JsonNode argument) {
        boolean active = argument.path("state").asString().equals("active");
        VmState state = active ? VmState.ACTIVE : VmState.ERROR;
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-admin-actions:reset_state");
                    UUID id = server.id();
                    if (server.state().task().equals(Optional.of(TaskState.DELETING))) {
                        return;
                    }
                    ServerChange change = new ServerChange().vm(state).noTask();
                    if (access.operations().busy(tx, ServerOperations.RESOURCE, id.toString())) {
                        access.operations()
                                .submit(
                                        tx,
                                        kinds.resetState(),
                                        ServerOperations.RESOURCE,
                                        id.toString(),
                                        new ServerJob(
                                                id,
                                                request.requestId(),
                                                state.text(),
                                                Times.now().toEpochMilli()),
                                        request.requestId());
                        access.operations().nudge(tx, ServerOperations.RESOURCE, id.toString());
                        change.cancel();
                    }
                    access.stores().servers().change(tx, id, change);
                });
        return Response.empty(202);
    }

    private Response changePassword(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = access.find(tx, request, "os-admin-password");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(server, "changePassword", Set.of(VmState.ACTIVE));
                    throw ApiException.conflict(
                            "Failed to set admin password on "
                                    + server.id()
                                    + " because setting passwords needs an agent in the"
                                    + " guest, which this cloud does not use");
                });
        return Response.empty(202);
    }

    private Response forceDelete(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-deferred-delete:force");
                    servers.delete(tx, request, server, "delete");
                });
        return Response.empty(202);
    }

    /** Deletions are final here, so there is never anything to restore. */
    private Response restore(Request request, JsonNode argument) {
        access.database()
                .run(tx -> {
                    Server server = access.find(tx, request, "os-deferred-delete:restore");
                    throw ServerAccess.invalidState(
                            server, "restore", "vm_state " + server.state().vm().text());
                });
        return Response.empty(202);
    }
}
