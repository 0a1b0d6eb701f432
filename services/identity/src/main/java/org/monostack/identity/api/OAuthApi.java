package org.monostack.identity.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.monostack.identity.auth.Logins;
import org.monostack.identity.auth.OAuth1;
import org.monostack.identity.model.OAuth;
import org.monostack.identity.model.OAuth.AccessToken;
import org.monostack.identity.model.OAuth.RequestToken;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.OAuthStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.platform.crypto.ConstantTime;
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
import tools.jackson.databind.node.ObjectNode;

/** /v3/OS-OAUTH1, and the access tokens below a user. */
public final class OAuthApi {

    private static final Set<String> KNOWN = Set.of("id", "description", "secret", "links");
    private static final Duration REQUEST_TOKEN_LIFE = Duration.ofHours(8);
    private static final Duration ACCESS_TOKEN_LIFE = Duration.ofDays(1);
    private static final int VERIFIER_LENGTH = 8;
    private static final String CONSUMER_TYPE = "OS-OAUTH1:consumer";
    private static final String CONSUMER = "/v3/OS-OAUTH1/consumers/{consumer_id}";
    private static final String TOKENS = "/v3/users/{user_id}/OS-OAUTH1/access_tokens";
    private static final String TOKEN = TOKENS + "/{access_token_id}";

    private final Database database;
    private final Announcements announcements;
    private final OAuthStore store;
    private final ProjectStore projects;
    private final RoleStore roles;
    private final SubjectStore subjects;
    private final Delegated delegated;

    public OAuthApi(
            Database database,
            Announcements announcements,
            OAuthStore store,
            ProjectStore projects,
            RoleStore roles,
            SubjectStore subjects,
            Delegated delegated) {
        this.database = database;
        this.announcements = announcements;
        this.store = store;
        this.projects = projects;
        this.roles = roles;
        this.subjects = subjects;
        this.delegated = delegated;
    }

    public void routes(Routes routes) {
        routes.get("/v3/OS-OAUTH1/consumers", this::list).policy("identity:list_consumers");
        routes.post("/v3/OS-OAUTH1/consumers", this::create)
                .policy("identity:create_consumer")
                .body(Schema.of("identity", "consumer-create"))
                .answers(201);
        routes.get(CONSUMER, this::show).policy("identity:get_consumer");
        routes.patch(CONSUMER, this::update)
                .policy("identity:update_consumer")
                .body(Schema.of("identity", "consumer-update"));
        routes.delete(CONSUMER, this::delete).policy("identity:delete_consumer").answers(204);
        routes.post("/v3/OS-OAUTH1/request_token", this::requestToken).open().answers(201);
        routes.put("/v3/OS-OAUTH1/authorize/{request_token_id}", this::authorize)
                .policy("identity:authorize_request_token")
                .body(Schema.of("identity", "oauth-authorize"));
        routes.post("/v3/OS-OAUTH1/access_token", this::accessToken).open().answers(201);
        routes.get(TOKENS, this::listTokens).policy("identity:list_access_tokens");
        routes.get(TOKEN, this::showToken).policy("identity:get_access_token");
        routes.delete(TOKEN, this::deleteToken)
                .policyInHandler("identity:delete_access_token")
                .answers(204);
        routes.get(TOKEN + "/roles", this::listRoles).policy("identity:list_access_token_roles");
        routes.get(TOKEN + "/roles/{role_id}", this::showRole)
                .policy("identity:get_access_token_role");
    }

    private Response list(Request request) {
        List<OAuth.Consumer> found =
                database.reading(tx -> store.consumers(tx, Views.selection(request)));
        return Views.page(request, "consumers", found, OAuth.Consumer::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "consumer");
        OAuth.Consumer consumer =
                new OAuth.Consumer(
                        RandomIds.hex(),
                        fields.text("description"),
                        RandomIds.hex(),
                        fields.extra("{}", KNOWN));
        database.run(tx -> {
            store.insert(tx, consumer);
            announcements.created(tx, request, CONSUMER_TYPE, consumer.id());
        });
        ObjectNode node = view(request, consumer);
        node.put("secret", consumer.secret());
        return Views.member(201, "consumer", node);
    }

    private OAuth.Consumer consumer(Transaction tx, String id) {
        return store.consumer(tx, id).orElseThrow(() -> Views.notFound("consumer", id));
    }

    private Response show(Request request) {
        String id = request.pathParameter("consumer_id");
        return database.reading(
                tx -> Views.member(200, "consumer", view(request, consumer(tx, id))));
    }

    private Response update(Request request) {
        String id = request.pathParameter("consumer_id");
        Fields fields = Fields.of(request, "consumer");
        if (fields.text("id").filter(it -> !it.equals(id)).isPresent()) {
            throw ApiException.badRequest("Cannot change consumer ID");
        }
        return database.inTransaction(tx -> {
            OAuth.Consumer before = consumer(tx, id);
            OAuth.Consumer changed =
                    new OAuth.Consumer(
                            id,
                            fields.text("description", before.description()),
                            before.secret(),
                            fields.extra(before.extra(), KNOWN));
            store.update(tx, changed);
            announcements.updated(tx, request, CONSUMER_TYPE, id);
            return Views.member(200, "consumer", view(request, changed));
        });
    }

    private Response delete(Request request) {
        String id = request.pathParameter("consumer_id");
        database.run(tx -> {
            store.deleteConsumer(tx, consumer(tx, id).id());
            announcements.deleted(tx, request, CONSUMER_TYPE, id);
        });
        return Response.empty(204);
    }

    private Response requestToken(Request request) {
        Map<String, String> oauth = OAuth1.parameters(request.header("Authorization"));
        String consumerId = OAuth1.required(oauth, "oauth_consumer_key");
        String projectId =
                OAuth1.required(
                        Map.of(
                                "Requested-Project-Id",
                                request.header("Requested-Project-Id").orElse("")),
                        "Requested-Project-Id");
        return database.inTransaction(tx -> {
            if (projects.find(tx, projectId).isEmpty()) {
                throw Views.notFound("project", projectId);
            }
            OAuth.Consumer consumer = consumer(tx, consumerId);
            requireSigned(request, oauth, consumer.secret(), "");
            RequestToken token =
                    new RequestToken(
                            RandomIds.hex(),
                            consumerId,
                            RandomIds.hex(),
                            projectId,
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            Times.now().plus(REQUEST_TOKEN_LIFE));
            store.insert(tx, token);
            return form(token.id(), token.secret(), token.expiresAt());
        });
    }

    private static void requireSigned(
            Request request, Map<String, String> oauth, String consumerSecret, String tokenSecret) {
        if (!OAuth1.isSigned(
                request.baseUrl() + request.rawPath(),
                AuthApi.parameters(request),
                oauth,
                consumerSecret,
                tokenSecret)) {
            throw ApiException.unauthorized("Invalid signature");
        }
    }

    private static Response form(String token, String secret, Instant expiresAt) {
        return Response.text(
                201,
                "application/x-www-form-urlencoded",
                "oauth_token="
                        + token
                        + "&oauth_token_secret="
                        + secret
                        + "&oauth_expires_at="
                        + Views.time(expiresAt));
    }

    private RequestToken live(Transaction tx, String id) {
        RequestToken token =
                store.lockRequestToken(tx, id)
                        .orElseThrow(() -> Views.notFound("request token", id));
        if (Times.now().isAfter(token.expiresAt())) {
            throw ApiException.unauthorized("Request token is expired");
        }
        return token;
    }

    private Response authorize(Request request) {
        String userId = request.caller().userId();
        return database.inTransaction(tx -> {
            delegated.refuseAll(tx, request.caller(), "identity:authorize_request_token");
            RequestToken token = live(tx, request.pathParameter("request_token_id"));
            List<Role> wanted = Delegable.roles(tx, roles, request.json().path("roles"));
            Subject subject =
                    subjects.find(tx, userId, new Scope.OnProject(token.projectId()), List.of())
                            .orElseThrow(Logins::refused);
            for (Role role : wanted) {
                if (subject.roles().stream().noneMatch(it -> it.id().equals(role.id()))) {
                    throw ApiException.unauthorized("authorizing user does not have role required");
                }
            }
            String verifier = RandomIds.hex().substring(0, VERIFIER_LENGTH);
            store.authorize(
                    tx, token.id(), userId, wanted.stream().map(Role::id).toList(), verifier);
            return Views.member(200, "token", Json.object().put("oauth_verifier", verifier));
        });
    }

    private Response accessToken(Request request) {
        Map<String, String> oauth = OAuth1.parameters(request.header("Authorization"));
        String consumerId = OAuth1.required(oauth, "oauth_consumer_key");
        String requestTokenId = OAuth1.required(oauth, "oauth_token");
        String verifier = OAuth1.required(oauth, "oauth_verifier");
        return database.inTransaction(tx -> {
            RequestToken asked = live(tx, requestTokenId);
            OAuth.Consumer consumer =
                    store.consumer(tx, consumerId)
                            .filter(it -> it.id().equals(asked.consumerId()))
                            .orElseThrow(() ->
                                    ApiException.unauthorized("Provided consumer does not exist."));
            requireSigned(request, oauth, consumer.secret(), asked.secret());
            if (asked.userId().isEmpty()
                    || !ConstantTime.equal(asked.verifier().orElse(""), verifier)) {
                throw ApiException.unauthorized("Provided verifier does not match stored verifier");
            }
            AccessToken token =
                    new AccessToken(
                            RandomIds.hex(),
                            consumerId,
                            RandomIds.hex(),
                            asked.projectId(),
                            asked.userId().get(),
                            asked.roleIds(),
                            Times.now().plus(ACCESS_TOKEN_LIFE));
            store.exchange(tx, asked.id(), token);
            return form(token.id(), token.secret(), token.expiresAt());
        });
    }

    private Response listTokens(Request request) {
        String userId = request.pathParameter("user_id");
        return database.reading(tx -> {
            delegated.refuseAll(tx, request.caller(), "identity:list_access_tokens");
            return Views.collection(
                    request,
                    "access_tokens",
                    store.accessTokens(tx, userId).stream().map(it -> view(request, it)).toList());
        });
    }

    private AccessToken token(Request request, Transaction tx) {
        String id = request.pathParameter("access_token_id");
        return store.accessToken(tx, id)
                .filter(it -> it.userId().equals(request.pathParameter("user_id")))
                .orElseThrow(() -> Views.notFound("access token", id));
    }

    private Response showToken(Request request) {
        return database.reading(tx -> {
            delegated.refuseAll(tx, request.caller(), "identity:get_access_token");
            return Views.member(200, "access_token", view(request, token(request, tx)));
        });
    }

    private Response deleteToken(Request request) {
        String userId = request.pathParameter("user_id");
        request.authorize("identity:delete_access_token", Targets.none().userId(userId).map());
        Consumer<Transaction> delete =
                tx -> {
                    delegated.refuseAll(tx, request.caller(), "identity:delete_access_token");
                    store.deleteAccessToken(tx, token(request, tx).id());
                };
        database.run(delete);
        return Response.empty(204);
    }

    private Response listRoles(Request request) {
        return database.reading(tx ->
                Views.collection(
                        request,
                        "roles",
                        roles.findAll(tx, token(request, tx).roleIds()).stream()
                                .map(it -> RolesApi.view(request, it))
                                .toList()));
    }

    private Response showRole(Request request) {
        String id = request.pathParameter("role_id");
        return database.reading(tx -> {
            Optional<Role> role =
                    Optional.of(id)
                            .filter(token(request, tx).roleIds()::contains)
                            .flatMap(it -> roles.find(tx, it));
            return Views.member(
                    200,
                    "role",
                    RolesApi.view(request, role.orElseThrow(() -> Views.notFound("role", id))));
        });
    }

    private static ObjectNode view(Request request, OAuth.Consumer consumer) {
        ObjectNode node = Views.extra(consumer.extra());
        node.put("id", consumer.id());
        Fields.put(node, "description", consumer.description());
        return Views.linked(request, node, "OS-OAUTH1/consumers/" + consumer.id());
    }

    private static ObjectNode view(Request request, AccessToken token) {
        String path = "users/" + token.userId() + "/OS-OAUTH1/access_tokens/" + token.id();
        ObjectNode node =
                Json.object()
                        .put("id", token.id())
                        .put("consumer_id", token.consumerId())
                        .put("authorizing_user_id", token.userId())
                        .put("project_id", token.projectId())
                        .put("expires_at", Views.time(token.expiresAt()));
        node.set(
                "links",
                Json.object()
                        .put("self", Views.url(request, path))
                        .put("roles", Views.url(request, path + "/roles")));
        return node;
    }
}
