package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Application credentials as OAuth 2.0's client credentials. */
class OAuth2Test {

    private static final String GRANT = "grant_type=client_credentials";

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static JsonNode credential() {
        return cloud.demo()
                .post(
                        "/users/" + cloud.demoUser + "/application_credentials",
                        "{'application_credential':{'name':'" + unique("c") + "'}}")
                .expect(201)
                .json()
                .path("application_credential");
    }

    private static TestClient.Answer ask(String id, String secret, String form) {
        TestClient client =
                cloud.anonymous().with("Content-Type", "application/x-www-form-urlencoded");
        if (!id.isEmpty()) {
            String pair = id + ":" + secret;
            client =
                    client.with(
                            "Authorization",
                            "Basic "
                                    + Base64.getEncoder()
                                            .encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return client.send(
                "POST", "/OS-OAUTH2/token", Optional.of(form.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anApplicationCredentialGetsABearerToken() {
        JsonNode credential = credential();
        String id = credential.path("id").asString();
        String secret = credential.path("secret").asString();
        TestClient.Answer answer = ask(id, secret, GRANT).expect(200);
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.json().path("token_type").asString()).isEqualTo("Bearer");
        assertThat(answer.json().path("expires_in").asInt()).isBetween(3500, 3600);
        String token = answer.json().path("access_token").asString();
        cloud.client(token).get("/auth/projects").expect(200);
        cloud.anonymous()
                .with("Authorization", "Bearer " + token)
                .get("/auth/projects")
                .expect(200);
        cloud.anonymous().with("Authorization", "Bearer x").get("/auth/projects").expect(401);
        JsonNode seen =
                cloud.admin()
                        .with("X-Subject-Token", token)
                        .get("/auth/tokens")
                        .expect(200)
                        .json()
                        .path("token");
        assertThat(seen.at("/application_credential/id").asString()).isEqualTo(id);
        assertThat(seen.at("/project/id").asString()).isEqualTo(cloud.demoProject);
        ask("", "", GRANT + "&client_id=" + id + "&client_secret=" + secret).expect(200);
    }

    @Test
    void refusalsHaveTheStandardsForm() {
        JsonNode credential = credential();
        String id = credential.path("id").asString();
        String secret = credential.path("secret").asString();
        TestClient.Answer wrong = ask(id, "wrong", GRANT).expect(401);
        assertThat(wrong.json().path("error").asString()).isEqualTo("invalid_client");
        assertThat(wrong.header("WWW-Authenticate").orElse("")).startsWith("Keystone uri=");
        assertThat(ask("", "", GRANT).expect(401).json().path("error").asString())
                .isEqualTo("invalid_client");
        assertThat(ask(id, secret, "").expect(400).json().path("error").asString())
                .isEqualTo("invalid_request");
        assertThat(
                        ask(id, secret, "grant_type=password")
                                .expect(400)
                                .json()
                                .path("error")
                                .asString())
                .isEqualTo("unsupported_grant_type");
        ask(id, secret, "grant_type=%zz").expect(400);
        ask(id, secret, GRANT + "&x=" + "y".repeat(20_000)).expect(413);
        cloud.anonymous().get("/OS-OAUTH2/token").expect(401);
    }
}
