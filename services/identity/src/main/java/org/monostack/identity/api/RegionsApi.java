package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Region;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.LimitStore;
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

/** /v3/regions. */
public final class RegionsApi {

    private static final int LONGEST_ID = 255;
    private static final Set<String> KNOWN =
            Set.of("id", "description", "parent_region_id", "links");

    private final Database database;
    private final Announcements announcements;
    private final CatalogStore store;
    private final LimitStore limits;
    private final PolicyStore policies;

    public RegionsApi(
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
        routes.get("/v3/regions", this::list).policy("identity:list_regions").kept();
        routes.post("/v3/regions", this::create)
                .policy("identity:create_region")
                .body(Schema.of("identity", "region-create"))
                .answers(201);
        routes.put("/v3/regions/{region_id}", this::create)
                .policy("identity:create_region")
                .body(Schema.of("identity", "region-create"))
                .answers(201);
        routes.get("/v3/regions/{region_id}", this::show).policy("identity:get_region");
        routes.patch("/v3/regions/{region_id}", this::update)
                .policy("identity:update_region")
                .body(Schema.of("identity", "region-update"));
        routes.delete("/v3/regions/{region_id}", this::delete)
                .policy("identity:delete_region")
                .answers(204);
    }

    private Response list(Request request) {
        List<Region> found = database.reading(tx -> store.regions(tx, Views.selection(request)));
        return Views.page(request, "regions", found, Region::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "region");
        Optional<String> inPath = request.optionalPathParameter("region_id");
        Optional<String> inBody = fields.text("id").filter(id -> !id.isEmpty());
        if (inPath.isPresent() && inBody.isPresent() && !inPath.equals(inBody)) {
            throw ApiException.badRequest(
                    "Conflicting region IDs specified: \""
                            + inPath.get()
                            + "\" != \""
                            + inBody.get()
                            + "\"");
        }
        if (inPath.filter(id -> id.codePointCount(0, id.length()) > LONGEST_ID).isPresent()) {
            throw ApiException.badRequest(
                    "A region's ID has no more than " + LONGEST_ID + " characters.");
        }
        Region region =
                new Region(
                        inPath.or(() -> inBody).orElseGet(RandomIds::hex),
                        fields.text("description").orElse(""),
                        fields.text("parent_region_id"),
                        fields.extra("{}", KNOWN));
        return database.inTransaction(tx -> {
            checkParent(tx, region);
            store.insert(tx, region);
            announcements.created(tx, request, "region", region.id());
            return Views.member(201, "region", view(request, region));
        });
    }

    private void checkParent(Transaction tx, Region region) {
        Optional<String> parentId = region.parentRegionId();
        for (int depth = 0; parentId.isPresent(); depth++) {
            String id = parentId.get();
            if (id.equals(region.id()) || depth > 100) {
                throw ApiException.badRequest(
                        "Unable to create a circular region relationship: "
                                + region.id()
                                + " cannot be below "
                                + region.parentRegionId().orElse("")
                                + ".");
            }
            parentId =
                    store.region(tx, id)
                            .orElseThrow(() -> Views.notFound("region", id))
                            .parentRegionId();
        }
    }

    private Region find(Request request, Transaction tx) {
        String id = request.pathParameter("region_id");
        return store.region(tx, id).orElseThrow(() -> Views.notFound("region", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "region", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "region");
        return database.inTransaction(tx -> {
            Region region = find(request, tx);
            Region changed =
                    new Region(
                            region.id(),
                            fields.text("description").orElse(region.description()),
                            fields.text("parent_region_id", region.parentRegionId()),
                            fields.extra(region.extra(), KNOWN));
            checkParent(tx, changed);
            store.update(tx, changed);
            announcements.updated(tx, request, "region", region.id());
            return Views.member(200, "region", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Region region = find(request, tx);
            if (store.hasChildren(tx, region.id()) || store.hasEndpoints(tx, region.id())) {
                throw ApiException.forbidden(
                        "Unable to delete region "
                                + region.id()
                                + " because it or its child regions have associated"
                                + " endpoints.");
            }
            limits.deleteOfRegion(tx, region.id());
            policies.deleteOfRegion(tx, region.id());
            store.deleteRegion(tx, region.id());
            announcements.deleted(tx, request, "region", region.id());
        });
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, Region region) {
        ObjectNode node = Views.extra(region.extra());
        node.put("id", region.id()).put("description", region.description());
        Fields.put(node, "parent_region_id", region.parentRegionId());
        return Views.linked(request, node, "regions/" + region.id());
    }
}
