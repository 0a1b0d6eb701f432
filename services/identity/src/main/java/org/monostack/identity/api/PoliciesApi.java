package org.monostack.identity.api;

import java.util.List;
import java.util.Set;
import org.monostack.identity.model.PolicyDocument;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.PolicyStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.node.ObjectNode;

/** /v3/policies: documents that nobody here interprets. */
public final class PoliciesApi {

    private static final Set<String> KNOWN = Set.of("id", "type", "blob", "links");

    private final Database database;
    private final Announcements announcements;
    private final PolicyStore store;

    public PoliciesApi(Database database, Announcements announcements, PolicyStore store) {
        this.database = database;
        this.announcements = announcements;
        this.store = store;
    }

    public void routes(Routes routes) {
        routes.get("/v3/policies", this::list).policy("identity:list_policies");
        routes.post("/v3/policies", this::create)
                .policy("identity:create_policy")
                .body(Schema.of("identity", "policy-create"))
                .answers(201);
        routes.get("/v3/policies/{policy_id}", this::show).policy("identity:get_policy");
        routes.patch("/v3/policies/{policy_id}", this::update)
                .policy("identity:update_policy")
                .body(Schema.of("identity", "policy-update"));
        routes.delete("/v3/policies/{policy_id}", this::delete)
                .policy("identity:delete_policy")
                .answers(204);
    }

    private Response list(Request request) {
        List<PolicyDocument> found =
                database.reading(tx -> store.list(tx, Views.selection(request)));
        return Views.page(request, "policies", found, PolicyDocument::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "policy");
        PolicyDocument policy =
                new PolicyDocument(
                        RandomIds.hex(),
                        fields.required("type"),
                        fields.required("blob"),
                        fields.extra("{}", KNOWN));
        database.run(tx -> {
            store.insert(tx, policy);
            announcements.created(tx, request, "policy", policy.id());
        });
        return Views.member(201, "policy", view(request, policy));
    }

    private PolicyDocument find(Request request, Transaction tx) {
        String id = request.pathParameter("policy_id");
        return store.find(tx, id).orElseThrow(() -> Views.notFound("policy", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "policy", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "policy");
        return database.inTransaction(tx -> {
            PolicyDocument policy = find(request, tx);
            PolicyDocument changed =
                    new PolicyDocument(
                            policy.id(),
                            fields.text("type").orElse(policy.type()),
                            fields.text("blob").orElse(policy.blob()),
                            fields.extra(policy.extra(), KNOWN));
            store.update(tx, changed);
            announcements.updated(tx, request, "policy", policy.id());
            return Views.member(200, "policy", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            String id = find(request, tx).id();
            store.delete(tx, id);
            announcements.deleted(tx, request, "policy", id);
        });
        return Response.empty(204);
    }

    static ObjectNode view(Request request, PolicyDocument policy) {
        ObjectNode node = Views.extra(policy.extra());
        node.put("id", policy.id()).put("type", policy.type()).put("blob", policy.blob());
        return Views.linked(request, node, "policies/" + policy.id());
    }
}
