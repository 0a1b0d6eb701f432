package org.monostack.compute.api;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.ServerAction;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerJob;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Operations;

/**
 * The way to one server for every handler: found or 404, allowed or 403, in a fitting state or 409.
 * And the way into an operation, logged as a user's action. Thread-safe.
 */
final class ServerAccess {
    private static final String RULE = "os_compute_api:";

    private final Database database;
    private final Stores stores;
    private final Operations operations;

    ServerAccess(Database database, Stores stores, Operations operations) {
        this.database = database;
        this.stores = stores;
        this.operations = operations;
    }

    Database database() {
        return database;
    }

    Stores stores() {
        return stores;
    }

    Operations operations() {
        return operations;
    }

    /** The server that the path names; the rule's prefix os_compute_api: is added. */
    Server find(Transaction tx, Request request, String rule) {
        return find(tx, request, rule, false);
    }

    /** The same, locked until the transaction ends. */
    Server lock(Transaction tx, Request request, String rule) {
        return find(tx, request, rule, true);
    }

    private Server find(Transaction tx, Request request, String rule, boolean lock) {
        String text = request.pathParameter("server_id");
        Optional<Server> found =
                Inputs.uuid(text)
                        .flatMap(id ->
                                lock
                                        ? stores.servers().lock(tx, id)
                                        : stores.servers().find(tx, id));
        Server server = found.orElseThrow(() -> notFound(text));
        if (!visible(request, server)) {
            throw notFound(text);
        }
        request.authorize(RULE + rule, ServerViews.target(server));
        return server;
    }

    /** Others' servers do not exist, except for administrators. */
    static boolean visible(Request request, Server server) {
        return request.caller().projectId().equals(Optional.of(server.projectId()))
                || request.allowed("context_is_admin", ServerViews.target(server));
    }

    static ApiException notFound(String id) {
        return ApiException.notFound("Instance " + id + " could not be found.");
    }

    /** 409 unless the server is in one of the states and nothing is being done to it. */
    static void requireState(Server server, String verb, Set<VmState> states) {
        requireState(server, verb, states, Set.of());
    }

    /** The same, where some tasks do not disturb. */
    static void requireState(
            Server server, String verb, Set<VmState> states, Set<TaskState> tasks) {
        if (!states.contains(server.state().vm())) {
            throw invalidState(server, verb, "vm_state " + server.state().vm().text());
        }
        if (server.state().task().isPresent() && !tasks.contains(server.state().task().get())) {
            throw invalidState(server, verb, "task_state " + server.state().task().get().text());
        }
    }

    static ApiException invalidState(Server server, String verb, String state) {
        return ApiException.conflict(
                "Cannot '" + verb + "' instance " + server.id() + " while it is in " + state);
    }

    /** 409 when somebody locked the server, except for administrators. */
    static void requireUnlocked(Request request, Server server) {
        if (server.locked() && !request.allowed("context_is_admin", ServerViews.target(server))) {
            throw ApiException.conflict("Instance " + server.id() + " is locked");
        }
    }

    /** Accepts an operation that needs no more than the server. */
    void submit(
            Transaction tx,
            Request request,
            Server server,
            OperationKind<ServerJob> kind,
            ServerChange change,
            String action) {
        submit(
                tx,
                request,
                server.id(),
                server.projectId(),
                kind,
                new ServerJob(
                        server.id(),
                        request.requestId(),
                        server.state().vm().text(),
                        Times.now().toEpochMilli()),
                action);
        stores.servers().change(tx, server.id(), change);
    }

    <P> void submit(
            Transaction tx,
            Request request,
            UUID server,
            String project,
            OperationKind<P> kind,
            P payload,
            String action) {
        String operation =
                operations.submit(
                        tx,
                        kind,
                        ServerOperations.RESOURCE,
                        server.toString(),
                        payload,
                        request.requestId());
        begin(tx, request, server, project, action, Optional.of(operation), Optional.empty());
    }

    /** Accepts what a server that this transaction makes is made by. */
    void submitFirst(
            Transaction tx, Request request, Server server, OperationKind<ServerJob> kind) {
        ServerJob job =
                new ServerJob(
                        server.id(),
                        request.requestId(),
                        server.state().vm().text(),
                        server.createdAt().toEpochMilli());
        String operation =
                operations.submitFirst(
                        tx,
                        kind,
                        ServerOperations.RESOURCE,
                        server.id().toString(),
                        job,
                        request.requestId());
        begin(
                tx,
                request,
                server.id(),
                server.projectId(),
                "create",
                Optional.of(operation),
                Optional.empty());
    }

    /** Logs an action that is done when its transaction commits. */
    void done(Transaction tx, Request request, Server server, String action) {
        begin(
                tx,
                request,
                server.id(),
                server.projectId(),
                action,
                Optional.empty(),
                Optional.empty());
    }

    /** Logs an action that was accepted and came to nothing at once. */
    void failed(Transaction tx, Request request, Server server, String action) {
        begin(
                tx,
                request,
                server.id(),
                server.projectId(),
                action,
                Optional.empty(),
                Optional.of("Error"));
    }

    private void begin(
            Transaction tx,
            Request request,
            UUID server,
            String project,
            String action,
            Optional<String> operation,
            Optional<String> message) {
        var now = Times.now();
        stores.actions()
                .begin(
                        tx,
                        new ServerAction(
                                server,
                                action,
                                request.requestId(),
                                request.caller().userId(),
                                request.caller().projectId().orElse(project),
                                operation,
                                message,
                                now,
                                operation.isEmpty() ? Optional.of(now) : Optional.empty(),
                                now));
    }
}
