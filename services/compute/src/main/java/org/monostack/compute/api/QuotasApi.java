package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.QuotaResource;
import org.monostack.compute.store.QuotaStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Quotas of projects and users, quota classes, and one's own limits. */
final class QuotasApi {
    private static final String RULE = "os_compute_api:os-quota-sets:";

    private final Database database;
    private final QuotaStore store;
    private final Quotas quotas;

    QuotasApi(Database database, QuotaStore store, Quotas quotas) {
        this.database = database;
        this.store = store;
        this.quotas = quotas;
    }

    void addTo(Routes routes) {
        String set = "/os-quota-sets/{id}";
        routes.get(Paths.of(set), this::show).policyInHandler(RULE + "show");
        routes.get(Paths.of(set + "/defaults"), this::defaults).policy(RULE + "defaults");
        routes.get(Paths.of(set + "/detail"), this::detail).policyInHandler(RULE + "detail");
        routes.put(Paths.of(set), this::update)
                .policy(RULE + "update")
                .body(
                        Schema.of("compute", "quota-set")
                                .since("2.36", "quota-set-2.36")
                                .since("2.57", "quota-set-2.57"));
        routes.delete(Paths.of(set), this::delete).policy(RULE + "delete").answers(202);
        routes.get(Paths.of("/os-quota-class-sets/{id}"), this::showClass)
                .policy("os_compute_api:os-quota-class-sets:show");
        routes.put(Paths.of("/os-quota-class-sets/{id}"), this::updateClass)
                .policy("os_compute_api:os-quota-class-sets:update")
                .body(
                        Schema.of("compute", "quota-class-set")
                                .since("2.50", "quota-class-set-2.50")
                                .since("2.57", "quota-class-set-2.57"));
        routes.get(Paths.of("/limits"), this::limits).policy("os_compute_api:limits");
    }

    private static boolean shown(QuotaResource resource, Request request, int networkUntil) {
        if (resource.ofNetwork()) {
            return !request.microversion().atLeast(2, networkUntil);
        }
        return !resource.ofInjection() || !request.microversion().atLeast(2, 57);
    }

    private static Map<String, Object> target(Request request) {
        return Map.of(
                "project_id", request.pathParameter("id"), "user_id", request.caller().userId());
    }

    private static ObjectNode view(
            Request request, Map<QuotaResource, Long> limits, Optional<String> id) {
        ObjectNode node = Json.object();
        id.ifPresent(text -> node.put("id", text));
        limits.forEach((resource, limit) -> {
            if (shown(resource, request, 36)) {
                node.put(resource.text(), limit);
            }
        });
        return node;
    }

    private Response show(Request request) {
        request.authorize(RULE + "show", target(request));
        String project = request.pathParameter("id");
        Map<QuotaResource, Long> limits =
                database.reading(
                        tx -> quotas.limits(tx, project, request.query().first("user_id")));
        return Response.json(
                200, Json.object().set("quota_set", view(request, limits, Optional.of(project))));
    }

    private Response defaults(Request request) {
        Map<QuotaResource, Long> limits = database.reading(quotas::defaults);
        return Response.json(
                200,
                Json.object()
                        .set(
                                "quota_set",
                                view(request, limits, Optional.of(request.pathParameter("id")))));
    }

    private Response detail(Request request) {
        request.authorize(RULE + "detail", target(request));
        String project = request.pathParameter("id");
        Optional<String> user = request.query().first("user_id");
        return database.reading(tx -> {
            Map<QuotaResource, Long> limits = quotas.limits(tx, project, user);
            Map<QuotaResource, Long> used = quotas.use(tx, project, user);
            ObjectNode set = Json.object().put("id", project);
            limits.forEach((resource, limit) -> {
                if (shown(resource, request, 36)) {
                    set.putObject(resource.text())
                            .put("limit", limit)
                            .put("in_use", used.getOrDefault(resource, 0L))
                            .put("reserved", 0);
                }
            });
            return Response.json(200, Json.object().set("quota_set", set));
        });
    }

    private Response update(Request request) {
        JsonNode wanted = request.json().path("quota_set");
        String project = request.pathParameter("id");
        Optional<String> user = request.query().first("user_id");
        boolean force = Inputs.bool(wanted, "force", false);
        return database.inTransaction(tx -> {
            quotas.lock(tx, project);
            Map<QuotaResource, Long> used = quotas.use(tx, project, user);
            for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
                Optional<QuotaResource> resource = QuotaResource.of(entry.getKey());
                if (resource.isPresent()) {
                    long limit = Inputs.number(wanted, entry.getKey(), -1).orElseThrow();
                    check(resource.get(), limit, used, force);
                    checkUser(tx, resource.get(), limit, project, user);
                    store.put(tx, project, user, resource.get(), limit);
                }
            }
            return Response.json(
                    200,
                    Json.object()
                            .set(
                                    "quota_set",
                                    view(
                                            request,
                                            quotas.limits(tx, project, user),
                                            Optional.empty())));
        });
    }

    private static void check(
            QuotaResource resource, long limit, Map<QuotaResource, Long> used, boolean force) {
        long use = used.getOrDefault(resource, 0L);
        if (!force && limit >= 0 && limit < use) {
            throw ApiException.badRequest(
                    "Quota limit "
                            + limit
                            + " for "
                            + resource.text()
                            + " must be greater than or equal to already used and reserved "
                            + use
                            + ".");
        }
    }

    /** A user's limit is part of his project's. */
    private void checkUser(
            Transaction tx,
            QuotaResource resource,
            long limit,
            String project,
            Optional<String> user) {
        if (user.isEmpty()) {
            return;
        }
        long most = quotas.limits(tx, project, Optional.empty()).getOrDefault(resource, -1L);
        if (most >= 0 && (limit > most || limit < 0)) {
            throw ApiException.badRequest(
                    "Quota limit "
                            + limit
                            + " for "
                            + resource.text()
                            + " must be less than or equal to "
                            + most
                            + ".");
        }
    }

    private Response delete(Request request) {
        database.run(tx ->
                store.delete(tx, request.pathParameter("id"), request.query().first("user_id")));
        return Response.empty(202);
    }

    private static ObjectNode classView(
            Request request, Map<QuotaResource, Long> limits, Optional<String> id) {
        ObjectNode node = Json.object();
        id.ifPresent(text -> node.put("id", text));
        limits.forEach((resource, limit) -> {
            boolean ofGroups =
                    resource == QuotaResource.SERVER_GROUPS
                            || resource == QuotaResource.SERVER_GROUP_MEMBERS;
            if (shown(resource, request, 50)
                    && (!ofGroups || request.microversion().atLeast(2, 50))) {
                node.put(resource.text(), limit);
            }
        });
        return node;
    }

    private Response showClass(Request request) {
        String name = request.pathParameter("id");
        Map<QuotaResource, Long> limits =
                database.reading(tx -> {
                    Map<QuotaResource, Long> all = quotas.defaults(tx);
                    all.putAll(store.ofClass(tx, name));
                    return all;
                });
        return Response.json(
                200,
                Json.object()
                        .set("quota_class_set", classView(request, limits, Optional.of(name))));
    }

    private Response updateClass(Request request) {
        String name = request.pathParameter("id");
        JsonNode wanted = request.json().path("quota_class_set");
        Map<QuotaResource, Long> limits =
                database.inTransaction(tx -> {
                    for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
                        QuotaResource.of(entry.getKey())
                                .ifPresent(resource ->
                                        store.putClass(
                                                tx,
                                                name,
                                                resource,
                                                Inputs.number(wanted, entry.getKey(), -1)
                                                        .orElseThrow()));
                    }
                    Map<QuotaResource, Long> all = quotas.defaults(tx);
                    all.putAll(store.ofClass(tx, name));
                    return all;
                });
        return Response.json(
                200,
                Json.object().set("quota_class_set", classView(request, limits, Optional.empty())));
    }

    private Response limits(Request request) {
        Optional<String> other = request.query().first("tenant_id").filter(id -> !id.isEmpty());
        String own = request.caller().projectId().orElse("");
        if (other.isPresent() && !other.get().equals(own)) {
            request.authorize("os_compute_api:limits:other_project", Map.of());
        }
        String project = other.orElse(own);
        return database.reading(tx -> {
            Map<QuotaResource, Long> limits = quotas.limits(tx, project, Optional.empty());
            Map<QuotaResource, Long> used = quotas.use(tx, project, Optional.empty());
            ObjectNode body = Json.object();
            ObjectNode view = body.putObject("limits");
            view.putArray("rate");
            absolute(request, view.putObject("absolute"), limits, used);
            return Response.json(200, body);
        });
    }

    private static void absolute(
            Request request,
            ObjectNode node,
            Map<QuotaResource, Long> limits,
            Map<QuotaResource, Long> used) {
        boolean injection = !request.microversion().atLeast(2, 57);
        boolean network = !request.microversion().atLeast(2, 36);
        boolean imageMeta = !request.microversion().atLeast(2, 39);
        node.put("maxTotalInstances", limits.get(QuotaResource.INSTANCES));
        node.put("maxTotalCores", limits.get(QuotaResource.CORES));
        node.put("maxTotalRAMSize", limits.get(QuotaResource.RAM));
        node.put("maxServerMeta", limits.get(QuotaResource.METADATA_ITEMS));
        if (imageMeta) {
            node.put("maxImageMeta", limits.get(QuotaResource.METADATA_ITEMS));
        }
        if (injection) {
            node.put("maxPersonality", limits.get(QuotaResource.INJECTED_FILES));
            node.put("maxPersonalitySize", limits.get(QuotaResource.INJECTED_FILE_CONTENT_BYTES));
        }
        node.put("maxTotalKeypairs", limits.get(QuotaResource.KEY_PAIRS));
        node.put("maxServerGroups", limits.get(QuotaResource.SERVER_GROUPS));
        node.put("maxServerGroupMembers", limits.get(QuotaResource.SERVER_GROUP_MEMBERS));
        node.put("totalRAMUsed", used.getOrDefault(QuotaResource.RAM, 0L));
        node.put("totalCoresUsed", used.getOrDefault(QuotaResource.CORES, 0L));
        node.put("totalInstancesUsed", used.getOrDefault(QuotaResource.INSTANCES, 0L));
        node.put("totalServerGroupsUsed", used.getOrDefault(QuotaResource.SERVER_GROUPS, 0L));
        if (network) {
            node.put("maxTotalFloatingIps", limits.get(QuotaResource.FLOATING_IPS));
            node.put("maxSecurityGroups", limits.get(QuotaResource.SECURITY_GROUPS));
            node.put("maxSecurityGroupRules", limits.get(QuotaResource.SECURITY_GROUP_RULES));
            node.put("totalFloatingIpsUsed", 0);
            node.put("totalSecurityGroupsUsed", 0);
        }
    }
}
