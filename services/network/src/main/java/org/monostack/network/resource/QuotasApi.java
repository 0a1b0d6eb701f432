package org.monostack.network.resource;

import java.util.Map;
import org.monostack.network.store.Quotas;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Projects' quotas. A project may always read its own. */
final class QuotasApi {
    private final Quotas quotas;
    private final Transactions database;
    private final Policy policy;

    QuotasApi(Quotas quotas, Transactions database, Policy policy) {
        this.quotas = quotas;
        this.database = database;
        this.policy = policy;
    }

    void register(Routes routes) {
        routes.get("/v2.0/quotas", this::list).policyInHandler("get_quota");
        // The caller's own project, as old clients ask.
        routes.get("/v2.0/quotas/tenant", QuotasApi::own);
        routes.get("/v2.0/quotas/project", QuotasApi::own);
        routes.get("/v2.0/quotas/{project}", this::show).policyInHandler("get_quota");
        routes.get("/v2.0/quotas/{project}/default", this::defaults).policyInHandler("get_quota");
        routes.get("/v2.0/quotas/{project}/details", this::details).policyInHandler("get_quota");
        // openstackclient asks so; without .json it is the same.
        routes.get("/v2.0/quotas/{project}/details.json", this::details)
                .policyInHandler("get_quota");
        routes.put("/v2.0/quotas/{project}", this::update).policyInHandler("update_quota");
        routes.delete("/v2.0/quotas/{project}", this::delete)
                .policyInHandler("delete_quota")
                .answers(204);
    }

    private static Response own(Request request) {
        ObjectNode body = Json.object();
        body.putObject("tenant").put("tenant_id", request.caller().requireProject());
        return Response.json(200, body);
    }

    private Scope authorize(Request request, String rule, String project) {
        Scope scope = Scope.of(request.caller(), policy);
        boolean reading = rule.equals("get_quota");
        if (!(reading && project.equals(scope.project()) && !project.isEmpty())) {
            scope.authorize(rule, Map.of("project_id", project, "tenant_id", project));
        }
        return scope;
    }

    private Response list(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        scope.authorize("get_quota", Map.of());
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("quotas");
        database.reading(tx ->
                        quotas.projects(tx).stream()
                                .map(project ->
                                        limits(quotas.limits(tx, project))
                                                .put("project_id", project)
                                                .put("tenant_id", project))
                                .toList())
                .forEach(list::add);
        return Response.json(200, body);
    }

    private static ObjectNode limits(Map<String, Integer> limits) {
        ObjectNode node = Json.object();
        limits.forEach(node::put);
        return node;
    }

    private static Response wrap(ObjectNode quota) {
        ObjectNode body = Json.object();
        body.set("quota", quota);
        return Response.json(200, body);
    }

    private Response show(Request request) {
        String project = request.pathParameter("project");
        authorize(request, "get_quota", project);
        return wrap(limits(database.reading(tx -> quotas.limits(tx, project))));
    }

    private Response defaults(Request request) {
        authorize(request, "get_quota", request.pathParameter("project"));
        ObjectNode node = Json.object();
        quotas.resources()
                .forEach(name -> node.put(name, quotas.defaults().getOrDefault(name, -1)));
        return wrap(node);
    }

    private Response details(Request request) {
        String project = request.pathParameter("project");
        authorize(request, "get_quota", project);
        return wrap(
                database.reading(tx -> {
                    ObjectNode node = Json.object();
                    quotas.limits(tx, project)
                            .forEach((resource, limit) ->
                                    node.putObject(resource)
                                            .put("limit", limit)
                                            .put("used", quotas.used(tx, project, resource))
                                            .put("reserved", 0));
                    return node;
                }));
    }

    private Response update(Request request) {
        String project = request.pathParameter("project");
        authorize(request, "update_quota", project);
        JsonNode sent = request.json().path("quota");
        if (!sent.isObject()) {
            throw ApiException.badRequest("Unable to find 'quota' in request body")
                    .type("HTTPBadRequest");
        }
        Kind limit = Kind.range(-1, Integer.MAX_VALUE);
        ObjectNode checked = Json.object();
        for (Map.Entry<String, JsonNode> entry : sent.properties()) {
            String name = entry.getKey();
            if (name.equals("force") || name.equals("check_limit")) {
                continue;
            }
            if (!quotas.resources().contains(name)) {
                throw ApiException.badRequest("Unrecognized attribute(s) '" + name + "'")
                        .type("HTTPBadRequest");
            }
            try {
                checked.set(name, limit.check(entry.getValue()));
            } catch (Kind.Invalid e) {
                throw NetworkErrors.invalid(name, e.reason());
            }
        }
        return wrap(limits(database.inTransaction(tx -> store(tx, project, checked))));
    }

    private Map<String, Integer> store(Transaction tx, String project, ObjectNode checked) {
        for (Map.Entry<String, JsonNode> entry : checked.properties()) {
            quotas.set(tx, project, entry.getKey(), entry.getValue().intValue());
        }
        return quotas.limits(tx, project);
    }

    private Response delete(Request request) {
        String project = request.pathParameter("project");
        authorize(request, "delete_quota", project);
        if (!database.inTransaction(tx -> quotas.reset(tx, project))) {
            throw ApiException.notFound("Quota for tenant " + project + " could not be found.")
                    .type("TenantQuotaNotFound");
        }
        return Response.empty(204);
    }
}
