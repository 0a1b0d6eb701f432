package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.PolicyDocument;
import org.monostack.identity.model.Region;
import org.monostack.identity.model.Selection;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.PolicyStore;
import org.monostack.identity.store.PolicyStore.Place;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import tools.jackson.databind.node.ObjectNode;

/** OS-ENDPOINT-POLICY: which policy document is for which endpoints. */
public final class PolicyAssociationsApi {

    private static final String POLICY = "/v3/policies/{policy_id}/OS-ENDPOINT-POLICY";

    private final Database database;
    private final PolicyStore store;
    private final CatalogStore catalog;

    public PolicyAssociationsApi(Database database, PolicyStore store, CatalogStore catalog) {
        this.database = database;
        this.store = store;
        this.catalog = catalog;
    }

    public void routes(Routes routes) {
        place(routes, "/endpoints/{endpoint_id}", "endpoint");
        place(routes, "/services/{service_id}", "service");
        place(routes, "/services/{service_id}/regions/{region_id}", "region_and_service");
        routes.get(POLICY + "/endpoints", this::endpoints)
                .policy("identity:list_endpoints_for_policy");
        routes.get("/v3/endpoints/{endpoint_id}/OS-ENDPOINT-POLICY/policy", this::policy)
                .policy("identity:get_policy_for_endpoint");
    }

    private void place(Routes routes, String path, String what) {
        String rule = "identity:%s_policy_association_for_" + what;
        routes.put(POLICY + path, this::create).policy(rule.formatted("create")).answers(204);
        routes.get(POLICY + path, this::check).policy(rule.formatted("check")).answers(204);
        routes.delete(POLICY + path, this::delete).policy(rule.formatted("delete")).answers(204);
    }

    private PolicyDocument policy(Request request, Transaction tx) {
        String id = request.pathParameter("policy_id");
        return store.find(tx, id).orElseThrow(() -> Views.notFound("policy", id));
    }

    private Place place(Request request, Transaction tx) {
        Optional<String> endpoint = request.optionalPathParameter("endpoint_id");
        Optional<String> service = request.optionalPathParameter("service_id");
        Optional<String> region = request.optionalPathParameter("region_id");
        if (endpoint.isPresent() && catalog.endpoint(tx, endpoint.get()).isEmpty()) {
            throw Views.notFound("endpoint", endpoint.get());
        }
        if (service.isPresent() && catalog.service(tx, service.get()).isEmpty()) {
            throw Views.notFound("service", service.get());
        }
        if (region.isPresent() && catalog.region(tx, region.get()).isEmpty()) {
            throw Views.notFound("region", region.get());
        }
        return new Place(endpoint.orElse(""), service.orElse(""), region.orElse(""));
    }

    private Response create(Request request) {
        database.run(tx -> store.associate(tx, place(request, tx), policy(request, tx).id()));
        return Response.empty(204);
    }

    private Response check(Request request) {
        database.run(tx -> requireAssociated(request, tx));
        return Response.empty(204);
    }

    private Place requireAssociated(Request request, Transaction tx) {
        String policyId = policy(request, tx).id();
        Place place = place(request, tx);
        if (store.associated(tx, place).filter(policyId::equals).isEmpty()) {
            throw Views.notFound("policy association", policyId);
        }
        return place;
    }

    private Response delete(Request request) {
        database.run(tx -> store.dissociate(tx, requireAssociated(request, tx)));
        return Response.empty(204);
    }

    private Response endpoints(Request request) {
        return database.reading(tx -> {
            String policyId = policy(request, tx).id();
            List<ObjectNode> nodes =
                    catalog.endpoints(tx, Selection.ALL).stream()
                            .filter(it -> policyOf(tx, it).filter(policyId::equals).isPresent())
                            .map(it -> EndpointsApi.view(request, it))
                            .toList();
            return Views.collection(request, "endpoints", nodes);
        });
    }

    /** That of the endpoint itself; else of its service in its region or one above; else of all. */
    private Optional<String> policyOf(Transaction tx, Endpoint endpoint) {
        Optional<String> found = store.associated(tx, new Place(endpoint.id(), "", ""));
        Optional<String> region = endpoint.regionId();
        while (found.isEmpty() && region.isPresent()) {
            found = store.associated(tx, new Place("", endpoint.serviceId(), region.get()));
            region = catalog.region(tx, region.get()).flatMap(Region::parentRegionId);
        }
        return found.or(() -> store.associated(tx, new Place("", endpoint.serviceId(), "")));
    }

    private Response policy(Request request) {
        String id = request.pathParameter("endpoint_id");
        return database.reading(tx -> {
            Endpoint endpoint =
                    catalog.endpoint(tx, id).orElseThrow(() -> Views.notFound("endpoint", id));
            PolicyDocument policy =
                    policyOf(tx, endpoint)
                            .flatMap(it -> store.find(tx, it))
                            .orElseThrow(() -> Views.notFound("policy association", id));
            return Views.member(200, "policy", PoliciesApi.view(request, policy));
        });
    }
}
