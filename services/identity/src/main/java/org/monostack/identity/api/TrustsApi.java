package org.monostack.identity.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.monostack.identity.auth.Delegations;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.model.Trust;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
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

/** /v3/OS-TRUST/trusts. */
public final class TrustsApi {

    private static final String TRUSTS = "OS-TRUST/trusts";
    private static final int MAX_REDELEGATION = 3;

    private final Database database;
    private final Announcements announcements;
    private final TrustStore trusts;
    private final UserStore users;
    private final RoleStore roles;
    private final SubjectStore subjects;
    private final Delegations delegations;
    private final Delegated delegated;

    public TrustsApi(
            Database database,
            Announcements announcements,
            TrustStore trusts,
            UserStore users,
            RoleStore roles,
            SubjectStore subjects,
            Delegations delegations,
            Delegated delegated) {
        this.database = database;
        this.announcements = announcements;
        this.trusts = trusts;
        this.users = users;
        this.roles = roles;
        this.subjects = subjects;
        this.delegations = delegations;
        this.delegated = delegated;
    }

    public void routes(Routes routes) {
        routes.get("/v3/OS-TRUST/trusts", this::list).policyInHandler("identity:list_trusts");
        routes.post("/v3/OS-TRUST/trusts", this::create)
                .policyInHandler("identity:create_trust")
                .body(Schema.of("identity", "trust-create"))
                .answers(201);
        routes.get("/v3/OS-TRUST/trusts/{trust_id}", this::show)
                .policyInHandler("identity:get_trust");
        routes.delete("/v3/OS-TRUST/trusts/{trust_id}", this::delete)
                .policyInHandler("identity:delete_trust")
                .answers(204);
        routes.get("/v3/OS-TRUST/trusts/{trust_id}/roles", this::listRoles)
                .policyInHandler("identity:list_roles_for_trust");
        routes.get("/v3/OS-TRUST/trusts/{trust_id}/roles/{role_id}", this::showRole)
                .policyInHandler("identity:get_role_for_trust");
    }

    private Response list(Request request) {
        Optional<String> trustor = request.query().first("trustor_user_id");
        Optional<String> trustee = request.query().first("trustee_user_id");
        Targets target = Targets.none();
        trustor.ifPresent(id -> target.put("target.trust.trustor_user_id", id));
        trustee.ifPresent(id -> target.put("target.trust.trustee_user_id", id));
        request.authorize(
                trustor.isPresent()
                        ? "identity:list_trusts_for_trustor"
                        : trustee.isPresent()
                                ? "identity:list_trusts_for_trustee"
                                : "identity:list_trusts",
                target.map());
        return database.reading(tx -> {
            List<ObjectNode> nodes =
                    trusts.list(tx, trustor, trustee).stream()
                            .map(trust -> view(request, trust))
                            .toList();
            return Views.collection(request, "trusts", nodes);
        });
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "trust");
        String trustor = fields.required("trustor_user_id");
        request.authorize(
                "identity:create_trust",
                Targets.none().put("target.trust.trustor_user_id", trustor).map());
        Optional<Instant> expiresAt = fields.time("expires_at");
        if (expiresAt.filter(end -> end.isBefore(Times.now())).isPresent()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'expires_at': the time is over.");
        }
        return database.inTransaction(tx -> {
            Optional<Trust> passedOn = passedOn(request, tx);
            if (passedOn.isEmpty()) {
                delegated.refuseRestricted(tx, request.caller(), "identity:create_trust");
            }
            String trustee = fields.required("trustee_user_id");
            if (users.find(tx, trustee).isEmpty()) {
                throw Views.notFound("user", trustee);
            }
            Optional<String> project = fields.text("project_id");
            JsonNode uses = fields.node().path("remaining_uses");
            String firstTrustor =
                    passedOn.map(it -> delegations.firstTrustor(tx, it)).orElse(trustor);
            Trust trust =
                    new Trust(
                            RandomIds.hex(),
                            trustor,
                            trustee,
                            project,
                            fields.flag("impersonation", false),
                            expiresAt.or(() -> passedOn.flatMap(Trust::expiresAt)),
                            uses.isInt() ? OptionalInt.of(uses.asInt()) : OptionalInt.empty(),
                            passedOn.map(Trust::id),
                            redelegationCount(fields, passedOn),
                            Optional.empty(),
                            roleIds(tx, fields, firstTrustor, project),
                            "{}");
            passedOn.ifPresent(above -> requireWithin(trust, above));
            trusts.insert(tx, trust);
            announcements.created(tx, request, "OS-TRUST:trust", trust.id());
            return Views.member(201, "trust", fullView(request, tx, trust));
        });
    }

    /** The trust whose token asks, which is then to be passed on. */
    private Optional<Trust> passedOn(Request request, Transaction tx) {
        return request.caller().trustId().flatMap(id -> trusts.find(tx, id));
    }

    /** How many times in a row it can be passed on: as often as asked, and less than before. */
    private static int redelegationCount(Fields fields, Optional<Trust> passedOn) {
        JsonNode given = fields.node().path("redelegation_count");
        if (!fields.flag("allow_redelegation", false) || given.isInt() && given.asInt() == 0) {
            return 0;
        }
        if (fields.node().path("remaining_uses").isInt()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'remaining_uses': it must not be set if redelegation"
                            + " is allowed.");
        }
        int most = passedOn.map(it -> it.redelegationCount() - 1).orElse(MAX_REDELEGATION);
        if (given.isInt()
                && (given.asInt() > most || passedOn.isPresent() && given.asInt() != most)) {
            throw ApiException.forbidden(
                    "Requested redelegation depth of "
                            + given.asInt()
                            + " is not allowed: it is "
                            + most
                            + " here.");
        }
        return given.isInt() ? given.asInt() : most;
    }

    /** What is passed on is never more than what was received. */
    private static void requireWithin(Trust trust, Trust above) {
        if (above.redelegationCount() <= 0) {
            throw ApiException.forbidden(
                    "Remaining redelegation depth of "
                            + above.redelegationCount()
                            + " out of allowed range of [0.."
                            + MAX_REDELEGATION
                            + "]");
        }
        if (trust.remainingUses().isPresent()) {
            throw ApiException.forbidden(
                    "Field \"remaining_uses\" must not be set in order to redelegate a trust");
        }
        if (above.expiresAt().isPresent()
                && trust.expiresAt().filter(above.expiresAt().get()::isBefore).isPresent()) {
            throw ApiException.forbidden(
                    "Requested expiration time is more than redelegated trust can provide");
        }
        if (!above.roleIds().containsAll(trust.roleIds())) {
            throw ApiException.forbidden("Some of requested roles are not in redelegated trust");
        }
        if (trust.impersonation() && !above.impersonation()) {
            throw ApiException.forbidden(
                    "Impersonation is not allowed because redelegated trust does not specify"
                            + " impersonation. Redelegated trust id: "
                            + above.id());
        }
    }

    /** Only roles that the trustor has on the project can be passed on. */
    private List<String> roleIds(
            Transaction tx, Fields fields, String trustor, Optional<String> project) {
        List<Role> wanted = Delegable.roles(tx, roles, fields.node().path("roles"));
        if (project.isPresent() == wanted.isEmpty()) {
            throw project.isPresent()
                    ? ApiException.forbidden("At least one role should be specified.")
                    : ApiException.badRequest(
                            "Invalid input for field 'project_id': roles are passed on for a"
                                    + " project.");
        }
        if (project.isEmpty()) {
            return List.of();
        }
        Subject subject =
                subjects.find(tx, trustor, new Scope.OnProject(project.get()), List.of())
                        .filter(it -> it.place().isPresent())
                        .orElseThrow(() -> Views.notFound("project", project.get()));
        Delegable.requireHeld(wanted, subject);
        return wanted.stream().map(Role::id).toList();
    }

    private Response show(Request request) {
        return database.reading(tx ->
                Views.member(
                        200,
                        "trust",
                        fullView(request, tx, authorized(request, tx, "identity:get_trust"))));
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Trust trust = authorized(request, tx, "identity:delete_trust");
            delegated.refuseAll(tx, request.caller(), "identity:delete_trust");
            trusts.delete(tx, trust.id());
            announcements.deleted(tx, request, "OS-TRUST:trust", trust.id());
        });
        return Response.empty(204);
    }

    private Response listRoles(Request request) {
        return database.reading(tx -> {
            Trust trust = authorized(request, tx, "identity:list_roles_for_trust");
            List<ObjectNode> nodes =
                    roles.findAll(tx, trust.roleIds()).stream()
                            .map(role -> RolesApi.view(request, role))
                            .toList();
            return Views.collection(request, "roles", nodes);
        });
    }

    private Response showRole(Request request) {
        String id = request.pathParameter("role_id");
        return database.reading(tx -> {
            Trust trust = authorized(request, tx, "identity:get_role_for_trust");
            Role role =
                    roles.findAll(tx, trust.roleIds()).stream()
                            .filter(it -> it.id().equals(id))
                            .findFirst()
                            .orElseThrow(() -> Views.notFound("role", id));
            return Views.member(200, "role", RolesApi.view(request, role));
        });
    }

    private Trust authorized(Request request, Transaction tx, String rule) {
        String id = request.pathParameter("trust_id");
        Trust trust =
                trusts.find(tx, id)
                        .filter(it -> it.remainingUses().orElse(1) > 0)
                        .orElseThrow(() -> Views.notFound("trust", id));
        request.authorize(
                rule,
                Targets.none()
                        .put("target.trust.trustor_user_id", trust.trustorUserId())
                        .put("target.trust.trustee_user_id", trust.trusteeUserId())
                        .map());
        return trust;
    }

    private ObjectNode fullView(Request request, Transaction tx, Trust trust) {
        ObjectNode node = view(request, trust);
        ArrayNode list = Json.array();
        roles.findAll(tx, trust.roleIds()).forEach(role -> list.add(RolesApi.view(request, role)));
        node.set("roles", list);
        node.set(
                "roles_links",
                Json.object()
                        .put("self", Views.url(request, TRUSTS + "/" + trust.id() + "/roles"))
                        .put("next", (String) null)
                        .put("previous", (String) null));
        return node;
    }

    private static ObjectNode view(Request request, Trust trust) {
        ObjectNode node =
                Json.object()
                        .put("id", trust.id())
                        .put("trustor_user_id", trust.trustorUserId())
                        .put("trustee_user_id", trust.trusteeUserId())
                        .put("impersonation", trust.impersonation())
                        .put("expires_at", Views.time(trust.expiresAt()))
                        .put("deleted_at", Views.time(trust.deletedAt()))
                        .put("redelegation_count", trust.redelegationCount());
        Fields.put(node, "project_id", trust.projectId());
        Fields.put(node, "redelegated_trust_id", trust.redelegatedTrustId());
        if (trust.remainingUses().isPresent()) {
            node.put("remaining_uses", trust.remainingUses().getAsInt());
        } else {
            node.putNull("remaining_uses");
        }
        return Views.linked(request, node, TRUSTS + "/" + trust.id());
    }
}
