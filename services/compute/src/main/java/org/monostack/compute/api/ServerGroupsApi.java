package org.monostack.compute.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.monostack.compute.model.QuotaResource;
import org.monostack.compute.model.ServerGroup;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Server groups. */
final class ServerGroupsApi {
    private static final String RULE = "os_compute_api:os-server-groups:";

    private final Database database;
    private final Stores stores;
    private final Quotas quotas;

    ServerGroupsApi(Database database, Stores stores, Quotas quotas) {
        this.database = database;
        this.stores = stores;
        this.quotas = quotas;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-server-groups"), this::list).policy(RULE + "index");
        routes.post(Paths.of("/os-server-groups"), this::create)
                .policy(RULE + "create")
                .body(
                        Schema.of("compute", "server-group-create")
                                .since("2.15", "server-group-create-2.15")
                                .since("2.64", "server-group-create-2.64"));
        routes.get(Paths.of("/os-server-groups/{group_id}"), this::show)
                .policyInHandler(RULE + "show");
        routes.delete(Paths.of("/os-server-groups/{group_id}"), this::delete)
                .policyInHandler(RULE + "delete")
                .answers(204);
    }

    private ServerGroup find(Transaction tx, Request request, String rule) {
        String text = request.pathParameter("group_id");
        ServerGroup group =
                Inputs.uuid(text)
                        .flatMap(id -> stores.groups().find(tx, id))
                        .filter(g ->
                                request.caller().projectId().equals(Optional.of(g.projectId()))
                                        || request.allowed("context_is_admin", Map.of()))
                        .orElseThrow(() ->
                                ApiException.notFound(
                                        "Instance group " + text + " could not be found."));
        request.authorize(
                RULE + rule, Map.of("project_id", group.projectId(), "user_id", group.userId()));
        return group;
    }

    private ObjectNode view(Transaction tx, Request request, ServerGroup group) {
        ObjectNode node = Json.object();
        node.put("id", group.id().toString());
        node.put("name", group.name());
        if (request.microversion().atLeast(2, 64)) {
            node.put("policy", group.policy());
            ObjectNode rules = node.putObject("rules");
            group.maxServerPerHost().ifPresent(most -> rules.put("max_server_per_host", most));
        } else {
            node.putArray("policies").add(group.policy());
            node.putObject("metadata");
        }
        ArrayNode members = node.putArray("members");
        stores.servers().members(tx, group.id()).forEach(id -> members.add(id.toString()));
        if (request.microversion().atLeast(2, 13)) {
            node.put("project_id", group.projectId());
            node.put("user_id", group.userId());
        }
        return node;
    }

    private Response list(Request request) {
        boolean all =
                request.query().contains("all_projects")
                        && request.allowed(RULE + "index:all_projects", Map.of());
        int offset =
                request.query()
                        .first("offset")
                        .map(text -> Paging.nonNegative("offset", text))
                        .orElse(0);
        Paging paging = Paging.of(request.query());
        return database.reading(tx -> {
            List<ServerGroup> groups =
                    stores.groups()
                            .list(
                                    tx,
                                    all
                                            ? Optional.empty()
                                            : Optional.of(request.caller().requireProject()),
                                    offset,
                                    paging.limit());
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("server_groups");
            groups.forEach(group -> list.add(view(tx, request, group)));
            return Response.json(200, body);
        });
    }

    private Response create(Request request) {
        JsonNode wanted = request.json().path("server_group");
        String project = request.caller().requireProject();
        String policy =
                request.microversion().atLeast(2, 64)
                        ? wanted.path("policy").asString()
                        : wanted.path("policies").path(0).asString();
        Optional<Long> most = Inputs.number(wanted.path("rules"), "max_server_per_host", 1);
        if (most.isPresent() && !policy.equals("anti-affinity")) {
            throw ApiException.badRequest("Only anti-affinity policy supports rules.");
        }
        ServerGroup group =
                new ServerGroup(
                        0,
                        UUID.randomUUID(),
                        project,
                        request.caller().userId(),
                        Inputs.text(wanted, "name").orElseThrow().strip(),
                        policy,
                        most.isPresent()
                                ? OptionalInt.of(most.get().intValue())
                                : OptionalInt.empty());
        return database.inTransaction(tx -> {
            quotas.lock(tx, project);
            long limit =
                    quotas.limits(tx, project, Optional.empty())
                            .getOrDefault(QuotaResource.SERVER_GROUPS, -1L);
            if (limit >= 0 && stores.groups().count(tx, project) + 1 > limit) {
                throw ApiException.forbidden("Quota exceeded, too many server groups.");
            }
            stores.groups().insert(tx, group);
            return Response.json(200, Json.object().set("server_group", view(tx, request, group)));
        });
    }

    private Response show(Request request) {
        return database.reading(tx ->
                Response.json(
                        200,
                        Json.object()
                                .set(
                                        "server_group",
                                        view(tx, request, find(tx, request, "show")))));
    }

    private Response delete(Request request) {
        database.run(tx -> stores.groups().delete(tx, find(tx, request, "delete").id()));
        return Response.empty(204);
    }
}
