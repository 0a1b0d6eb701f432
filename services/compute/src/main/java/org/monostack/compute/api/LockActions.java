package org.monostack.compute.api;

import java.util.Optional;
import java.util.Set;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
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

    LockActions(ServerAccess access, ServersApi servers) {
        this.access = access;
        this.servers = servers;
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

    private Response resetState(Request request, JsonNode argument) {
        boolean active = argument.path("state").asString().equals("active");
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-admin-actions:reset_state");
                    ServerChange change =
                            new ServerChange().vm(active ? VmState.ACTIVE : VmState.ERROR).noTask();
                    access.stores().servers().change(tx, server.id(), change);
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
