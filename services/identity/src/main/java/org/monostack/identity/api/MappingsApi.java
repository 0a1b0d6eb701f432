package org.monostack.identity.api;

import org.monostack.identity.federation.Mapping;
import org.monostack.identity.model.Federation.MappingRules;
import org.monostack.identity.store.FederationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** /v3/OS-FEDERATION/mappings. */
public final class MappingsApi {

    private static final String PATH = "OS-FEDERATION/mappings";
    private static final String MEMBER = "/v3/" + PATH + "/{mapping_id}";
    private static final String FIRST_VERSION = "1.0";

    private final Database database;
    private final FederationStore store;

    public MappingsApi(Database database, FederationStore store) {
        this.database = database;
        this.store = store;
    }

    public void routes(Routes routes) {
        routes.get("/v3/" + PATH, this::list).policy("identity:list_mappings");
        routes.put(MEMBER, this::create)
                .policy("identity:create_mapping")
                .body(Schema.of("identity", "mapping-create"))
                .answers(201);
        routes.get(MEMBER, this::show).policy("identity:get_mapping");
        routes.patch(MEMBER, this::update)
                .policy("identity:update_mapping")
                .body(Schema.of("identity", "mapping-update"));
        routes.delete(MEMBER, this::delete).policy("identity:delete_mapping").answers(204);
    }

    private Response list(Request request) {
        return database.reading(tx ->
                Views.collection(
                        request,
                        "mappings",
                        store.mappings(tx).stream().map(it -> view(request, it)).toList()));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "mapping");
        requireSound(fields);
        MappingRules mapping =
                new MappingRules(
                        request.pathParameter("mapping_id"),
                        Json.write(fields.node().path("rules")),
                        fields.text("schema_version").orElse(FIRST_VERSION));
        database.run(tx -> store.insert(tx, mapping));
        return Views.member(201, "mapping", view(request, mapping));
    }

    private static void requireSound(Fields fields) {
        Mapping.fault(fields.node().path("rules"))
                .ifPresent(fault -> {
                    throw ApiException.badRequest(
                            "Invalid input for field 'rules': " + fault + ".");
                });
    }

    private MappingRules find(Request request, Transaction tx) {
        String id = request.pathParameter("mapping_id");
        return store.mapping(tx, id).orElseThrow(() -> Views.notFound("mapping", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "mapping", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "mapping");
        requireSound(fields);
        return database.inTransaction(tx -> {
            MappingRules before = find(request, tx);
            MappingRules changed =
                    new MappingRules(
                            before.id(),
                            fields.has("rules")
                                    ? Json.write(fields.node().path("rules"))
                                    : before.rules(),
                            fields.text("schema_version").orElse(before.schemaVersion()));
            store.update(tx, changed);
            return Views.member(200, "mapping", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> store.deleteMapping(tx, find(request, tx).id()));
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, MappingRules mapping) {
        ObjectNode node = Json.object().put("id", mapping.id());
        node.set("rules", Json.read(mapping.rules()));
        node.put("schema_version", mapping.schemaVersion());
        return Views.linked(request, node, PATH + "/" + mapping.id());
    }
}
