package org.monostack.identity.api;

import org.monostack.identity.model.Federation.ServiceProvider;
import org.monostack.identity.store.FederationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** /v3/OS-FEDERATION/service_providers. */
public final class ServiceProvidersApi {

    private static final String PATH = "OS-FEDERATION/service_providers";
    private static final String MEMBER = "/v3/" + PATH + "/{sp_id}";

    private final Database database;
    private final FederationStore store;
    private final String relayStatePrefix;

    /**
     * @param relayStatePrefix of providers that are made without one
     */
    public ServiceProvidersApi(Database database, FederationStore store, String relayStatePrefix) {
        this.database = database;
        this.store = store;
        this.relayStatePrefix = relayStatePrefix;
    }

    public void routes(Routes routes) {
        routes.get("/v3/" + PATH, this::list).policy("identity:list_service_providers");
        routes.put(MEMBER, this::create)
                .policy("identity:create_service_provider")
                .body(Schema.of("identity", "service-provider-create"))
                .answers(201);
        routes.get(MEMBER, this::show).policy("identity:get_service_provider");
        routes.patch(MEMBER, this::update)
                .policy("identity:update_service_provider")
                .body(Schema.of("identity", "service-provider-update"));
        routes.delete(MEMBER, this::delete).policy("identity:delete_service_provider").answers(204);
    }

    private Response list(Request request) {
        return database.reading(tx ->
                Views.collection(
                        request,
                        "service_providers",
                        store.serviceProviders(tx, Views.selection(request).filters()).stream()
                                .map(it -> view(request, it))
                                .toList()));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "service_provider");
        ServiceProvider provider =
                new ServiceProvider(
                        request.pathParameter("sp_id"),
                        fields.required("auth_url"),
                        fields.required("sp_url"),
                        fields.flag("enabled", false),
                        fields.text("description"),
                        fields.text("relay_state_prefix").orElse(relayStatePrefix));
        database.run(tx -> store.insert(tx, provider));
        return Views.member(201, "service_provider", view(request, provider));
    }

    private ServiceProvider find(Request request, Transaction tx) {
        String id = request.pathParameter("sp_id");
        return store.serviceProvider(tx, id)
                .orElseThrow(() -> Views.notFound("service provider", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "service_provider", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "service_provider");
        return database.inTransaction(tx -> {
            ServiceProvider before = find(request, tx);
            ServiceProvider changed =
                    new ServiceProvider(
                            before.id(),
                            fields.text("auth_url").orElse(before.authUrl()),
                            fields.text("sp_url").orElse(before.spUrl()),
                            fields.flag("enabled", before.enabled()),
                            fields.text("description", before.description()),
                            fields.text("relay_state_prefix").orElse(before.relayStatePrefix()));
            store.update(tx, changed);
            return Views.member(200, "service_provider", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> store.deleteServiceProvider(tx, find(request, tx).id()));
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, ServiceProvider provider) {
        ObjectNode node =
                Json.object()
                        .put("id", provider.id())
                        .put("auth_url", provider.authUrl())
                        .put("sp_url", provider.spUrl())
                        .put("enabled", provider.enabled());
        Fields.put(node, "description", provider.description());
        node.put("relay_state_prefix", provider.relayStatePrefix());
        return Views.linked(request, node, PATH + "/" + provider.id());
    }
}
