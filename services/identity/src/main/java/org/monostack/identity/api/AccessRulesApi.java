package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.AccessRule;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/users/{user_id}/access_rules: made with application credentials, shared among them. */
public final class AccessRulesApi {

    private static final String COLLECTION = "/v3/users/{user_id}/access_rules";
    private static final String MEMBER = COLLECTION + "/{access_rule_id}";

    private final Database database;
    private final ApplicationCredentialStore store;
    private final Delegated delegated;

    public AccessRulesApi(
            Database database, ApplicationCredentialStore store, Delegated delegated) {
        this.database = database;
        this.store = store;
        this.delegated = delegated;
    }

    public void routes(Routes routes) {
        routes.get(COLLECTION, this::list).policyInHandler("identity:list_access_rules");
        routes.get(MEMBER, this::show).policyInHandler("identity:get_access_rule");
        routes.delete(MEMBER, this::delete)
                .policyInHandler("identity:delete_access_rule")
                .answers(204);
    }

    private String authorized(Request request, Transaction tx, String rule) {
        String userId = request.pathParameter("user_id");
        request.authorize(rule, Targets.none().userId(userId).map());
        delegated.refuseRestricted(tx, request.caller(), rule);
        return userId;
    }

    private Response list(Request request) {
        return database.reading(tx -> {
            String userId = authorized(request, tx, "identity:list_access_rules");
            List<ObjectNode> nodes =
                    store.rules(tx, userId).stream()
                            .filter(it -> matches(request, "service", it.service()))
                            .filter(it -> matches(request, "path", it.path()))
                            .filter(it -> matches(request, "method", it.method()))
                            .map(it -> linked(request, it))
                            .toList();
            return Views.collection(request, "access_rules", nodes);
        });
    }

    private static boolean matches(Request request, String name, String value) {
        Optional<String> wanted = request.query().first(name);
        return wanted.isEmpty() || wanted.get().equals(value);
    }

    private AccessRule find(Request request, Transaction tx, String userId) {
        String id = request.pathParameter("access_rule_id");
        return store.rules(tx, userId).stream()
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Views.notFound("access rule", id));
    }

    private Response show(Request request) {
        return database.reading(tx -> {
            String userId = authorized(request, tx, "identity:get_access_rule");
            return Views.member(200, "access_rule", linked(request, find(request, tx, userId)));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            String userId = authorized(request, tx, "identity:delete_access_rule");
            AccessRule rule = find(request, tx, userId);
            if (store.isRuleUsed(tx, rule.id())) {
                throw ApiException.forbidden(
                        "Unable to delete access rule "
                                + rule.id()
                                + ": it is in use by an application credential.");
            }
            store.deleteRule(tx, rule.id());
        });
        return Response.empty(204);
    }

    private static ObjectNode linked(Request request, AccessRule rule) {
        return Views.linked(
                request, view(rule), "users/" + rule.userId() + "/access_rules/" + rule.id());
    }

    private static ObjectNode view(AccessRule rule) {
        return Json.object()
                .put("id", rule.id())
                .put("service", rule.service())
                .put("path", rule.path())
                .put("method", rule.method());
    }

    static ArrayNode array(List<AccessRule> rules) {
        ArrayNode array = Json.array();
        rules.forEach(rule -> array.add(view(rule)));
        return array;
    }
}
