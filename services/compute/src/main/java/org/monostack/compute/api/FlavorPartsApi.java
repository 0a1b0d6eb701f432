package org.monostack.compute.api;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.store.FlavorStore;
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

/** A flavor's extra specs, and who may use a private flavor. */
final class FlavorPartsApi {
    private static final String RULE = "os_compute_api:";
    private static final Schema ADD = Schema.of("compute", "flavor-add-access");
    private static final Schema REMOVE = Schema.of("compute", "flavor-remove-access");

    private final Database database;
    private final FlavorStore store;

    FlavorPartsApi(Database database, FlavorStore store) {
        this.database = database;
        this.store = store;
    }

    void addTo(Routes routes) {
        String specs = "/flavors/{flavor_id}/os-extra_specs";
        routes.get(Paths.of(specs), this::specs).policy(RULE + "os-flavor-extra-specs:index");
        routes.post(Paths.of(specs), this::addSpecs)
                .policy(RULE + "os-flavor-extra-specs:create")
                .body(Schema.of("compute", "flavor-extra-specs"));
        routes.get(Paths.of(specs + "/{key}"), this::spec)
                .policy(RULE + "os-flavor-extra-specs:show");
        routes.put(Paths.of(specs + "/{key}"), this::putSpec)
                .policy(RULE + "os-flavor-extra-specs:update")
                .body(Schema.of("compute", "flavor-extra-spec"));
        routes.delete(Paths.of(specs + "/{key}"), this::deleteSpec)
                .policy(RULE + "os-flavor-extra-specs:delete");
        routes.get(Paths.of("/flavors/{flavor_id}/os-flavor-access"), this::access)
                .policy(RULE + "os-flavor-access");
        routes.post(Paths.of("/flavors/{flavor_id}/action"), this::action)
                .policyInHandler(RULE + "os-flavor-access:add_tenant_access");
    }

    private Flavor lock(Transaction tx, Request request) {
        FlavorsApi.find(tx, request, store);
        return store.lock(tx, request.pathParameter("flavor_id"))
                .orElseThrow(() -> FlavorsApi.notFound(request.pathParameter("flavor_id")));
    }

    private static ObjectNode view(Map<String, String> specs) {
        ObjectNode node = Json.object();
        specs.forEach(node::put);
        return node;
    }

    private Response specs(Request request) {
        Flavor flavor = database.reading(tx -> FlavorsApi.find(tx, request, store));
        return Response.json(200, Json.object().set("extra_specs", view(flavor.extraSpecs())));
    }

    private Response addSpecs(Request request) {
        Map<String, String> added = Inputs.strings(request.json().path("extra_specs"));
        database.run(tx -> {
            Flavor flavor = lock(tx, request);
            Map<String, String> specs = new TreeMap<>(flavor.extraSpecs());
            specs.putAll(added);
            store.extraSpecs(tx, flavor, specs);
        });
        return Response.json(200, Json.object().set("extra_specs", view(added)));
    }

    private static ApiException noSpec(Request request) {
        return ApiException.notFound(
                "Flavor "
                        + request.pathParameter("flavor_id")
                        + " has no extra specs with key "
                        + request.pathParameter("key")
                        + ".");
    }

    private Response spec(Request request) {
        Flavor flavor = database.reading(tx -> FlavorsApi.find(tx, request, store));
        String value = flavor.extraSpecs().get(request.pathParameter("key"));
        if (value == null) {
            throw noSpec(request);
        }
        return Response.json(200, Json.object().put(request.pathParameter("key"), value));
    }

    private Response putSpec(Request request) {
        String key = request.pathParameter("key");
        JsonNode value = request.json().path(key);
        if (value.isMissingNode()) {
            throw ApiException.badRequest("Request body and URI mismatch");
        }
        database.run(tx -> {
            Flavor flavor = lock(tx, request);
            Map<String, String> specs = new TreeMap<>(flavor.extraSpecs());
            specs.put(key, value.asString());
            store.extraSpecs(tx, flavor, specs);
        });
        return Response.json(200, Json.object().put(key, value.asString()));
    }

    private Response deleteSpec(Request request) {
        database.run(tx -> {
            Flavor flavor = lock(tx, request);
            Map<String, String> specs = new TreeMap<>(flavor.extraSpecs());
            if (specs.remove(request.pathParameter("key")) == null) {
                throw noSpec(request);
            }
            store.extraSpecs(tx, flavor, specs);
        });
        return Response.empty(200);
    }

    private Response access(Request request) {
        return database.reading(tx -> {
            Flavor flavor = FlavorsApi.find(tx, request, store);
            if (flavor.isPublic()) {
                throw ApiException.notFound("Access list not available for public flavors.");
            }
            return accessList(flavor, store.access(tx, flavor));
        });
    }

    private static Response accessList(Flavor flavor, List<String> projects) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("flavor_access");
        projects.forEach(project ->
                list.addObject().put("flavor_id", flavor.id()).put("tenant_id", project));
        return Response.json(200, body);
    }

    private Response action(Request request) {
        JsonNode body = request.json();
        boolean add = body.has("addTenantAccess");
        if (!add && !body.has("removeTenantAccess")) {
            throw ApiException.badRequest("There is no such action: " + body.propertyNames());
        }
        String rule =
                RULE + "os-flavor-access:" + (add ? "add_tenant_access" : "remove_tenant_access");
        request.authorize(rule, Map.of());
        (add ? ADD : REMOVE).check(body, java.util.Optional.of(request.microversion()));
        String project =
                body.path(add ? "addTenantAccess" : "removeTenantAccess").path("tenant").asString();
        return database.inTransaction(tx -> {
            Flavor flavor = FlavorsApi.find(tx, request, store);
            if (add && flavor.isPublic() && request.microversion().atLeast(2, 7)) {
                throw ApiException.conflict("Can not add access to a public flavor.");
            }
            if (add && !store.grant(tx, flavor, project)) {
                throw ApiException.conflict(
                        "Flavor access already exists for flavor "
                                + flavor.id()
                                + " and project "
                                + project
                                + " combination.");
            }
            if (!add && !store.revoke(tx, flavor, project)) {
                throw ApiException.notFound(
                        "Flavor access not found for "
                                + flavor.id()
                                + " / "
                                + project
                                + " combination.");
            }
            return accessList(flavor, store.access(tx, flavor));
        });
    }
}
