package org.monostack.identity.api;

import java.util.List;
import java.util.Set;
import org.monostack.identity.model.Service;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.LimitStore;
import org.monostack.identity.store.PolicyStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.node.ObjectNode;

/** /v3/services. */
public final class ServicesApi {

    private static final Set<String> KNOWN =
            Set.of("id", "type", "name", "description", "enabled", "links");

    private final Database database;
    private final Announcements announcements;
    private final CatalogStore store;
    private final LimitStore limits;
    private final PolicyStore policies;

    public ServicesApi(
            Database database,
            Announcements announcements,
            CatalogStore store,
            LimitStore limits,
            PolicyStore policies) {
        this.database = database;
        this.announcements = announcements;
        this.store = store;
        this.limits = limits;
        this.policies = policies;
    }

    public void routes(Routes routes) {
        routes.get("/v3/services", this::list).policy("identity:list_services").kept();
        routes.post("/v3/services", this::create)
                .policy("identity:create_service")
                .body(Schema.of("identity", "service-create"))
                .answers(201);
        routes.get("/v3/services/{service_id}", this::show).policy("identity:get_service");
        routes.patch("/v3/services/{service_id}", this::update)
                .policy("identity:update_service")
                .body(Schema.of("identity", "service-update"));
        routes.delete("/v3/services/{service_id}", this::delete)
                .policy("identity:delete_service")
                .answers(204);
    }

    private Response list(Request request) {
        List<Service> found = database.reading(tx -> store.services(tx, Views.selection(request)));
        return Views.page(request, "services", found, Service::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "service");
        Service service =
                new Service(
                        RandomIds.hex(),
                        fields.required("type"),
                        fields.text("name"),
                        fields.text("description"),
                        fields.flag("enabled", true),
                        fields.extra("{}", KNOWN));
        return database.inTransaction(tx -> {
            store.insert(tx, service);
            announcements.created(tx, request, "service", service.id());
            return Views.member(201, "service", view(request, service));
        });
    }

    private Service find(Request request, Transaction tx) {
        String id = request.pathParameter("service_id");
        return store.service(tx, id).orElseThrow(() -> Views.notFound("service", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "service", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "service");
        return database.inTransaction(tx -> {
            Service service = find(request, tx);
            Service changed =
                    new Service(
                            service.id(),
                            fields.text("type").orElse(service.type()),
                            fields.text("name", service.name()),
                            fields.text("description", service.description()),
                            fields.flag("enabled", service.enabled()),
                            fields.extra(service.extra(), KNOWN));
            store.update(tx, changed);
            announcements.updated(tx, request, "service", service.id());
            return Views.member(200, "service", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            String id = find(request, tx).id();
            limits.deleteOfService(tx, id);
            policies.deleteOfService(tx, id);
            store.deleteService(tx, id);
            announcements.deleted(tx, request, "service", id);
        });
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, Service service) {
        ObjectNode node = Views.extra(service.extra());
        node.put("id", service.id()).put("type", service.type());
        node.put("name", service.name().orElse(""));
        service.description().ifPresent(text -> node.put("description", text));
        node.put("enabled", service.enabled());
        return Views.linked(request, node, "services/" + service.id());
    }
}
