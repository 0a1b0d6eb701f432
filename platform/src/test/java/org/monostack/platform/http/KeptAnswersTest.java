package org.monostack.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.database.Database;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/** An answer that is given again is what would be answered now. */
class KeptAnswersTest {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static Database database;
    private static TestServer server;
    private static TestClient member;
    private static TestClient admin;

    @BeforeAll
    static void serve() {
        database = TestDatabase.open();
        database.run(tx -> {
            tx.sql().execute("create database if not exists kept_test");
            tx.sql().execute("create table kept_test.tally (id int primary key, n int)");
            tx.sql().execute("insert into kept_test.tally values (1, 0)");
        });
        Routes routes = new Routes().keepAnswers(database, "kept_test");
        routes.get("/tally", KeptAnswersTest::tally).kept();
        routes.get(
                        "/passing",
                        request -> {
                            request.answerPasses();
                            return tally(request);
                        })
                .kept();
        HttpService service =
                new HttpService(
                        "kept",
                        routes,
                        (error, request) -> Response.json(error.status(), Json.object()),
                        Optional.empty(),
                        new TokenTable()
                                .add("admin", "project", "admin")
                                .add("member", "project", "member"),
                        new Policy.Builder().build());
        server = TestServer.start(List.of(new HttpServer.Binding("/kept", service)));
        member = new TestClient(server.url() + "/kept", "member");
        admin = new TestClient(server.url() + "/kept", "admin");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Response tally(Request request) {
        MADE.incrementAndGet();
        int n =
                database.reading(tx ->
                        tx.sql()
                                .fetchSingle("select n from kept_test.tally where id = 1")
                                .get(0, Integer.class));
        return Response.json(
                200,
                Json.object().put("n", n).put("for", String.join(",", request.caller().roles())));
    }

    private static int n(TestClient client, String path) {
        return client.get(path).expect(200).json().path("n").asInt();
    }

    private static void add() {
        database.run(tx -> tx.sql().execute("update kept_test.tally set n = n + 1 where id = 1"));
    }

    @Test
    void itIsMadeOncePerAddressAndChange() {
        int before = n(member, "/tally?once");
        int made = MADE.get();
        assertThat(n(member, "/tally?once")).isEqualTo(before);
        assertThat(MADE).hasValue(made);
        add();
        assertThat(n(member, "/tally?once")).isEqualTo(before + 1);
        assertThat(MADE).hasValue(made + 1);
        n(member, "/tally?twice");
        assertThat(MADE).hasValue(made + 2);
    }

    @Test
    void anotherCallerGetsAnAnswerOfHisOwn() {
        assertThat(member.get("/tally").json().path("for").asString()).isEqualTo("member");
        assertThat(admin.get("/tally").json().path("for").asString()).isEqualTo("admin");
        new TestClient(server.url() + "/kept", "forged").get("/tally").expect(401);
    }

    @Test
    void oneThatPassesIsMadeEachTime() {
        n(member, "/passing");
        int made = MADE.get();
        n(member, "/passing");
        assertThat(MADE).hasValue(made + 1);
    }

    @Test
    void whileOthersWriteNoAnswerIsOlderThanItsRequest() throws InterruptedException {
        AtomicInteger written = new AtomicInteger(n(member, "/tally"));
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i < 200; i++) {
                                add();
                                written.incrementAndGet();
                            }
                        });
        while (writer.isAlive()) {
            int atLeast = written.get();
            assertThat(n(member, "/tally")).isGreaterThanOrEqualTo(atLeast);
        }
        writer.join();
    }
}
