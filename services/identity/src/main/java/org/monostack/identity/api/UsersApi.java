package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.auth.PasswordRules;
import org.monostack.identity.directory.Directories;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.User;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.UserStore;
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
import tools.jackson.databind.node.ObjectNode;

/** /v3/users. */
public final class UsersApi {

    private static final Set<String> KNOWN =
            Set.of(
                    "id",
                    "name",
                    "domain_id",
                    "enabled",
                    "federated",
                    "password",
                    "default_project_id",
                    "options",
                    "links",
                    "password_expires_at");

    private final Database database;
    private final Announcements announcements;
    private final UserStore users;
    private final FederatedAttribute federated;
    private final ProjectStore projects;
    private final PasswordRules passwords;
    private final Removals removals;
    private final Directories directories;

    public UsersApi(
            Database database,
            Announcements announcements,
            UserStore users,
            FederatedAttribute federated,
            ProjectStore projects,
            PasswordRules passwords,
            Removals removals,
            Directories directories) {
        this.database = database;
        this.announcements = announcements;
        this.users = users;
        this.federated = federated;
        this.projects = projects;
        this.passwords = passwords;
        this.removals = removals;
        this.directories = directories;
    }

    public void routes(Routes routes) {
        routes.get("/v3/users", this::list).policyInHandler("identity:list_users").kept();
        routes.post("/v3/users", this::create)
                .policyInHandler("identity:create_user")
                .body(Schema.of("identity", "user-create"))
                .answers(201);
        routes.get("/v3/users/{user_id}", this::show).policyInHandler("identity:get_user");
        routes.patch("/v3/users/{user_id}", this::update)
                .policyInHandler("identity:update_user")
                .body(Schema.of("identity", "user-update"));
        routes.delete("/v3/users/{user_id}", this::delete)
                .policyInHandler("identity:delete_user")
                .answers(204);
    }

    private Response list(Request request) {
        Caller caller = request.caller();
        Targets target = Targets.none();
        caller.domainId().ifPresent(id -> target.put("target.domain_id", id));
        request.authorize("identity:list_users", target.map());
        Selection selection = Views.selectionWithinOwnDomain(request);
        Optional<List<String>> there =
                caller.domainId()
                        .or(() -> request.query().first("domain_id"))
                        .flatMap(it -> directories.lookAtUsers(it, request.query().first("name")));
        there.ifPresent(elsewhere -> request.answerPasses());
        List<User> found = database.reading(tx -> users.list(tx, selection, there));
        return Views.page(request, "users", found, User::id, user -> view(request, user));
    }

    private Response show(Request request) {
        String id = request.pathParameter("user_id");
        database.run(tx -> authorized(request, tx, "identity:get_user", users.find(tx, id)));
        if (!directories.lookAtUser(id)) {
            throw Views.notFound("user", id);
        }
        return database.reading(tx -> {
            User user = users.find(tx, id).orElseThrow(() -> Views.notFound("user", id));
            return Views.member(200, "user", federated.show(tx, view(request, user), id));
        });
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "user");
        String domainId = fields.text("domain_id").orElseGet(() -> ownDomain(request.caller()));
        request.authorize(
                "identity:create_user",
                Targets.none().put("target.user.domain_id", domainId).map());
        Optional<String> password = fields.text("password");
        password.ifPresent(passwords::check);
        Optional<String> hash = password.map(passwords::hash);
        String options = fields.options("{}");
        User user =
                new User(
                        RandomIds.hex(),
                        domainId,
                        fields.required("name").strip(),
                        fields.flag("enabled", true),
                        fields.text("default_project_id"),
                        passwords.expiryOfGiven(password, options),
                        Optional.empty(),
                        1,
                        Times.now(),
                        options,
                        fields.extra("{}", KNOWN),
                        1);
        return database.inTransaction(tx -> {
            if (projects.findDomain(tx, domainId).isEmpty()) {
                throw Views.notFound("domain", domainId);
            }
            directories.requireWritable(tx, domainId);
            checkDefaultProject(tx, user.defaultProjectId());
            users.insert(tx, user, hash);
            federated.write(tx, fields, user.id());
            announcements.created(tx, request, "user", user.id());
            return Views.member(201, "user", federated.show(tx, view(request, user), user.id()));
        });
    }

    private Response update(Request request) {
        String id = request.pathParameter("user_id");
        Fields fields = Fields.of(request, "user");
        Optional<String> password = fields.text("password");
        // Authorized once before the slow hash, and again on the row that is written.
        database.run(tx -> authorized(request, tx, "identity:update_user", users.find(tx, id)));
        password.ifPresent(passwords::check);
        Optional<String> hash = password.map(passwords::hash);
        return database.inTransaction(tx -> {
            User user = authorized(request, tx, "identity:update_user", users.lock(tx, id));
            directories.requireWritable(tx, user.domainId());
            if (fields.text("id").filter(it -> !it.equals(id)).isPresent()) {
                throw ApiException.badRequest("Cannot change user ID");
            }
            if (fields.text("domain_id").filter(it -> !it.equals(user.domainId())).isPresent()) {
                throw ApiException.badRequest("Cannot change Domain ID");
            }
            boolean enabled = fields.flag("enabled", user.enabled());
            Optional<String> project = fields.text("default_project_id", user.defaultProjectId());
            if (fields.has("default_project_id")) {
                checkDefaultProject(tx, project);
            }
            User changed =
                    new User(
                            id,
                            user.domainId(),
                            fields.text("name").orElse(user.name()).strip(),
                            enabled,
                            project,
                            user.passwordExpiresAt(),
                            user.passwordChosenAt(),
                            user.passwordRevision(),
                            user.enabled() && !enabled ? Times.now() : user.tokensValidFrom(),
                            fields.options(user.options()),
                            fields.extra(user.extra(), KNOWN),
                            user.revision());
            users.update(tx, changed);
            if (fields.has("password")) {
                users.setPassword(
                        tx, changed, hash, passwords.expiryOfGiven(password, changed.options()));
            }
            federated.write(tx, fields, id);
            announcements.updated(tx, request, "user", id);
            User now = users.find(tx, id).orElseThrow();
            return Views.member(200, "user", federated.show(tx, view(request, now), id));
        });
    }

    private void checkDefaultProject(Transaction tx, Optional<String> id) {
        if (id.flatMap(it -> projects.find(tx, it)).filter(Project::isDomain).isPresent()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'default_project_id': it is the id of a domain.");
        }
    }

    private Response delete(Request request) {
        String id = request.pathParameter("user_id");
        database.run(tx -> {
            User user = authorized(request, tx, "identity:delete_user", users.lock(tx, id));
            directories.requireWritable(tx, user.domainId());
            removals.users(tx, List.of(id));
            announcements.deleted(tx, request, "user", id);
        });
        return Response.empty(204);
    }

    /** Refuses with 403 before it tells that a user does not exist. */
    private static User authorized(
            Request request, Transaction tx, String rule, Optional<User> user) {
        String id = request.pathParameter("user_id");
        request.authorize(rule, Targets.none().userId(id).user(user).map());
        return user.orElseThrow(() -> Views.notFound("user", id));
    }

    static String ownDomain(Caller caller) {
        return caller.domainId().or(caller::projectDomainId).orElse("default");
    }

    static ObjectNode view(Request request, User user) {
        ObjectNode node = Views.extra(user.extra());
        node.put("id", user.id())
                .put("name", user.name())
                .put("domain_id", user.domainId())
                .put("enabled", user.enabled());
        user.defaultProjectId().ifPresent(id -> node.put("default_project_id", id));
        node.put("password_expires_at", Views.time(user.passwordExpiresAt()));
        node.set("options", Json.read(user.options()));
        return Views.linked(request, node, "users/" + user.id());
    }
}
