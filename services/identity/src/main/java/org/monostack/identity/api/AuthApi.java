package org.monostack.identity.api;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.Catalog;
import org.monostack.identity.auth.EffectiveAssignments;
import org.monostack.identity.auth.LoginRequest;
import org.monostack.identity.auth.Tokens;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.User;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/auth: tokens, and where a user can go with one. */
public final class AuthApi {

    private static final String SUBJECT_TOKEN = LoginAnswers.SUBJECT_TOKEN;

    private final Database database;
    private final Authentication authentication;
    private final Tokens tokens;
    private final TokenView view;
    private final Catalog catalog;
    private final EffectiveAssignments assignments;
    private final ProjectStore projects;
    private final UserStore users;

    public AuthApi(
            Database database,
            Authentication authentication,
            Tokens tokens,
            TokenView view,
            Catalog catalog,
            EffectiveAssignments assignments,
            ProjectStore projects,
            UserStore users) {
        this.database = database;
        this.authentication = authentication;
        this.tokens = tokens;
        this.view = view;
        this.catalog = catalog;
        this.assignments = assignments;
        this.projects = projects;
        this.users = users;
    }

    public void routes(Routes routes) {
        routes.post("/v3/auth/tokens", this::create)
                .open()
                .body(Schema.of("identity", "auth"))
                .answers(201);
        routes.get("/v3/auth/tokens", this::validate).policyInHandler("identity:validate_token");
        routes.head("/v3/auth/tokens", this::check).policyInHandler("identity:check_token");
        routes.delete("/v3/auth/tokens", this::revoke)
                .policyInHandler("identity:revoke_token")
                .answers(204);
        routes.get("/v3/OS-REVOKE/events", this::events).policy("identity:list_revoke_events");
        routes.get("/v3/auth/catalog", this::catalog).policy("identity:get_auth_catalog").kept();
        routes.get(List.of("/v3/auth/projects", "/v3/OS-FEDERATION/projects"), this::projects)
                .policy("identity:get_auth_projects");
        routes.get(List.of("/v3/auth/domains", "/v3/OS-FEDERATION/domains"), this::domains)
                .policy("identity:get_auth_domains");
        routes.get("/v3/auth/system", this::system).policy("identity:get_auth_system");
        routes.get("/v3/users/{user_id}/projects", this::projectsOfUser)
                .policyInHandler("identity:list_user_projects");
    }

    private Response create(Request request) {
        LoginRequest login =
                new LoginRequest(
                        request.json().path("auth"),
                        request.baseUrl() + request.rawPath(),
                        parameters(request),
                        request.header("Authorization"),
                        request.remoteAddress(),
                        request.header(LoginAnswers.RECEIPT));
        return LoginAnswers.of(request, database, view, authentication.authenticate(login));
    }

    /** The query's parameters, each occurrence once. */
    static List<Map.Entry<String, String>> parameters(Request request) {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        Query query = request.query();
        query.names()
                .forEach(name ->
                        query.all(name).forEach(value -> parameters.add(Map.entry(name, value))));
        return parameters;
    }

    private Response validate(Request request) {
        boolean withCatalog = !request.query().contains("nocatalog");
        return database.reading(tx -> {
            Tokens.Valid subject = subject(request, tx, "identity:validate_token");
            return view.answer(tx, subject, withCatalog)
                    .header(SUBJECT_TOKEN, subjectToken(request))
                    .header("Vary", "X-Auth-Token");
        });
    }

    private Response check(Request request) {
        database.reading(tx -> subject(request, tx, "identity:check_token"));
        return Response.empty(200).header("Vary", "X-Auth-Token");
    }

    private Response revoke(Request request) {
        database.run(
                tx -> tokens.revoke(tx, subject(request, tx, "identity:revoke_token").content()));
        return Response.empty(204);
    }

    /**
     * Tokens that were revoked one by one; whatever else ends tokens is seen when they are used.
     */
    private Response events(Request request) {
        Optional<Instant> since =
                request.query().first("since").map(text -> Fields.parseTime("since", text));
        List<ObjectNode> nodes =
                database.reading(tokens::revoked).stream()
                        .filter(it -> since.map(it.revokedAt()::isAfter).orElse(true))
                        .map(it ->
                                Json.object()
                                        .put("audit_id", it.auditId())
                                        .put("revoked_at", Views.time(it.revokedAt()))
                                        .put("issued_before", Views.time(it.revokedAt())))
                        .toList();
        return Views.collection(request, "events", nodes);
    }

    private static String subjectToken(Request request) {
        return request.header(SUBJECT_TOKEN)
                .filter(token -> !token.isEmpty())
                .orElseThrow(() -> ApiException.notFound("No token in the request"));
    }

    private Tokens.Valid subject(Request request, Transaction tx, String rule) {
        Duration grace =
                Views.flag(request, "allow_expired") ? Tokens.EXPIRED_WINDOW : Duration.ZERO;
        Tokens.Valid valid =
                tokens.validate(tx, subjectToken(request), grace)
                        .orElseThrow(() -> ApiException.notFound("Could not find token."));
        request.authorize(
                rule,
                Targets.none().put("target.token.user_id", valid.subject().user().id()).map());
        return valid;
    }

    private Response catalog(Request request) {
        Caller caller = request.caller();
        if (caller.projectId().isEmpty() && caller.domainId().isEmpty() && !caller.systemScope()) {
            throw ApiException.forbidden(
                    "You are not authorized to perform the requested action: identity:get_auth_catalog.");
        }
        ArrayNode services =
                database.reading(tx -> catalog.view(tx, caller.userId(), caller.projectId()));
        ObjectNode body = Json.object();
        body.set("catalog", services);
        body.set(
                "links",
                Json.object()
                        .put("next", (String) null)
                        .put("self", request.url())
                        .put("previous", (String) null));
        return Response.json(200, body);
    }

    private Response projects(Request request) {
        return projects(request, request.caller().userId());
    }

    private Response projectsOfUser(Request request) {
        String id = request.pathParameter("user_id");
        Optional<User> user = database.reading(tx -> users.find(tx, id));
        request.authorize(
                "identity:list_user_projects", Targets.none().userId(id).user(user).map());
        if (user.isEmpty()) {
            throw Views.notFound("user", id);
        }
        return projects(request, id);
    }

    private Response projects(Request request, String userId) {
        return database.inTransaction(tx -> {
            List<ObjectNode> nodes =
                    usable(assignments.placesOf(tx, userId, TargetKind.PROJECT)).stream()
                            .map(it -> ProjectsApi.view(request, it, projects.tags(tx, it.id())))
                            .toList();
            return Views.collection(request, "projects", nodes);
        });
    }

    private static List<Project> usable(List<Project> found) {
        return found.stream().filter(Project::enabled).toList();
    }

    private Response domains(Request request) {
        String userId = request.caller().userId();
        return database.reading(tx ->
                Views.collection(
                        request,
                        "domains",
                        usable(assignments.placesOf(tx, userId, TargetKind.DOMAIN)).stream()
                                .map(it -> DomainsApi.view(request, it))
                                .toList()));
    }

    private Response system(Request request) {
        String userId = request.caller().userId();
        boolean onSystem = database.reading(tx -> assignments.onSystem(tx, userId));
        ArrayNode systems = Json.array();
        if (onSystem) {
            systems.add(Json.object().put("all", true));
        }
        ObjectNode body = Json.object();
        body.set("system", systems);
        body.set("links", Json.object().put("self", request.url()));
        return Response.json(200, body);
    }
}
