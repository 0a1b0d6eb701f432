package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.identity.notification.Courier;
import org.monostack.identity.notification.FakeBroker;
import org.monostack.identity.store.NotificationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.TransactionObserver;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.json.Json;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestServer;
import tools.jackson.databind.JsonNode;

/** What was answered reaches the broker, in order, whatever becomes of the broker meanwhile. */
class NotificationDeliveryTest {

    private static final Set<String> LOG_INS =
            Set.of("identity.authenticate.success", "identity.authenticate.failure");

    private static IdentityFixture cloud;

    private final FakeBroker broker = new FakeBroker();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        cloud.database.run(tx -> new NotificationStore().removeBeyond(tx, 0));
    }

    private Courier courier() {
        Courier courier = new Courier(cloud.database, new NotificationStore(), broker);
        open.add(courier);
        return courier;
    }

    /** An administrator of a process that this courier delivers for. */
    private TestClient admin(Courier courier) {
        return admin(courier, cloud.database);
    }

    private TestClient admin(Courier courier, Database database) {
        IdentityNotifications told =
                IdentityNotifications.none().and(courier, "cadf", LOG_INS, "here");
        IdentityModule module =
                new IdentityModule(
                        database,
                        IdentityConfig.builder(cloud.keys).withBcryptCost(4).build(),
                        told);
        TestServer server =
                TestServer.start(
                        List.of(new HttpServer.Binding("/identity", module.httpService())), told);
        open.add(server);
        return new TestClient(
                server.url() + "/identity/v3",
                cloud.token(
                        "admin",
                        "secret",
                        "{'project':{'name':'admin','domain':{'id':'default'}}}"));
    }

    private static String newUser(TestClient admin) {
        return admin.post("/users", "{'user':{'name':'" + unique("told") + "'}}")
                .expect(201)
                .json()
                .at("/user/id")
                .asString();
    }

    /** Changes a user so often, and removes it. */
    private static void live(TestClient admin, String user, int changes) {
        for (int i = 0; i < changes; i++) {
            admin.patch("/users/" + user, "{'user':{'email':'" + i + "'}}").expect(200);
        }
        admin.delete("/users/" + user).expect(204);
    }

    private List<JsonNode> taken() {
        return broker.taken().stream().map(Json::read).toList();
    }

    private List<String> typesOf(String user) {
        return taken().stream()
                .filter(it -> it.at("/payload/resource_info").asString().equals(user))
                .map(it -> it.path("event_type").asString().replace("identity.user.", ""))
                .toList();
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void changesReachTheBrokerInOrder() throws Exception {
        Courier courier = courier();
        courier.start();
        TestClient admin = admin(courier);
        String user = newUser(admin);
        live(admin, user, 3);
        eventually(() -> courier.waiting() == 0);
        assertThat(typesOf(user))
                .containsExactly("created", "updated", "updated", "updated", "deleted");
        JsonNode first = taken().getFirst();
        assertThat(first.properties().stream().map(it -> it.getKey()))
                .containsExactlyInAnyOrder(
                        "message_id",
                        "publisher_id",
                        "event_type",
                        "priority",
                        "timestamp",
                        "payload",
                        "_unique_id");
        assertThat(first.path("publisher_id").asString()).isEqualTo("identity.here");
        assertThat(first.path("_unique_id").asString()).matches("[0-9a-f]{32}");
    }

    @Test
    void aBrokerThatIsAwayHoldsNobodyUpAndLosesNothing() throws Exception {
        broker.away(true);
        Courier courier = courier();
        courier.start();
        TestClient admin = admin(courier);
        String user = newUser(admin);
        live(admin, user, 2);
        eventually(() -> broker.refused() > 1);
        assertThat(courier.waiting()).isEqualTo(4);
        assertThat(courier.trouble()).contains("connection refused");
        broker.away(false);
        eventually(() -> courier.waiting() == 0);
        assertThat(typesOf(user)).containsExactly("created", "updated", "updated", "deleted");
        eventually(() -> courier.trouble().isEmpty());
    }

    @Test
    void whatAnEndedProcessDidNotDeliverTheNextOneDoes() throws Exception {
        Courier ended = courier();
        TestClient admin = admin(ended);
        String user = newUser(admin);
        live(admin, user, 1);
        ended.close();
        assertThat(broker.taken()).isEmpty();
        Courier next = courier();
        next.start();
        eventually(() -> next.waiting() == 0);
        assertThat(typesOf(user)).containsExactly("created", "updated", "deleted");
    }

    @Test
    void aLostConfirmationTellsTheSameTwiceAndSaysSo() throws Exception {
        Courier courier = courier();
        String user = newUser(admin(courier));
        broker.loseConfirmations(1);
        courier.start();
        eventually(() -> courier.waiting() == 0);
        assertThat(typesOf(user)).containsExactly("created", "created");
        assertThat(taken().get(1)).isEqualTo(taken().get(0));
    }

    @Test
    void severalProcessesDeliverEachOnceAndInOrder() throws Exception {
        Courier one = courier();
        Courier other = courier();
        one.start();
        other.start();
        TestClient here = admin(one);
        TestClient there = admin(other);
        String user = newUser(here);
        for (int i = 0; i < 30; i++) {
            (i % 2 == 0 ? here : there)
                    .patch("/users/" + user, "{'user':{'email':'" + i + "'}}")
                    .expect(200);
        }
        there.delete("/users/" + user).expect(204);
        eventually(() -> one.waiting() == 0);
        List<String> types = typesOf(user);
        assertThat(types).hasSize(32).startsWith("created").endsWith("deleted");
        assertThat(broker.collided()).isFalse();
        List<String> requests =
                taken().stream()
                        .map(it -> it.at("/payload/initiator/request_id").asString())
                        .toList();
        assertThat(requests).doesNotHaveDuplicates();
    }

    /** A process that dies after the commit that wrote a notification, before the answer. */
    private static final class Dying implements TransactionObserver {
        @Override
        public void beforeBegin() {}

        @Override
        public void afterCommit() {
            if (cloud.database.inTransaction(new NotificationStore()::count) > 0) {
                throw new IllegalStateException("the process ends here");
            }
        }
    }

    @Test
    void aChangeThatNobodyWasAnsweredIsTold() throws Exception {
        TestClient admin = admin(courier(), cloud.database.observedBy(new Dying()));
        String grant =
                "/projects/%s/users/%s/roles/%s"
                        .formatted(cloud.demoProject, cloud.demoUser, cloud.readerRole);
        admin.put(grant).expect(500);
        Courier next = courier();
        next.start();
        eventually(() -> next.waiting() == 0);
        assertThat(taken())
                .extracting(it -> it.path("event_type").asString())
                .containsExactly("identity.role_assignment.created");
        admin.delete(grant).expect(500);
    }

    @Test
    void whatIsRolledBackIsNotTold() {
        Courier courier = courier();
        TestClient admin = admin(courier);
        String name = unique("twice");
        admin.post("/roles", "{'role':{'name':'" + name + "'}}").expect(201);
        admin.post("/roles", "{'role':{'name':'" + name + "'}}").expect(409);
        admin.delete("/roles/nobody").expect(404);
        assertThat(courier.waiting()).isEqualTo(1);
    }

    @Test
    void whatOperatorsOptOutOfIsNotTold() throws Exception {
        Courier courier = courier();
        TestClient admin = admin(courier);
        admin.post("/auth/tokens", IdentityFixture.passwordLogin("demo", "secret", "")).expect(201);
        admin.post("/auth/tokens", IdentityFixture.passwordLogin("demo", "wrong", "")).expect(401);
        assertThat(courier.waiting()).isZero();
    }
}
