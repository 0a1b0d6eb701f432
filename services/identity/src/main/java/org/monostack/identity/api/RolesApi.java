package org.monostack.identity.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.auth.Roles;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Selection;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/roles, what they imply, and /v3/role_inferences. */
public final class RolesApi {

    private static final Set<String> KNOWN =
            Set.of("id", "name", "domain_id", "description", "options", "links");

    private final Database database;
    private final Announcements announcements;
    private final RoleStore roles;
    private final ProjectStore projects;

    public RolesApi(
            Database database,
            Announcements announcements,
            RoleStore roles,
            ProjectStore projects) {
        this.database = database;
        this.announcements = announcements;
        this.roles = roles;
        this.projects = projects;
    }

    public void routes(Routes routes) {
        routes.get("/v3/roles", this::list).policyInHandler("identity:list_roles").kept();
        routes.post("/v3/roles", this::create)
                .policyInHandler("identity:create_role")
                .body(Schema.of("identity", "role-create"))
                .answers(201);
        routes.get("/v3/roles/{role_id}", this::show).policyInHandler("identity:get_role");
        routes.patch("/v3/roles/{role_id}", this::update)
                .policyInHandler("identity:update_role")
                .body(Schema.of("identity", "role-update"));
        routes.delete("/v3/roles/{role_id}", this::delete)
                .policyInHandler("identity:delete_role")
                .answers(204);
        routes.get("/v3/roles/{prior_role_id}/implies", this::implied)
                .policyInHandler("identity:list_implied_roles");
        routes.put("/v3/roles/{prior_role_id}/implies/{implied_role_id}", this::imply)
                .policyInHandler("identity:create_implied_role")
                .answers(201);
        routes.get("/v3/roles/{prior_role_id}/implies/{implied_role_id}", this::showImplied)
                .policyInHandler("identity:get_implied_role");
        routes.head("/v3/roles/{prior_role_id}/implies/{implied_role_id}", this::checkImplied)
                .policyInHandler("identity:check_implied_role")
                .answers(204);
        routes.delete("/v3/roles/{prior_role_id}/implies/{implied_role_id}", this::unimply)
                .policyInHandler("identity:delete_implied_role")
                .answers(204);
        routes.get("/v3/role_inferences", this::inferences)
                .policyInHandler("identity:list_role_inference_rules");
    }

    private Response list(Request request) {
        String domainId = request.query().first("domain_id").orElse("");
        request.authorize(
                domainId.isEmpty() ? "identity:list_roles" : "identity:list_domain_roles",
                Targets.none().map());
        Selection selection = Views.selection(request);
        List<Role> found = database.reading(tx -> roles.list(tx, domainId, selection));
        return Views.page(request, "roles", found, Role::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "role");
        String domainId = fields.text("domain_id").orElse("");
        request.authorize(
                domainId.isEmpty() ? "identity:create_role" : "identity:create_domain_role",
                Targets.none().map());
        Role role =
                new Role(
                        RandomIds.hex(),
                        domainId,
                        fields.required("name").strip(),
                        fields.text("description"),
                        fields.options("{}"),
                        fields.extra("{}", KNOWN));
        return database.inTransaction(tx -> {
            if (!domainId.isEmpty() && projects.findDomain(tx, domainId).isEmpty()) {
                throw Views.notFound("domain", domainId);
            }
            roles.insert(tx, role);
            announcements.created(tx, request, "role", role.id());
            return Views.member(201, "role", view(request, role));
        });
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "role", view(request, authorized(request, tx, "get"))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "role");
        return database.inTransaction(tx -> {
            Role role = authorized(request, tx, "update");
            if (fields.has("domain_id")
                    && !fields.text("domain_id").orElse("").equals(role.domainId())) {
                throw ApiException.badRequest("Cannot change Domain ID");
            }
            requireMutable(role, fields.options(role.options()));
            Role changed =
                    new Role(
                            role.id(),
                            role.domainId(),
                            fields.text("name").orElse(role.name()).strip(),
                            fields.text("description", role.description()),
                            fields.options(role.options()),
                            fields.extra(role.extra(), KNOWN));
            roles.update(tx, changed);
            announcements.updated(tx, request, "role", role.id());
            return Views.member(200, "role", view(request, changed));
        });
    }

    private static void requireMutable(Role role, String newOptions) {
        boolean stays = Json.read(newOptions).path("immutable").asBoolean(false);
        if (stays && Json.read(role.options()).path("immutable").asBoolean(false)) {
            throw ApiException.forbidden(
                    "Cannot update or delete resource role "
                            + role.id()
                            + ": it is immutable. Set its option `immutable` to false first.");
        }
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Role role = authorized(request, tx, "delete");
            requireMutable(role, role.options());
            roles.delete(tx, role.id());
            announcements.deleted(tx, request, "role", role.id());
        });
        return Response.empty(204);
    }

    /**
     * The role in the path; roles of domains have policy rules of their own. As in Keystone, 404
     * comes before 403.
     */
    private Role authorized(Request request, Transaction tx, String verb) {
        Role role = find(tx, request.pathParameter("role_id"));
        request.authorize(
                "identity:" + verb + (role.isGlobal() ? "_role" : "_domain_role"),
                Targets.none().role(Optional.of(role)).map());
        return role;
    }

    private Role find(Transaction tx, String id) {
        return roles.find(tx, id).orElseThrow(() -> Views.notFound("role", id));
    }

    private Response implied(Request request) {
        request.authorize("identity:list_implied_roles", Targets.none().map());
        return database.reading(tx -> {
            Role prior = find(tx, request.pathParameter("prior_role_id"));
            List<String> ids = roles.implications(tx).getOrDefault(prior.id(), List.of());
            ObjectNode body = inference(request, prior, roles.findAll(tx, ids));
            return linkedInference(request, 200, body);
        });
    }

    private Response imply(Request request) {
        request.authorize("identity:create_implied_role", Targets.none().map());
        return database.inTransaction(tx -> {
            Role prior = find(tx, request.pathParameter("prior_role_id"));
            Role implied = find(tx, request.pathParameter("implied_role_id"));
            checkImplication(tx, prior, implied);
            roles.addImplication(tx, prior.id(), implied.id());
            return one(request, 201, prior, implied);
        });
    }

    private void checkImplication(Transaction tx, Role prior, Role implied) {
        if (implied.name().equals("admin") && implied.isGlobal()) {
            throw ApiException.forbidden("Role admin cannot be an implied role.");
        }
        if (!implied.isGlobal() && prior.isGlobal()) {
            throw ApiException.forbidden(
                    "Role " + prior.id() + " is global and cannot imply a role of a domain.");
        }
        Map<String, List<String>> implications = roles.implications(tx);
        if (Roles.closure(implications, List.of(implied.id())).contains(prior.id())) {
            throw ApiException.badRequest(
                    "Role " + implied.id() + " implies " + prior.id() + " already.");
        }
    }

    private Response showImplied(Request request) {
        request.authorize("identity:get_implied_role", Targets.none().map());
        return database.reading(tx -> {
            Role prior = find(tx, request.pathParameter("prior_role_id"));
            Role implied = find(tx, request.pathParameter("implied_role_id"));
            requireImplied(roles.implies(tx, prior.id(), implied.id()), prior, implied);
            return one(request, 200, prior, implied);
        });
    }

    private Response checkImplied(Request request) {
        request.authorize("identity:check_implied_role", Targets.none().map());
        database.run(tx -> {
            Role prior = find(tx, request.pathParameter("prior_role_id"));
            Role implied = find(tx, request.pathParameter("implied_role_id"));
            requireImplied(roles.implies(tx, prior.id(), implied.id()), prior, implied);
        });
        return Response.empty(204);
    }

    private Response unimply(Request request) {
        request.authorize("identity:delete_implied_role", Targets.none().map());
        database.run(tx -> {
            Role prior = find(tx, request.pathParameter("prior_role_id"));
            Role implied = find(tx, request.pathParameter("implied_role_id"));
            requireImplied(roles.removeImplication(tx, prior.id(), implied.id()), prior, implied);
        });
        return Response.empty(204);
    }

    private static void requireImplied(boolean is, Role prior, Role implied) {
        if (!is) {
            throw ApiException.notFound(prior.id() + " does not imply " + implied.id() + ".");
        }
    }

    private Response inferences(Request request) {
        request.authorize("identity:list_role_inference_rules", Targets.none().map());
        return database.reading(tx -> {
            ArrayNode rules = Json.array();
            Map<String, List<String>> implications = roles.implications(tx);
            for (Role prior : roles.findAll(tx, implications.keySet())) {
                List<Role> implied =
                        roles.findAll(tx, implications.getOrDefault(prior.id(), List.of()));
                rules.add(inference(request, prior, implied));
            }
            ObjectNode body = Json.object();
            body.set("role_inferences", rules);
            return Response.json(200, body);
        });
    }

    private static Response one(Request request, int status, Role prior, Role implied) {
        ObjectNode rule = Json.object();
        rule.set("prior_role", shortView(request, prior));
        rule.set("implies", shortView(request, implied));
        return linkedInference(request, status, rule);
    }

    private static Response linkedInference(Request request, int status, ObjectNode rule) {
        ObjectNode body = Json.object();
        body.set("role_inference", rule);
        body.set("links", Json.object().put("self", request.url()));
        return Response.json(status, body);
    }

    private static ObjectNode inference(Request request, Role prior, List<Role> implied) {
        ArrayNode implies = Json.array();
        implied.forEach(role -> implies.add(shortView(request, role)));
        ObjectNode rule = Json.object();
        rule.set("prior_role", shortView(request, prior));
        rule.set("implies", implies);
        return rule;
    }

    private static ObjectNode shortView(Request request, Role role) {
        ObjectNode node = Json.object().put("id", role.id()).put("name", role.name());
        return Views.linked(request, node, "roles/" + role.id());
    }

    static ObjectNode view(Request request, Role role) {
        ObjectNode node = Views.extra(role.extra());
        node.put("id", role.id())
                .put("name", role.name())
                .put("domain_id", role.isGlobal() ? null : role.domainId());
        Fields.put(node, "description", role.description());
        node.set("options", Json.read(role.options()));
        return Views.linked(request, node, "roles/" + role.id());
    }
}
