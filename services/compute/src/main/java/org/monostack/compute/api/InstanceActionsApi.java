package org.monostack.compute.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.ServerAction;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.operation.OperationEvent;
import org.monostack.platform.operation.OperationRecord;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was done to a server, with the steps of the operations that did it. */
final class InstanceActionsApi {
    private static final String RULE = "os_compute_api:os-instance-actions:";

    private final ServerAccess access;

    InstanceActionsApi(ServerAccess access) {
        this.access = access;
    }

    void addTo(Routes routes) {
        String base = "/servers/{server_id}/os-instance-actions";
        routes.get(Paths.of(base), this::list).policyInHandler(RULE + "list");
        routes.get(Paths.of(base + "/{request_id}"), this::show).policyInHandler(RULE + "show");
    }

    /** Deleted servers keep their history, visible since 2.21. */
    private Server find(Transaction tx, Request request, String rule) {
        String text = request.pathParameter("server_id");
        Optional<Server> server =
                Inputs.uuid(text)
                        .flatMap(id ->
                                request.microversion().atLeast(2, 21)
                                        ? access.stores().servers().findAny(tx, id)
                                        : access.stores().servers().find(tx, id))
                        .filter(found -> ServerAccess.visible(request, found));
        if (server.isEmpty()) {
            throw ServerAccess.notFound(text);
        }
        request.authorize(RULE + rule, ServerViews.target(server.get()));
        return server.get();
    }

    private static ObjectNode view(Request request, ServerAction action) {
        ObjectNode node = Json.object();
        node.put("action", action.action());
        node.put("instance_uuid", action.server().toString());
        node.put("message", action.message().orElse(null));
        node.put("project_id", action.projectId());
        node.put("request_id", action.requestId());
        node.put("start_time", Links.micros(action.startedAt()));
        node.put("user_id", action.userId());
        if (request.microversion().atLeast(2, 58)) {
            node.put("updated_at", Links.micros(action.updatedAt()));
        }
        return node;
    }

    private Response list(Request request) {
        Query query = request.query();
        boolean paged = request.microversion().atLeast(2, 58);
        Paging paging = paged ? Paging.of(query) : new Paging(Paging.MOST, Optional.empty());
        Optional<Instant> since =
                paged
                        ? query.first("changes-since").map(t -> Inputs.time("changes-since", t))
                        : Optional.empty();
        Optional<Instant> before =
                request.microversion().atLeast(2, 66)
                        ? query.first("changes-before").map(t -> Inputs.time("changes-before", t))
                        : Optional.empty();
        if (since.isPresent() && before.isPresent() && since.get().isAfter(before.get())) {
            throw ApiException.badRequest(
                    "The value of changes-since must be less than or equal to changes-before.");
        }
        return access.database()
                .reading(tx -> {
                    Server server = find(tx, request, "list");
                    paging.marker().ifPresent(m -> requireMarker(tx, server, m));
                    List<ServerAction> actions =
                            access.stores()
                                    .actions()
                                    .list(
                                            tx,
                                            server.id(),
                                            since,
                                            before,
                                            paging.marker(),
                                            paging.limit());
                    ObjectNode body = Json.object();
                    ArrayNode list = body.putArray("instanceActions");
                    actions.forEach(action -> list.add(view(request, action)));
                    if (paged) {
                        Links.next(
                                body,
                                "links",
                                request,
                                actions.size(),
                                paging,
                                actions.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(actions.getLast().requestId()));
                        renameLinks(body);
                    }
                    return Response.json(200, body);
                });
    }

    /** This list calls its links just so. */
    private static void renameLinks(ObjectNode body) {
        if (body.has("links_links")) {
            body.set("links", body.remove("links_links"));
        }
    }

    private void requireMarker(Transaction tx, Server server, String marker) {
        if (access.stores().actions().find(tx, server.id(), marker).isEmpty()) {
            throw ApiException.badRequest("marker [" + marker + "] not found");
        }
    }

    private Response show(Request request) {
        return access.database()
                .reading(tx -> {
                    Server server = find(tx, request, "show");
                    String requestId = request.pathParameter("request_id");
                    ServerAction action =
                            access.stores()
                                    .actions()
                                    .find(tx, server.id(), requestId)
                                    .orElseThrow(() ->
                                            ApiException.notFound(
                                                    "Action for request_id "
                                                            + requestId
                                                            + " on instance "
                                                            + server.id()
                                                            + " not found"));
                    ObjectNode node = view(request, action);
                    addEvents(tx, request, server, action, node);
                    return Response.json(200, Json.object().set("instanceAction", node));
                });
    }

    private void addEvents(
            Transaction tx, Request request, Server server, ServerAction action, ObjectNode node) {
        Map<String, Object> target = ServerViews.target(server);
        boolean insider = request.allowed(RULE + "events", target);
        if (!insider && !request.microversion().atLeast(2, 51)) {
            return;
        }
        ArrayNode events = node.putArray("events");
        if (action.operation().isEmpty()) {
            return;
        }
        boolean details =
                request.microversion().atLeast(2, 84)
                        && request.allowed(RULE + "events:details", target);
        for (OperationRecord record :
                access.operations()
                        .history(tx, ServerOperations.RESOURCE, server.id().toString())) {
            if (!record.id().equals(action.operation().get())) {
                continue;
            }
            for (OperationEvent event : record.events()) {
                ObjectNode view = events.addObject();
                view.put(
                        "event",
                        "compute_"
                                + (event.undo() ? "undo_" : "")
                                + event.step().replace('-', '_'));
                view.put("start_time", Links.micros(event.startedAt()));
                view.put("finish_time", Links.micros(event.finishedAt()));
                view.put("result", event.result());
                if (insider) {
                    view.put("traceback", event.detail().orElse(null));
                }
                if (request.microversion().atLeast(2, 62)) {
                    if (insider) {
                        view.put("host", server.state().host().orElse(""));
                    }
                    view.put("hostId", ServerViews.hostId(server));
                }
                if (details) {
                    view.put("details", event.detail().orElse(null));
                }
            }
        }
    }
}
