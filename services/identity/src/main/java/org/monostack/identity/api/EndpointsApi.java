package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.Region;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.PolicyStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.node.ObjectNode;

/** /v3/endpoints. */
public final class EndpointsApi {

    private static final Set<String> KNOWN =
            Set.of(
                    "id",
                    "interface",
                    "service_id",
                    "region",
                    "region_id",
                    "url",
                    "enabled",
                    "links");

    private final Database database;
    private final Announcements announcements;
    private final CatalogStore store;
    private final PolicyStore policies;

    public EndpointsApi(
            Database database,
            Announcements announcements,
            CatalogStore store,
            PolicyStore policies) {
        this.database = database;
        this.announcements = announcements;
        this.store = store;
        this.policies = policies;
    }

    public void routes(Routes routes) {
        routes.get("/v3/endpoints", this::list).policy("identity:list_endpoints").kept();
        routes.post("/v3/endpoints", this::create)
                .policy("identity:create_endpoint")
                .body(Schema.of("identity", "endpoint-create"))
                .answers(201);
        routes.get("/v3/endpoints/{endpoint_id}", this::show)
                .policyInHandler("identity:get_endpoint");
        routes.patch("/v3/endpoints/{endpoint_id}", this::update)
                .policyInHandler("identity:update_endpoint")
                .body(Schema.of("identity", "endpoint-update"));
        routes.delete("/v3/endpoints/{endpoint_id}", this::delete)
                .policyInHandler("identity:delete_endpoint")
                .answers(204);
    }

    private Response list(Request request) {
        List<Endpoint> found =
                database.reading(tx -> store.endpoints(tx, Views.selection(request)));
        return Views.page(request, "endpoints", found, Endpoint::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "endpoint");
        return database.inTransaction(tx -> {
            Endpoint endpoint =
                    new Endpoint(
                            RandomIds.hex(),
                            fields.required("service_id"),
                            kind(fields.required("interface")),
                            region(tx, fields, Optional.empty()),
                            url(fields.required("url")),
                            fields.flag("enabled", true),
                            fields.extra("{}", KNOWN));
            requireService(tx, endpoint.serviceId());
            store.insert(tx, endpoint);
            announcements.created(tx, request, "endpoint", endpoint.id());
            return Views.member(201, "endpoint", view(request, endpoint));
        });
    }

    private void requireService(Transaction tx, String id) {
        if (store.service(tx, id).isEmpty()) {
            throw ApiException.badRequest("Could not find service: " + id + ".");
        }
    }

    private static String kind(String name) {
        // Keystone's old names for the three kinds.
        return switch (name) {
            case "publicURL" -> "public";
            case "internalURL" -> "internal";
            case "adminURL" -> "admin";
            default -> name;
        };
    }

    private static String url(String url) {
        if (!url.matches("[A-Za-z][A-Za-z0-9+.-]*://\\S+")) {
            throw ApiException.badRequest(
                    "Invalid input for field 'url': '" + url + "' is not a 'uri'.");
        }
        return url;
    }

    /** By id it must exist; by the older field it is made if it does not. */
    private Optional<String> region(Transaction tx, Fields fields, Optional<String> before) {
        Optional<String> byId = fields.text("region_id");
        if (byId.isPresent()) {
            if (store.region(tx, byId.get()).isEmpty()) {
                throw ApiException.badRequest("Could not find region: " + byId.get() + ".");
            }
            return byId;
        }
        Optional<String> byName = fields.text("region");
        if (byName.isPresent()) {
            if (store.region(tx, byName.get()).isEmpty()) {
                store.insert(tx, new Region(byName.get(), "", Optional.empty(), "{}"));
            }
            return byName;
        }
        return fields.has("region_id") || fields.has("region") ? Optional.empty() : before;
    }

    /** As in Keystone, 404 comes before 403: that an endpoint is not there is told to everybody. */
    private Endpoint find(Request request, Transaction tx, String rule) {
        String id = request.pathParameter("endpoint_id");
        Endpoint found = store.endpoint(tx, id).orElseThrow(() -> Views.notFound("endpoint", id));
        request.authorize(rule, Targets.none().map());
        return found;
    }

    private Response show(Request request) {
        return database.reading(tx ->
                Views.member(
                        200,
                        "endpoint",
                        view(request, find(request, tx, "identity:get_endpoint"))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "endpoint");
        return database.inTransaction(tx -> {
            Endpoint endpoint = find(request, tx, "identity:update_endpoint");
            Endpoint changed =
                    new Endpoint(
                            endpoint.id(),
                            fields.text("service_id").orElse(endpoint.serviceId()),
                            kind(fields.text("interface").orElse(endpoint.kind())),
                            region(tx, fields, endpoint.regionId()),
                            fields.text("url").map(EndpointsApi::url).orElse(endpoint.url()),
                            fields.flag("enabled", endpoint.enabled()),
                            fields.extra(endpoint.extra(), KNOWN));
            requireService(tx, changed.serviceId());
            store.update(tx, changed);
            announcements.updated(tx, request, "endpoint", endpoint.id());
            return Views.member(200, "endpoint", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            String id = find(request, tx, "identity:delete_endpoint").id();
            policies.deleteOfEndpoint(tx, id);
            store.deleteEndpoint(tx, id);
            announcements.deleted(tx, request, "endpoint", id);
        });
        return Response.empty(204);
    }

    static ObjectNode view(Request request, Endpoint endpoint) {
        ObjectNode node = Views.extra(endpoint.extra());
        node.put("id", endpoint.id())
                .put("interface", endpoint.kind())
                .put("service_id", endpoint.serviceId())
                .put("url", endpoint.url())
                .put("enabled", endpoint.enabled());
        Fields.put(node, "region", endpoint.regionId());
        Fields.put(node, "region_id", endpoint.regionId());
        return Views.linked(request, node, "endpoints/" + endpoint.id());
    }
}
