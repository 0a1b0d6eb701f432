package org.monostack.identity.notification;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.platform.http.AnsweredRequest;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * What a request did, in Keystone's words.
 *
 * @param operation created, updated, deleted or authenticate
 * @param type the kind of thing; empty for a log-in
 * @param id whose; empty if that is not known
 * @param details what else there is to say of it
 * @param failure why a log-in was refused, if it was
 * @param token the document of the token that a log-in was answered with
 */
public record Happening(
        String operation,
        String type,
        String id,
        Map<String, String> details,
        Optional<Failure> failure,
        Optional<JsonNode> token) {

    /** What a refused log-in was answered. */
    record Failure(int status, String reason) {}

    private static final Pattern LOGIN =
            Pattern.compile(
                    "/v3/auth/tokens|/v3/OS-FEDERATION/identity_providers/[^/]+/protocols/[^/]+/auth"
                            + "|/v3/auth/OS-FEDERATION/.*/websso/callback|/v3/OS-OAUTH2/token");

    static Happening of(String operation, String type, String id, Map<String, String> details) {
        return new Happening(operation, type, id, details, Optional.empty(), Optional.empty());
    }

    /** Somebody joined a group, or left it. */
    public static Happening membership(String groupId, String userId, boolean added) {
        return of(
                "updated",
                "group",
                groupId,
                Map.of(
                        "actor_id",
                        userId,
                        "actor_type",
                        "user",
                        "actor_operation",
                        added ? "added" : "removed"));
    }

    /** Somebody got a role, or lost it. */
    public static Happening grant(Assignment assignment, boolean created) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("role", assignment.roleId());
        details.put(assignment.actor().kind().text(), assignment.actor().id());
        details.put(
                assignment.target().kind().text(),
                assignment.target().kind() == TargetKind.SYSTEM ? "all" : assignment.target().id());
        if (assignment.inherited()) {
            details.put("inherited_to_projects", "true");
        }
        return of(created ? "created" : "deleted", "role_assignment", assignment.roleId(), details);
    }

    /**
     * The log-in that a request was, if it was one. Looking at a token is none, and neither is
     * making one from another. What was refused unseen, after too many failures, is not told
     * either: who floods us must not flood others.
     */
    static Optional<Happening> login(AnsweredRequest request) {
        boolean tokens = request.path().equals("/v3/auth/tokens");
        if (!LOGIN.matcher(request.path()).matches()
                || tokens && !request.method().equals("POST")
                || request.status() == 429
                || request.status() >= 500) {
            return Optional.empty();
        }
        JsonNode token = body(request).path("token");
        for (JsonNode method : token.path("methods")) {
            if (method.asString("").equals("token")) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new Happening(
                        "authenticate",
                        "",
                        token.at("/user/id").asString(""),
                        Map.of(),
                        request.status() < 300
                                ? Optional.empty()
                                : Optional.of(
                                        new Failure(
                                                request.status(), request.failure().orElse(""))),
                        token.isObject() ? Optional.of(token) : Optional.empty()));
    }

    private static JsonNode body(AnsweredRequest request) {
        try {
            return request.response().content().<JsonNode>map(Json::read).orElseGet(Json::object);
        } catch (Json.MalformedJson e) {
            return Json.object();
        }
    }

    /** As in {@code identity.user.created}. */
    String eventType() {
        return "identity." + (type.isEmpty() ? operation : type + "." + operation);
    }

    /** The name by which Keystone's operators say that they do not want to be told. */
    String optOutType() {
        return type.isEmpty()
                ? eventType() + (failure.isEmpty() ? ".success" : ".failure")
                : eventType();
    }
}
