package org.monostack.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/** What a client sees while the database is killed or hangs, and that it is over by itself. */
class DatabaseAwayTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir static Path directory;
    private static PrivateMariaDb server;
    private static Database database;
    private static TestServer http;
    private static TestClient client;

    @BeforeAll
    static void start() throws IOException {
        server = new PrivateMariaDb(directory.resolve("db"), TestDatabase.freePort(), "secret");
        server.ensureStarted(PATIENCE);
        DatabaseConfig config = server.connection();
        database =
                Database.open(
                        new DatabaseConfig(
                                config.host(),
                                config.port(),
                                config.user(),
                                config.password(),
                                4,
                                Duration.ofSeconds(3)));
        Routes routes = new Routes();
        routes.get(
                        "/one",
                        request -> {
                            database.run(tx -> tx.sql().execute("select 1"));
                            return Response.empty(204);
                        })
                .open();
        http =
                TestServer.start(
                        new HttpService(
                                "test",
                                routes,
                                (error, request) ->
                                        Response.json(
                                                error.status(),
                                                Json.object().put("fault", error.message())),
                                Optional.empty(),
                                new TokenTable(),
                                Policy.builder().build()));
        client = http.anonymous();
    }

    @AfterAll
    static void stop() throws IOException {
        http.close();
        database.close();
        server.process().ifPresent(ProcessHandle::destroyForcibly);
        Files.deleteIfExists(directory.resolve("db/mariadbd.pid"));
    }

    @Test
    void killedItIsAnsweredWithRetryAfterAndServesAgainOnceStarted() throws Exception {
        client.get("/one").expect(204);
        ProcessHandle process = server.process().orElseThrow();
        process.destroyForcibly();
        process.onExit().get();
        assertThat(server.process()).isEmpty();

        assertUnavailable(client.get("/one"));

        server.ensureStarted(PATIENCE);
        client.get("/one").expect(204);
    }

    @Test
    void suspendedItIsAnsweredWithRetryAfterAndServesAgainOnceContinued() throws Exception {
        client.get("/one").expect(204);
        String pid = Long.toString(server.process().orElseThrow().pid());
        // Only connections that were idle for a while are tried out before they are used.
        Thread.sleep(600);
        signal("STOP", pid);
        try {
            assertUnavailable(client.get("/one"));
        } finally {
            signal("CONT", pid);
        }
        client.get("/one").expect(204);
    }

    private static void assertUnavailable(TestClient.Answer answer) {
        answer.expect(503);
        assertThat(answer.header("Retry-After")).contains("1");
        assertThat(answer.json().path("fault").asString()).contains("database");
    }

    private static void signal(String name, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    }

    @Test
    void aBurstWaitsForAsLongAsOthersGetOn() throws Exception {
        DatabaseConfig config = server.connection();
        DatabaseConfig impatient =
                new DatabaseConfig(
                        config.host(),
                        config.port(),
                        config.user(),
                        config.password(),
                        2,
                        Duration.ofSeconds(2));
        server.ensureStarted(PATIENCE);
        try (Database busy = Database.open(impatient);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            busy.run(tx -> tx.sql().execute("select 1"));
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 14; i++) {
                all.add(
                        threads.submit(
                                () -> busy.run(tx -> tx.sql().execute("select sleep(0.4)"))));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }
}
