package org.monostack.identity.notification;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * @param token the document of the token that a log-in was answered with
 */
record Happening(
        String operation,
        String type,
        String id,
        boolean success,
        Map<String, String> details,
        Optional<JsonNode> token) {

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("users", "user"),
                    Map.entry("groups", "group"),
                    Map.entry("projects", "project"),
                    Map.entry("domains", "domain"),
                    Map.entry("roles", "role"),
                    Map.entry("regions", "region"),
                    Map.entry("services", "service"),
                    Map.entry("endpoints", "endpoint"),
                    Map.entry("policies", "policy"),
                    Map.entry("OS-TRUST/trusts", "OS-TRUST:trust"),
                    Map.entry("OS-OAUTH1/consumers", "OS-OAUTH1:consumer"),
                    Map.entry("application_credentials", "application_credential"));

    private static final Pattern THING =
            Pattern.compile(
                    "/v3/(?:users/[^/]+/(?=application_credentials))?((?:OS-TRUST/|OS-OAUTH1/)?[a-z_]+)(?:/([^/]+))?/?");
    private static final Pattern MEMBER = Pattern.compile("/v3/groups/([^/]+)/users/([^/]+)");
    private static final Pattern GRANT =
            Pattern.compile(
                    "/v3/(?:OS-INHERIT/)?(?:(project|domain)s/([^/]+)|system)/(user|group)s/([^/]+)"
                            + "/roles/([^/]+)(/inherited_to_projects)?");
    private static final Pattern LOGIN =
            Pattern.compile(
                    "/v3/auth/tokens|/v3/OS-FEDERATION/identity_providers/[^/]+/protocols/[^/]+/auth"
                            + "|/v3/auth/OS-FEDERATION/.*/websso/callback|/v3/OS-OAUTH2/token");

    /** Empty for a request that changed nothing of note. */
    static Optional<Happening> of(AnsweredRequest request) {
        String path = request.path();
        if (LOGIN.matcher(path).matches()) {
            return login(request);
        }
        boolean done = request.status() >= 200 && request.status() < 300;
        if (!done || List.of("GET", "HEAD").contains(request.method())) {
            return Optional.empty();
        }
        Matcher grant = GRANT.matcher(path);
        if (grant.matches()) {
            return Optional.of(grant(request, grant));
        }
        Matcher member = MEMBER.matcher(path);
        if (member.matches()) {
            return Optional.of(
                    changed(
                            "updated",
                            "group",
                            member.group(1),
                            Map.of(
                                    "actor_id",
                                    member.group(2),
                                    "actor_type",
                                    "user",
                                    "actor_operation",
                                    request.method().equals("PUT") ? "added" : "removed")));
        }
        Matcher thing = THING.matcher(path);
        return thing.matches() && TYPES.containsKey(thing.group(1))
                ? Optional.of(thing(request, thing))
                : Optional.empty();
    }

    private static Happening changed(
            String operation, String type, String id, Map<String, String> details) {
        return new Happening(operation, type, id, true, details, Optional.empty());
    }

    private static Happening thing(AnsweredRequest request, Matcher thing) {
        String type = TYPES.get(thing.group(1));
        String id = thing.group(2);
        if (id == null) {
            id = body(request).findPath("id").asString("");
        }
        String operation =
                switch (request.method()) {
                    case "DELETE" -> "deleted";
                    case "PATCH" -> "updated";
                    default -> "created";
                };
        return changed(operation, String.valueOf(type), id, Map.of());
    }

    private static JsonNode body(AnsweredRequest request) {
        try {
            return request.response().content().<JsonNode>map(Json::read).orElseGet(Json::object);
        } catch (Json.MalformedJson e) {
            return Json.object();
        }
    }

    private static Happening grant(AnsweredRequest request, Matcher grant) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("role", grant.group(5));
        details.put(grant.group(3), grant.group(4));
        if (grant.group(1) == null) {
            details.put("system", "all");
        } else {
            details.put(grant.group(1), grant.group(2));
        }
        if (grant.group(6) != null) {
            details.put("inherited_to_projects", "true");
        }
        return changed(
                request.method().equals("PUT") ? "created" : "deleted",
                "role_assignment",
                grant.group(5),
                details);
    }

    /**
     * Looking at a token is no log-in, and neither is making one from another. What was refused
     * unseen, after too many failures, is not told either: who floods us must not flood others.
     */
    private static Optional<Happening> login(AnsweredRequest request) {
        boolean tokens = request.path().equals("/v3/auth/tokens");
        if (tokens && !request.method().equals("POST")
                || request.status() == 429
                || request.status() >= 500) {
            return Optional.empty();
        }
        boolean success = request.status() < 300;
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
                        success,
                        Map.of(),
                        token.isObject() ? Optional.of(token) : Optional.empty()));
    }

    /** As in {@code identity.user.created}. */
    String eventType() {
        return "identity." + (type.isEmpty() ? operation : type + "." + operation);
    }

    /** The name by which Keystone's operators say that they do not want to be told. */
    String optOutType() {
        return type.isEmpty() ? eventType() + (success ? ".success" : ".failure") : eventType();
    }
}
