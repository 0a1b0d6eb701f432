package org.monostack.cloud.seed;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * A client of our own APIs, as any other: what is seeded goes through the same checks as what users
 * make. Used by one thread.
 */
final class ApiClient {

    private final Endpoints endpoints;
    private final String token;

    private ApiClient(Endpoints endpoints, String token) {
        this.endpoints = endpoints;
        this.token = token;
    }

    /** Logs in as an administrator of project admin. */
    static ApiClient login(Endpoints endpoints, String user, String password, String project) {
        var body = Json.object();
        var auth = body.putObject("auth");
        var identity = auth.putObject("identity");
        identity.putArray("methods").add("password");
        var account = identity.putObject("password").putObject("user");
        account.put("name", user).put("password", password);
        account.putObject("domain").put("id", "default");
        var scope = auth.putObject("scope").putObject("project");
        scope.put("name", project);
        scope.putObject("domain").put("id", "default");
        Answer answer =
                call(
                        "POST",
                        endpoints.url("identity") + "/v3/auth/tokens",
                        Optional.empty(),
                        Optional.of(body));
        if (answer.status() != 201 || answer.token().isEmpty()) {
            throw new LaunchFailed(
                    "cannot log in as "
                            + user
                            + ": the identity service answered "
                            + answer.status());
        }
        return new ApiClient(endpoints, answer.token().get());
    }

    JsonNode get(String service, String path) {
        return expect(service, "GET", path, Optional.empty());
    }

    JsonNode post(String service, String path, JsonNode body) {
        return expect(service, "POST", path, Optional.of(body));
    }

    JsonNode put(String service, String path, JsonNode body) {
        return expect(service, "PUT", path, Optional.of(body));
    }

    private JsonNode expect(String service, String method, String path, Optional<JsonNode> body) {
        Answer answer = call(method, endpoints.url(service) + path, Optional.of(token), body);
        if (answer.status() / 100 != 2) {
            throw new LaunchFailed(
                    "%s %s%s was answered %d: %s"
                            .formatted(method, service, path, answer.status(), answer.text()));
        }
        return answer.text().isEmpty() ? Json.object() : Json.read(answer.text());
    }

    private record Answer(int status, String text, Optional<String> token) {}

    private static Answer call(
            String method, String url, Optional<String> token, Optional<JsonNode> body) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
            connection.setRequestMethod(method);
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(60_000);
            connection.setRequestProperty("Accept", "application/json");
            token.ifPresent(value -> connection.setRequestProperty("X-Auth-Token", value));
            if (body.isPresent()) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection
                        .getOutputStream()
                        .write(body.get().toString().getBytes(StandardCharsets.UTF_8));
            }
            int status = connection.getResponseCode();
            InputStream in =
                    status < 400 ? connection.getInputStream() : connection.getErrorStream();
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(
                    status,
                    text,
                    Optional.ofNullable(connection.getHeaderField("X-Subject-Token")));
        } catch (IOException e) {
            throw new LaunchFailed(method + " " + url + " failed: " + e.getMessage(), e);
        }
    }
}
