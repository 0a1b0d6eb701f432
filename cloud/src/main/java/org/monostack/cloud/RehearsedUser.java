package org.monostack.cloud;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A user of the rehearsed cloud: boots servers, looks at lists, deletes them again. So the
 * recording knows not only what a start needs, but also what the first requests after it will need,
 * and which of it is worth compiling.
 */
final class RehearsedUser implements AutoCloseable {
    private static final int SERVERS = 150;
    private static final int AT_A_TIME = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Endpoints endpoints;
    private final HttpClient client = HttpClient.newHttpClient();
    private String token = "";

    RehearsedUser(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    void act(String password) throws IOException, InterruptedException {
        logIn(password);
        String compute = endpoints.url("compute") + "/v2.1";
        String flavor = firstId(get(compute + "/flavors").path("flavors"));
        String image = firstId(get(endpoints.url("image") + "/v2/images").path("images"));
        String networks = endpoints.url("network") + "/v2.0";
        String network =
                firstId(get(networks + "/networks?router:external=false").path("networks"));
        ObjectNode body = Json.object();
        ObjectNode wanted = body.putObject("server");
        wanted.put("name", "rehearsal").put("flavorRef", flavor).put("imageRef", image);
        wanted.putArray("networks").addObject().put("uuid", network);
        Queue<String> there = new ArrayDeque<>();
        for (int i = 0; i < SERVERS; i++) {
            JsonNode server = send("POST", compute + "/servers", Json.write(body)).path("server");
            String url = compute + "/servers/" + server.path("id").asString("");
            await(url);
            there.add(url);
            if (there.size() > AT_A_TIME) {
                send("DELETE", there.remove(), "");
            }
            get(compute + "/servers/detail");
            get(networks + "/ports");
            get(endpoints.url("identity") + "/v3/users");
            logIn(password);
        }
        for (String server : there) {
            send("DELETE", server, "");
        }
    }

    private void logIn(String password) throws IOException, InterruptedException {
        ObjectNode body = Json.object();
        ObjectNode auth = body.putObject("auth");
        ObjectNode how = auth.putObject("identity");
        how.putArray("methods").add("password");
        ObjectNode who = how.putObject("password").putObject("user");
        who.put("name", "admin").put("password", password).putObject("domain").put("id", "default");
        ObjectNode project = auth.putObject("scope").putObject("project");
        project.put("name", "admin").putObject("domain").put("id", "default");
        HttpResponse<byte[]> answer =
                exchange("POST", endpoints.url("identity") + "/v3/auth/tokens", Json.write(body));
        token = answer.headers().firstValue("X-Subject-Token").orElse("");
    }

    /** Until the server is up, or failed: that is no matter of the rehearsal. */
    private void await(String server) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (get(server).path("server").path("status").asString("").equals("BUILD")
                && System.nanoTime() < end) {
            Thread.sleep(20);
        }
    }

    private static String firstId(JsonNode list) {
        return list.path(0).path("id").asString("");
    }

    private JsonNode get(String url) throws IOException, InterruptedException {
        return send("GET", url, "");
    }

    private JsonNode send(String method, String url, String body)
            throws IOException, InterruptedException {
        byte[] answer = exchange(method, url, body).body();
        return answer.length == 0 ? Json.object() : Json.read(answer);
    }

    private HttpResponse<byte[]> exchange(String method, String url, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("X-Auth-Token", token)
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        client.close();
    }
}
