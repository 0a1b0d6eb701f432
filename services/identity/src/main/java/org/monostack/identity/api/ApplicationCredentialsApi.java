package org.monostack.identity.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.auth.Passwords;
import org.monostack.identity.model.AccessRule;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/users/{user_id}/application_credentials. */
public final class ApplicationCredentialsApi {

    private static final String COLLECTION = "/v3/users/{user_id}/application_credentials";
    private static final String MEMBER = COLLECTION + "/{application_credential_id}";
    private static final int SECRET_BYTES = 64;

    private final Database database;
    private final Announcements announcements;
    private final ApplicationCredentialStore store;
    private final RoleStore roles;
    private final SubjectStore subjects;
    private final Passwords passwords;
    private final Delegated delegated;

    public ApplicationCredentialsApi(
            Database database,
            Announcements announcements,
            ApplicationCredentialStore store,
            RoleStore roles,
            SubjectStore subjects,
            Passwords passwords,
            Delegated delegated) {
        this.database = database;
        this.announcements = announcements;
        this.store = store;
        this.roles = roles;
        this.subjects = subjects;
        this.passwords = passwords;
        this.delegated = delegated;
    }

    public void routes(Routes routes) {
        routes.get(COLLECTION, this::list).policyInHandler("identity:list_application_credentials");
        routes.post(COLLECTION, this::create)
                .policyInHandler("identity:create_application_credential")
                .body(Schema.of("identity", "application-credential-create"))
                .answers(201);
        routes.get(MEMBER, this::show).policyInHandler("identity:get_application_credential");
        routes.delete(MEMBER, this::delete)
                .policyInHandler("identity:delete_application_credential")
                .answers(204);
    }

    private static String authorized(Request request, String rule) {
        String userId = request.pathParameter("user_id");
        request.authorize(rule, Targets.none().userId(userId).map());
        return userId;
    }

    private Response list(Request request) {
        String userId = authorized(request, "identity:list_application_credentials");
        return database.reading(tx -> {
            List<ObjectNode> nodes =
                    store.ofUser(tx, userId, request.query().first("name")).stream()
                            .map(it -> view(request, tx, it))
                            .toList();
            return Views.collection(request, "application_credentials", nodes);
        });
    }

    private Response show(Request request) {
        return database.reading(tx ->
                Views.member(
                        200,
                        "application_credential",
                        view(
                                request,
                                tx,
                                find(request, tx, "identity:get_application_credential"))));
    }

    private Response delete(Request request) {
        String rule = "identity:delete_application_credential";
        database.run(tx -> {
            ApplicationCredential credential = find(request, tx, rule);
            delegated.refuseRestricted(tx, request.caller(), rule);
            store.delete(tx, credential.id());
            announcements.deleted(tx, request, "application_credential", credential.id());
        });
        return Response.empty(204);
    }

    /**
     * It is the credential's own user who must be permitted, whoever the path names: nobody learns
     * by their own path whether a credential of somebody else is there.
     */
    private ApplicationCredential find(Request request, Transaction tx, String rule) {
        String id = request.pathParameter("application_credential_id");
        Optional<ApplicationCredential> found = store.find(tx, id);
        String userId =
                found.map(ApplicationCredential::userId)
                        .orElseGet(() -> request.pathParameter("user_id"));
        request.authorize(rule, Targets.none().userId(userId).map());
        return found.orElseThrow(() -> Views.notFound("application credential", id));
    }

    private Response create(Request request) {
        String userId = authorized(request, "identity:create_application_credential");
        Caller caller = request.caller();
        String projectId =
                caller.projectId()
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "An application credential is made with a token"
                                                + " scoped to a project."));
        Fields fields = Fields.of(request, "application_credential");
        Optional<Instant> expiresAt = fields.time("expires_at");
        if (expiresAt.filter(end -> end.isBefore(Times.now())).isPresent()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'expires_at': the time is over.");
        }
        String secret = fields.text("secret").orElseGet(() -> RandomIds.urlSafe(SECRET_BYTES));
        String hash = passwords.hash(secret);
        return database.inTransaction(tx -> {
            delegated.refuseRestricted(tx, caller, "identity:create_application_credential");
            ApplicationCredential credential =
                    new ApplicationCredential(
                            RandomIds.hex(),
                            fields.required("name").strip(),
                            userId,
                            projectId,
                            fields.text("description"),
                            hash,
                            expiresAt,
                            fields.flag("unrestricted", false),
                            roleIds(tx, fields, caller, projectId),
                            accessRules(tx, fields, userId));
            store.insert(tx, credential);
            announcements.created(tx, request, "application_credential", credential.id());
            ObjectNode node = view(request, tx, credential);
            node.put("secret", secret);
            return Views.member(201, "application_credential", node);
        });
    }

    /** Rules that the user has already can be named by their ids; 404 if there is none. */
    private List<AccessRule> accessRules(Transaction tx, Fields fields, String userId) {
        List<AccessRule> rules = new ArrayList<>();
        for (JsonNode node : fields.node().path("access_rules")) {
            Fields rule = new Fields(node);
            Optional<String> id = rule.text("id");
            rules.add(
                    id.isPresent()
                            ? store.rules(tx, userId).stream()
                                    .filter(it -> it.id().equals(id.get()))
                                    .findFirst()
                                    .orElseThrow(() -> Views.notFound("access rule", id.get()))
                            : store.ensureRule(
                                    tx,
                                    userId,
                                    rule.required("service"),
                                    rule.required("path"),
                                    rule.required("method")));
        }
        return rules;
    }

    /** The roles it is to have, all of which its owner must have; without any, all of those. */
    private List<String> roleIds(Transaction tx, Fields fields, Caller caller, String projectId) {
        Subject subject =
                subjects.find(tx, caller.userId(), new Scope.OnProject(projectId), List.of())
                        .orElseThrow();
        List<Role> wanted = Delegable.roles(tx, roles, fields.node().path("roles"));
        if (wanted.isEmpty()) {
            return subject.roles().stream().map(Named::id).toList();
        }
        for (Role role : wanted) {
            if (subject.roles().stream().noneMatch(it -> it.id().equals(role.id()))) {
                throw ApiException.badRequest(
                        "Invalid application credential: Could not find role assignment with role: "
                                + role.id()
                                + ", user or group: "
                                + caller.userId()
                                + ", project, domain, or system: "
                                + projectId
                                + ".");
            }
        }
        return wanted.stream().map(Role::id).toList();
    }

    private ObjectNode view(Request request, Transaction tx, ApplicationCredential credential) {
        ObjectNode node =
                Json.object()
                        .put("id", credential.id())
                        .put("name", credential.name())
                        .put("user_id", credential.userId())
                        .put("project_id", credential.projectId())
                        .putNull("system")
                        .put("unrestricted", credential.unrestricted());
        Fields.put(node, "description", credential.description());
        // Without a Z, unlike other times: clients compare it with what they sent.
        node.put(
                "expires_at",
                credential
                        .expiresAt()
                        .map(Views::time)
                        .map(text -> text.substring(0, text.length() - 1))
                        .orElse(null));
        ArrayNode list = Json.array();
        for (Role role : roles.findAll(tx, credential.roleIds())) {
            list.add(
                    Json.object()
                            .put("id", role.id())
                            .put("name", role.name())
                            .put("domain_id", role.isGlobal() ? null : role.domainId()));
        }
        node.set("roles", list);
        if (!credential.accessRules().isEmpty()) {
            node.set("access_rules", AccessRulesApi.array(credential.accessRules()));
        }
        return Views.linked(
                request,
                node,
                "users/" + credential.userId() + "/application_credentials/" + credential.id());
    }
}
