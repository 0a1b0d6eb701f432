package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

class OAuthTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String header(
            String path, Map<String, String> more, String consumerSecret, String tokenSecret)
            throws Exception {
        Map<String, String> oauth = new TreeMap<>(more);
        oauth.put("oauth_nonce", "1234567890");
        oauth.put("oauth_timestamp", Long.toString(Instant.now().getEpochSecond()));
        oauth.put("oauth_version", "1.0");
        oauth.put("oauth_signature_method", "HMAC-SHA1");
        List<String> pairs = new ArrayList<>();
        oauth.forEach((name, value) -> pairs.add(escape(name) + "=" + escape(value)));
        String base =
                "POST&"
                        + escape(cloud.url() + "/v3" + path)
                        + "&"
                        + escape(String.join("&", pairs));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(
                new SecretKeySpec(
                        (consumerSecret + "&" + tokenSecret).getBytes(StandardCharsets.UTF_8),
                        "HmacSHA1"));
        oauth.put(
                "oauth_signature",
                Base64.getEncoder()
                        .encodeToString(mac.doFinal(base.getBytes(StandardCharsets.UTF_8))));
        List<String> parts = new ArrayList<>();
        oauth.forEach((name, value) -> parts.add(escape(name) + "=\"" + escape(value) + "\""));
        return "OAuth " + String.join(", ", parts);
    }

    private static String part(TestClient.Answer form, String name) {
        for (String pair : form.text().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        throw new AssertionError(name + " is not in " + form.text());
    }

    @Test
    void aConsumerGetsWhatTheUserAllowsAndNoMore() throws Exception {
        TestClient admin = cloud.admin();
        JsonNode consumer =
                admin.post("/OS-OAUTH1/consumers", "{'consumer':{'description':'printer'}}")
                        .expect(201)
                        .json()
                        .path("consumer");
        String id = consumer.path("id").asString();
        String secret = consumer.path("secret").asString();
        assertThat(
                        admin.get("/OS-OAUTH1/consumers/" + id)
                                .expect(200)
                                .json()
                                .at("/consumer/secret")
                                .isMissingNode())
                .isTrue();
        Map<String, String> first = Map.of("oauth_consumer_key", id, "oauth_callback", "oob");
        TestClient asking = cloud.anonymous().with("Requested-Project-Id", cloud.adminProject);
        asking.with("Authorization", header("/OS-OAUTH1/request_token", first, "wrong", ""))
                .post("/OS-OAUTH1/request_token", "")
                .expect(401);
        asking.post("/OS-OAUTH1/request_token", "").expect(400);
        TestClient.Answer asked =
                asking.with("Authorization", header("/OS-OAUTH1/request_token", first, secret, ""))
                        .post("/OS-OAUTH1/request_token", "")
                        .expect(201);
        String requestToken = part(asked, "oauth_token");
        String requestSecret = part(asked, "oauth_token_secret");
        cloud.demo()
                .put("/OS-OAUTH1/authorize/" + requestToken, "{'roles':[{'name':'reader'}]}")
                .expect(403);
        String verifier =
                admin.put(
                                "/OS-OAUTH1/authorize/" + requestToken,
                                "{'roles':[{'id':'" + cloud.readerRole + "'}]}")
                        .expect(200)
                        .json()
                        .at("/token/oauth_verifier")
                        .asString();
        Map<String, String> second =
                Map.of(
                        "oauth_consumer_key", id,
                        "oauth_token", requestToken,
                        "oauth_verifier", verifier);
        TestClient exchanging =
                cloud.anonymous()
                        .with(
                                "Authorization",
                                header("/OS-OAUTH1/access_token", second, secret, requestSecret));
        TestClient.Answer exchanged = exchanging.post("/OS-OAUTH1/access_token", "").expect(201);
        // Once only.
        exchanging.post("/OS-OAUTH1/access_token", "").expect(404);
        String accessToken = part(exchanged, "oauth_token");
        String accessSecret = part(exchanged, "oauth_token_secret");

        Map<String, String> third = Map.of("oauth_consumer_key", id, "oauth_token", accessToken);
        String login = "{'auth':{'identity':{'methods':['oauth1'],'oauth1':{}}}}";
        cloud.anonymous()
                .with("Authorization", header("/auth/tokens", third, secret, "wrong"))
                .post("/auth/tokens", login)
                .expect(401);
        TestClient.Answer token =
                cloud.anonymous()
                        .with("Authorization", header("/auth/tokens", third, secret, accessSecret))
                        .post("/auth/tokens", login)
                        .expect(201);
        JsonNode body = token.json().path("token");
        assertThat(body.at("/user/id").asString()).isEqualTo(cloud.adminUser);
        assertThat(body.at("/project/id").asString()).isEqualTo(cloud.adminProject);
        assertThat(body.path("roles").findValuesAsString("name")).containsExactly("reader");
        assertThat(body.at("/OS-OAUTH1/consumer_id").asString()).isEqualTo(id);

        TestClient delegated = cloud.client(token.header("X-Subject-Token").orElseThrow());
        delegated.get("/auth/catalog").expect(200);
        delegated.get("/users").expect(403);
        String tokens = "/users/" + cloud.adminUser + "/OS-OAUTH1/access_tokens";
        assertThat(
                        admin.get(tokens + "/" + accessToken + "/roles")
                                .expect(200)
                                .json()
                                .path("roles")
                                .findValuesAsString("id"))
                .containsExactly(cloud.readerRole);
        admin.delete(tokens + "/" + accessToken).expect(204);
        delegated.get("/auth/catalog").expect(401);
        admin.delete("/OS-OAUTH1/consumers/" + id).expect(204);
        admin.get("/OS-OAUTH1/consumers/" + id).expect(404);
    }
}
