package org.monostack.benchmark.load;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cloud under test as one user sees it: the catalog's addresses and a token. Any OpenStack will
 * do. Immutable.
 */
public final class Endpoint {

    /** Who asks. */
    public record User(String name, String password, String project, String domain) {}

    private final String identity;
    private final User user;
    private final String token;
    private final String userId;
    private final String projectId;
    private final Map<String, String> catalog;

    private Endpoint(
            String identity,
            User user,
            String token,
            String userId,
            String projectId,
            Map<String, String> catalog) {
        this.identity = identity;
        this.user = user;
        this.token = token;
        this.userId = userId;
        this.projectId = projectId;
        this.catalog = catalog;
    }

    /**
     * @param authUrl with or without {@code /v3}
     */
    public static Endpoint open(String authUrl, User user) throws IOException {
        String identity = versioned(authUrl, "/v3");
        Call call = issue(identity, user);
        try (Client client = new Client()) {
            Reply reply = client.send(call).orFail(call);
            String token = reply.headers().get("x-subject-token");
            if (token == null) {
                throw new IOException("no token came with the answer");
            }
            JsonNode body = reply.json().path("token");
            Map<String, String> catalog = new HashMap<>();
            for (JsonNode service : body.path("catalog")) {
                for (JsonNode endpoint : service.path("endpoints")) {
                    if (endpoint.path("interface").asString("").equals("public")) {
                        catalog.putIfAbsent(
                                service.path("type").asString(""),
                                endpoint.path("url").asString(""));
                    }
                }
            }
            return new Endpoint(
                    identity,
                    user,
                    token,
                    body.path("user").path("id").asString(""),
                    body.path("project").path("id").asString(""),
                    catalog);
        }
    }

    private static String versioned(String url, String version) {
        String bare = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        return bare.matches(".*/v[0-9.]+(/.*)?") ? bare : bare + version;
    }

    private static Call issue(String identity, User user) {
        ObjectNode body = Json.object();
        ObjectNode auth = body.putObject("auth");
        ObjectNode how = auth.putObject("identity");
        how.putArray("methods").add("password");
        ObjectNode who = how.putObject("password").putObject("user");
        who.put("name", user.name()).put("password", user.password());
        who.putObject("domain").put("name", user.domain());
        ObjectNode project = auth.putObject("scope").putObject("project");
        project.put("name", user.project()).putObject("domain").put("name", user.domain());
        return Call.of("POST", identity + "/auth/tokens", Map.of()).with(Json.write(body));
    }

    /** Logs in with the password. */
    Call login() {
        return issue(identity, user);
    }

    /** Logs in with an application credential. */
    Call login(String credential, String secret) {
        ObjectNode how = Json.object();
        how.putArray("methods").add("application_credential");
        how.putObject("application_credential").put("id", credential).put("secret", secret);
        return issue(how);
    }

    /** Trades the token for another one on the same project. */
    Call rescope() {
        ObjectNode how = Json.object();
        how.putArray("methods").add("token");
        how.putObject("token").put("id", token);
        Call call = issue(how);
        ObjectNode body = (ObjectNode) Json.read(call.body());
        ((ObjectNode) body.path("auth"))
                .putObject("scope")
                .putObject("project")
                .put("id", projectId);
        return call.with(Json.write(body));
    }

    private Call issue(ObjectNode how) {
        ObjectNode body = Json.object();
        body.putObject("auth").set("identity", how);
        return Call.of("POST", identity + "/auth/tokens", Map.of()).with(Json.write(body));
    }

    /** Asks whether the token holds. */
    Call validate() {
        return Call.of(
                "GET",
                identity + "/auth/tokens",
                Map.of("X-Auth-Token", token, "X-Subject-Token", token));
    }

    /** A request below a service's versioned address, such as {@code identity} {@code /users}. */
    Call call(String method, String service, String path) {
        return Call.of(
                method,
                address(service) + path,
                service.equals("placement")
                        ? Map.of("X-Auth-Token", token, "OpenStack-API-Version", "placement 1.39")
                        : Map.of("X-Auth-Token", token, "X-OpenStack-Nova-API-Version", "2.79"));
    }

    String userId() {
        return userId;
    }

    String projectId() {
        return projectId;
    }

    private String address(String service) {
        if (service.equals("identity")) {
            return identity;
        }
        String url = catalog.get(service);
        if (url == null) {
            throw new IllegalStateException("the catalog names no " + service);
        }
        return switch (service) {
            case "image" -> versioned(url, "/v2");
            case "network" -> versioned(url, "/v2.0");
            case "compute" -> versioned(url, "/v2.1");
            default -> url;
        };
    }
}
