package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.passwordLogin;
import static org.monostack.identity.IdentityFixture.unique;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Those who guess are slowed down. Requests come from several addresses of loopback; a cloud of its
 * own for each test, since what is counted is the process's.
 */
class LoginLimitsTest {

    private static final String HERE = "127.0.0.1";
    private static final String THERE = "127.0.0.2";

    private IdentityFixture cloud;

    @BeforeEach
    void start() {
        cloud = IdentityFixture.start(it -> it.withLoginFailures(new LoginFailures(5, 20)));
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private HttpResponse<String> post(String from, String path, String body) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .localAddress(InetAddress.ofLiteral(from))
                        .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(cloud.url() + "/v3" + path))
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            body.replace('\'', '"'), StandardCharsets.UTF_8))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private HttpResponse<String> login(String from, String user, String password) throws Exception {
        return post(from, "/auth/tokens", passwordLogin(user, password, ""));
    }

    private List<Integer> guesses(String from, String user, int times) throws Exception {
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(login(from, user, "guess-" + i).statusCode());
        }
        return answers;
    }

    private static List<Integer> times(int count, int status) {
        return Collections.nCopies(count, status);
    }

    @Test
    void whoGuessesIsToldToComeBackLater() throws Exception {
        String user = unique("guessed");
        cloud.newUser(user, "secret");
        assertThat(guesses(THERE, user, 5)).isEqualTo(times(5, 401));
        HttpResponse<String> refused = login(THERE, user, "guess");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 12);
        JsonNode error = Json.read(refused.body()).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(429);
        assertThat(error.path("title").asString()).isEqualTo("Too Many Requests");
        assertThat(error.path("message").asString()).contains("try again later");
        // The right one must not be told from wrong ones either.
        assertThat(login(THERE, user, "secret").statusCode()).isEqualTo(429);
        // Others' accounts are as they were, from there as well.
        assertThat(login(THERE, "demo", "secret").statusCode()).isEqualTo(201);
    }

    @Test
    void aUserWhoDoesNotExistIsAnsweredLikeOneWhoDoes() throws Exception {
        String known = unique("known");
        cloud.newUser(known, "secret");
        String unknown = unique("unknown");
        for (int i = 0; i < 7; i++) {
            HttpResponse<String> real = login(HERE, known, "guess");
            HttpResponse<String> none = login(HERE, unknown, "guess");
            assertThat(none.statusCode()).isEqualTo(real.statusCode());
            assertThat(none.body()).isEqualTo(real.body());
            assertThat(named(none)).isEqualTo(named(real));
        }
    }

    private static Map<String, String> named(HttpResponse<String> response) {
        return response.headers().map().entrySet().stream()
                .filter(it -> !it.getKey().equalsIgnoreCase("x-openstack-request-id"))
                .filter(it -> !it.getKey().equalsIgnoreCase("date"))
                // A second may pass between the two.
                .filter(it -> !it.getKey().equalsIgnoreCase("retry-after"))
                .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().getFirst()));
    }

    @Test
    void whoLoggedInFromHereIsNotShutOutByOthersElsewhere() throws Exception {
        assertThat(login(HERE, "demo", "secret").statusCode()).isEqualTo(201);
        assertThat(guesses(THERE, "demo", 6)).endsWith(401, 429);
        assertThat(login(HERE, "demo", "secret").statusCode()).isEqualTo(201);
        // Where nobody logged in before, it cannot be told who is who.
        assertThat(login("127.0.0.3", "demo", "secret").statusCode()).isEqualTo(429);
        // At home, too, guesses come to an end.
        assertThat(guesses(HERE, "demo", 6)).endsWith(401, 429);
    }

    @Test
    void anAddressThatTriesManyAccountsIsRefused() throws Exception {
        assertThat(login(THERE, "demo", "secret").statusCode()).isEqualTo(201);
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 22; i++) {
            answers.add(login(THERE, unique("nobody"), "guess").statusCode());
        }
        assertThat(answers.subList(0, 20)).isEqualTo(times(20, 401));
        assertThat(answers).endsWith(429);
        assertThat(login(THERE, "admin", "secret").statusCode()).isEqualTo(429);
        assertThat(login(THERE, "demo", "secret").statusCode()).isEqualTo(201);
        assertThat(login(HERE, "admin", "secret").statusCode()).isEqualTo(201);
    }

    @Test
    void manyAtOnceGetNoMoreGuessesThanOneAfterAnother() throws Exception {
        String user = unique("rushed");
        cloud.newUser(user, "secret");
        List<Integer> answers = atOnce(40, () -> login(THERE, user, "guess").statusCode());
        assertThat(answers.stream().filter(it -> it == 401)).hasSizeBetween(5, 6);
        assertThat(answers.stream().filter(it -> it == 429)).hasSizeBetween(34, 35);
    }

    @Test
    void manyWhoAreRightAreAllLetIn() throws Exception {
        String user = unique("busy");
        cloud.newUser(user, "secret");
        assertThat(atOnce(40, () -> login(THERE, user, "secret").statusCode()))
                .isEqualTo(times(40, 201));
    }

    private static List<Integer> atOnce(int count, Callable<Integer> task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> each : threads.invokeAll(Collections.nCopies(count, task))) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    @Test
    void changingAPasswordIsNoWayAround() throws Exception {
        String user = cloud.newUser(unique("owner"), "secret");
        String path = "/users/" + user + "/password";
        for (int i = 0; i < 5; i++) {
            String guess = "{'user':{'original_password':'guess','password':'mine'}}";
            assertThat(post(THERE, path, guess).statusCode()).isEqualTo(401);
        }
        String right = "{'user':{'original_password':'secret','password':'mine'}}";
        assertThat(post(THERE, path, right).statusCode()).isEqualTo(429);
    }

    @Test
    void passcodesAndApplicationCredentialsAreNoWayAround() throws Exception {
        String totp =
                "{'auth':{'identity':{'methods':['totp'],'totp':{'user':{'id':'"
                        + cloud.demoUser
                        + "','passcode':'000000'}}}}}";
        String credential =
                "{'auth':{'identity':{'methods':['application_credential'],"
                        + "'application_credential':{'id':'none','secret':'guess'}}}}";
        for (String body : List.of(totp, credential)) {
            for (int i = 0; i < 5; i++) {
                assertThat(post(THERE, "/auth/tokens", body).statusCode()).isEqualTo(401);
            }
            assertThat(post(THERE, "/auth/tokens", body).statusCode()).isEqualTo(429);
        }
    }
}
