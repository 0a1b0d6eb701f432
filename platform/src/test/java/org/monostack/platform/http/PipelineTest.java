package org.monostack.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/** The stages of a request, seen from outside. */
class PipelineTest {
    private static TestServer server;
    private static TestClient member;

    @BeforeAll
    static void serve() {
        Routes routes = new Routes();
        routes.get("/", request -> Response.json(200, Json.object().put("url", request.baseUrl())))
                .open();
        routes.get(
                "/things/{thing_id}",
                request ->
                        Response.json(
                                200, Json.object().put("id", request.pathParameter("thing_id"))));
        routes.get("/things/special", request -> Response.empty(204));
        routes.post("/things", request -> Response.json(201, request.json()))
                .body(Schema.of("platform-test", "thing"));
        routes.delete("/things/{thing_id}", request -> Response.empty(204)).policy("delete_thing");
        routes.get("/new", request -> Response.json(200, Json.object().put("new", true)))
                .since("2.5");
        routes.get("/new", request -> Response.json(200, Json.object().put("new", false)))
                .until("2.4");
        routes.get(
                "/broken",
                request -> {
                    throw new IllegalStateException("secret detail");
                });
        routes.get(
                "/long",
                request ->
                        Response.stream(
                                200,
                                "application/octet-stream",
                                OptionalLong.of(300_000),
                                out -> out.write(new byte[300_000])));
        Policy policy = new Policy.Builder().rule("delete_thing", "role:admin").build();
        HttpService service =
                new HttpService(
                        "thing",
                        routes,
                        (error, request) ->
                                Response.json(
                                        error.status(),
                                        Json.object().put("message", error.message())),
                        Optional.of(
                                new MicroversionRange(
                                        "thing",
                                        Optional.of("X-Thing-Version"),
                                        Microversion.of("2.1"),
                                        Microversion.of("2.9"))),
                        new TokenTable()
                                .add("admin", "project", "admin")
                                .add("member", "project", "member"),
                        policy);
        server = TestServer.start(List.of(new HttpServer.Binding("/thing", service)));
        member = new TestClient(server.url() + "/thing", "member");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aLiteralSegmentWinsOverAParameter() {
        assertThat(member.get("/things/special").status()).isEqualTo(204);
        assertThat(member.get("/things/a%2Fb").json().get("id").asString()).isEqualTo("a/b");
    }

    @Test
    void withoutATokenTheAnswerIs401AndSaysWhereToGo() {
        var answer = new TestClient(server.url() + "/thing", "").get("/things/1").expect(401);
        assertThat(answer.header("WWW-Authenticate"))
                .contains("Keystone uri=\"http://127.0.0.1/identity\"");
        new TestClient(server.url() + "/thing", "").get("/nowhere").expect(401);
        new TestClient(server.url() + "/thing", "forged").get("/things/1").expect(401);
    }

    @Test
    void anOpenRouteNeedsNoToken() {
        var answer = new TestClient(server.url() + "/thing", "").get("/").expect(200);
        assertThat(answer.json().get("url").asString()).isEqualTo(server.url() + "/thing");
    }

    @Test
    void policyIsAskedBeforeTheHandler() {
        member.delete("/things/1").expect(403);
        new TestClient(server.url() + "/thing", "admin").delete("/things/1").expect(204);
    }

    @Test
    void aBodyThatBreaksTheSchemaIsRefusedWithTheFieldsName() {
        member.post("/things", "{'name': 'ok'}").expect(201);
        assertThat(member.post("/things", "{'name': ''}").expect(400).text())
                .contains("Invalid input for field/attribute name. Value: . '' is too short");
        assertThat(member.post("/things", "{'name': 'x', 'odd': 1}").expect(400).text())
                .contains("Additional properties are not allowed ('odd' was unexpected)");
        assertThat(member.post("/things", "{}").expect(400).text())
                .contains("'name' is a required property");
        assertThat(member.post("/things", "{'name': 7}").expect(400).text())
                .contains("7 is not of type 'string'");
        member.post("/things", "{").expect(400);
        member.post("/things").expect(400);
        member.post("/things", "[".repeat(5_000)).expect(400);
    }

    @Test
    void aServiceMayAskItsPolicyBeforeItsSchemas() {
        Routes routes = new Routes().checkPolicyBeforeSchema();
        routes.post(
                        "/things",
                        request -> {
                            // A body of another kind than the schema's breaks this.
                            String name = request.json().get("name").asString();
                            request.authorize("make_thing", Map.of("name", name));
                            return Response.json(201, request.json());
                        })
                .policyInHandler("make_thing")
                .body(Schema.of("platform-test", "thing"));
        routes.post("/forgetful", request -> Response.empty(204))
                .policyInHandler("make_thing")
                .body(Schema.of("platform-test", "thing"));
        HttpService service =
                new HttpService(
                        "strict",
                        routes,
                        (error, request) ->
                                Response.json(
                                        error.status(),
                                        Json.object().put("message", error.message())),
                        Optional.empty(),
                        new TokenTable()
                                .add("admin", "project", "admin")
                                .add("member", "project", "member"),
                        new Policy.Builder().rule("make_thing", "role:admin").build());
        try (TestServer strict =
                TestServer.start(List.of(new HttpServer.Binding("/strict", service)))) {
            TestClient some = new TestClient(strict.url() + "/strict", "member");
            TestClient admin = new TestClient(strict.url() + "/strict", "admin");
            String wrong = "{'name': 'x', 'odd': 1}";
            some.post("/things", wrong).expect(403);
            admin.post("/things", wrong).expect(400);
            admin.post("/things", "{'name': {}}").expect(400);
            admin.post("/things", "{'odd': 1}").expect(400);
            admin.post("/things", "{").expect(400);
            admin.post("/things", "{'name': 'ok'}").expect(201);
            admin.post("/forgetful", "{'name': 'ok'}").expect(500);
        }
    }

    @Test
    void microversionsAreNegotiated() {
        assertThat(member.get("/new").json().get("new").asBoolean()).isFalse();
        var latest = member.with("OpenStack-API-Version", "thing latest").get("/new");
        assertThat(latest.json().get("new").asBoolean()).isTrue();
        assertThat(latest.header("OpenStack-API-Version")).contains("thing 2.9");
        assertThat(latest.header("X-Thing-Version")).contains("2.9");
        assertThat(latest.header("Vary")).contains("OpenStack-API-Version, X-Thing-Version");
        member.with("X-Thing-Version", "2.10").get("/new").expect(406);
        member.with("X-Thing-Version", "two").get("/new").expect(400);
        assertThat(member.with("X-Thing-Version", "2.5").get("/new").json().get("new").asBoolean())
                .isTrue();
    }

    @Test
    void unknownPathsAndMethodsAreTold() {
        member.get("/nowhere").expect(404);
        assertThat(member.put("/things/1").expect(405).header("Allow"))
                .contains("DELETE, GET, HEAD");
        member.put("/things/1/").expect(404);
    }

    @Test
    void aBodyThatNobodyReadsDoesNotSpoilTheConnection() {
        byte[] small = new byte[20_000];
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < 20; i++) {
            member.send("POST", "/nowhere", Optional.of(small)).expect(404);
            member.get("/things/special").expect(204);
        }
        for (int i = 0; i < 20; i++) {
            member.send("POST", "/nowhere", Optional.of(large)).expect(404);
            member.get("/things/special").expect(204);
        }
    }

    @Test
    void aBrokenHandlerTellsNothingOfItsInside() {
        var answer = member.get("/broken").expect(500);
        assertThat(answer.text()).doesNotContain("secret");
        assertThat(answer.header("X-OpenStack-Request-Id").orElse("")).startsWith("req-");
    }

    @Test
    void malformedJsonIsToldWithoutTheParsersNames() {
        for (String body :
                List.of(
                        "[".repeat(5000),
                        "{} {}",
                        "{\"a\": " + "9".repeat(500) + "}",
                        "{\"a\": NaN}")) {
            assertThat(member.post("/things", body).expect(400).text())
                    .contains("Malformed JSON")
                    .doesNotContain("`", "jackson", "Constraints");
        }
    }

    @Test
    void whatTheListenerRefusesIsNotRepeated() throws IOException {
        URI address = URI.create(server.url());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /thing/repeated HTTP/1.1\r\nHost: x\r\nExpect: other\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 417 ")
                    .contains("text/plain")
                    .doesNotContain("repeated");
        }
    }

    @Test
    void headAnswersAsGetWithoutABody() {
        var answer = member.head("/long").expect(200);
        assertThat(answer.content()).isEmpty();
        assertThat(answer.header("Content-Length")).contains("300000");
        assertThat(member.get("/long").content()).hasSize(300_000);
    }

    @Test
    void theRouteTableDescribesItself() {
        Routes routes = new Routes();
        routes.get("/a/{b}", request -> Response.empty(204)).policy("rule").answers(204);
        Route route = routes.describe().getFirst();
        assertThat(route.templates()).containsExactly("/a/{b}");
        assertThat(route.rule()).contains("rule");
        assertThat(routes.match("/a/x/").of("GET").getFirst().parameters())
                .isEqualTo(Map.of("b", "x"));
        assertThat(routes.match("/a//").isEmpty()).isTrue();
    }
}
