package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.RegisteredLimit;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.LimitStore;
import org.monostack.platform.crypto.RandomIds;
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

/** /v3/registered_limits. */
public final class RegisteredLimitsApi {

    private static final String MEMBER = "/v3/registered_limits/{registered_limit_id}";

    private final Database database;
    private final LimitStore store;
    private final CatalogStore catalog;

    public RegisteredLimitsApi(Database database, LimitStore store, CatalogStore catalog) {
        this.database = database;
        this.store = store;
        this.catalog = catalog;
    }

    public void routes(Routes routes) {
        routes.get("/v3/registered_limits", this::list).policy("identity:list_registered_limits");
        routes.post("/v3/registered_limits", this::create)
                .policy("identity:create_registered_limits")
                .body(Schema.of("identity", "registered-limit-create"))
                .answers(201);
        routes.get(MEMBER, this::show).policy("identity:get_registered_limit");
        routes.patch(MEMBER, this::update)
                .policy("identity:update_registered_limit")
                .body(Schema.of("identity", "registered-limit-update"));
        routes.delete(MEMBER, this::delete).policy("identity:delete_registered_limit").answers(204);
    }

    private Response list(Request request) {
        return database.reading(tx ->
                Views.collection(
                        request,
                        "registered_limits",
                        store.registered(tx, Views.selection(request).filters()).stream()
                                .map(it -> view(request, it))
                                .toList()));
    }

    /** All or none. */
    private Response create(Request request) {
        return database.inTransaction(tx -> {
            List<RegisteredLimit> made = new ArrayList<>();
            for (JsonNode node : request.json().path("registered_limits")) {
                Fields fields = new Fields(node);
                RegisteredLimit limit =
                        new RegisteredLimit(
                                RandomIds.hex(),
                                fields.required("service_id"),
                                fields.text("region_id"),
                                fields.required("resource_name"),
                                node.path("default_limit").asInt(),
                                fields.text("description"));
                requirePlace(tx, limit);
                store.insert(tx, limit);
                made.add(limit);
            }
            ArrayNode array = Json.array();
            made.forEach(it -> array.add(view(request, it)));
            ObjectNode body = Json.object();
            body.set("registered_limits", array);
            return Response.json(201, body);
        });
    }

    private void requirePlace(Transaction tx, RegisteredLimit limit) {
        if (catalog.service(tx, limit.serviceId()).isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'service_id': there is no service "
                            + limit.serviceId()
                            + ".");
        }
        Optional<String> region = limit.regionId();
        if (region.isPresent() && catalog.region(tx, region.get()).isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'region_id': there is no region "
                            + region.get()
                            + ".");
        }
    }

    private RegisteredLimit find(Request request, Transaction tx) {
        String id = request.pathParameter("registered_limit_id");
        return store.registered(tx, id).orElseThrow(() -> Views.notFound("registered limit", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "registered_limit", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "registered_limit");
        return database.inTransaction(tx -> {
            RegisteredLimit before = find(request, tx);
            RegisteredLimit changed =
                    new RegisteredLimit(
                            before.id(),
                            fields.text("service_id").orElse(before.serviceId()),
                            fields.text("region_id", before.regionId()),
                            fields.text("resource_name").orElse(before.resourceName()),
                            fields.has("default_limit")
                                    ? fields.node().path("default_limit").asInt()
                                    : before.defaultLimit(),
                            fields.text("description", before.description()));
            boolean elsewhere =
                    !changed.serviceId().equals(before.serviceId())
                            || !changed.regionId().equals(before.regionId())
                            || !changed.resourceName().equals(before.resourceName());
            if (elsewhere) {
                requireUnused(tx, before);
                requirePlace(tx, changed);
            }
            store.update(tx, changed);
            return Views.member(200, "registered_limit", view(request, changed));
        });
    }

    private void requireUnused(Transaction tx, RegisteredLimit limit) {
        if (store.hasExceptions(tx, limit.id())) {
            throw ApiException.forbidden(
                    "Unable to update or delete registered limit "
                            + limit.id()
                            + " because there are project limits associated with it.");
        }
    }

    private Response delete(Request request) {
        database.run(tx -> {
            RegisteredLimit limit = find(request, tx);
            requireUnused(tx, limit);
            store.deleteRegistered(tx, limit.id());
        });
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, RegisteredLimit limit) {
        ObjectNode node = Json.object().put("id", limit.id()).put("service_id", limit.serviceId());
        Fields.put(node, "region_id", limit.regionId());
        node.put("resource_name", limit.resourceName()).put("default_limit", limit.defaultLimit());
        Fields.put(node, "description", limit.description());
        return Views.linked(request, node, "registered_limits/" + limit.id());
    }
}
