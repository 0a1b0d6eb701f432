package org.monostack.driver.ovn.ovsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.monostack.driver.ovn.DatabaseServer;
import tools.jackson.databind.JsonNode;

class OvsdbClientTest {

    private static final Map<String, List<String>> TABLES =
            Map.of(
                    "Logical_Switch",
                    List.of("name", "ports", "other_config", "external_ids"),
                    "Logical_Switch_Port",
                    List.of("name", "addresses", "enabled", "tag"));

    private DatabaseServer server;
    private OvsdbClient client;

    @BeforeEach
    void start() throws IOException {
        server = new DatabaseServer();
        client = client();
        client.awaitReady(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private OvsdbClient client() {
        return new OvsdbClient(server.endpoint(), "OVN_Northbound", TABLES, Set.of("test:key"))
                .start();
    }

    @Test
    void whoeverHasTheAnswerReadsHisOwnWrites() {
        OvsdbTransaction transaction = new OvsdbTransaction();
        NamedUuid port =
                transaction.insert(
                        "Logical_Switch_Port",
                        Map.of(
                                "name", Value.of("p1"),
                                "addresses", Value.set(List.of("a", "b")),
                                "enabled", Value.of(true),
                                "tag", Value.of(7)));
        transaction.insert(
                "Logical_Switch",
                Map.of(
                        "name", Value.of("ö \"quoted\""),
                        "ports", Value.of(port),
                        "external_ids", Value.map(Map.of("test:key", "k"))));
        client.transact(transaction);

        Row found = client.replica().tagged("Logical_Switch", "test:key", "k").getFirst();
        assertThat(found.string("name")).isEqualTo("ö \"quoted\"");
        assertThat(found.map("other_config")).isEmpty();
        UUID portId = found.references("ports").iterator().next();
        Row portRow = client.replica().row("Logical_Switch_Port", portId).orElseThrow();
        assertThat(portRow.strings("addresses")).containsExactlyInAnyOrder("a", "b");
        assertThat(portRow.truth("enabled")).contains(true);
        assertThat(portRow.number("tag")).contains(7L);
        assertThat(portRow.value("tag")).isEqualTo(Value.of(7));
    }

    @Test
    void setsAndMapsAreChangedInPlace() {
        UUID row = insert("s");
        client.transact(
                new OvsdbTransaction()
                        .add(
                                "Logical_Switch",
                                row,
                                "other_config",
                                Value.map(Map.of("x", "1", "y", "2"))));
        client.transact(
                new OvsdbTransaction()
                        .take("Logical_Switch", row, "other_config", Value.map(Map.of("x", "1"))));
        assertThat(read(row).map("other_config")).isEqualTo(Map.of("y", "2"));
        client.transact(new OvsdbTransaction().delete("Logical_Switch", row));
        assertThat(client.replica().rows("Logical_Switch")).isEmpty();
    }

    @Test
    void differencesAddUpToTheTruth() {
        UUID row = insert("s");
        for (int i = 0; i < 20; i++) {
            OvsdbTransaction transaction = new OvsdbTransaction();
            NamedUuid port =
                    transaction.insert("Logical_Switch_Port", Map.of("name", Value.of("p" + i)));
            transaction.add("Logical_Switch", row, "ports", Value.of(port));
            transaction.take(
                    "Logical_Switch", row, "other_config", Value.map(Map.of("k", "" + (i - 1))));
            transaction.add(
                    "Logical_Switch",
                    row,
                    "other_config",
                    Value.map(Map.of("k", "" + i, "k" + i, "v")));
            client.transact(transaction);
        }
        UUID first =
                client.replica().rows("Logical_Switch_Port").stream()
                        .filter(port -> port.string("name").equals("p0"))
                        .findFirst()
                        .orElseThrow()
                        .uuid();
        client.transact(
                new OvsdbTransaction()
                        .take("Logical_Switch", row, "ports", Value.of(first))
                        .take("Logical_Switch", row, "other_config", Value.set(List.of("k3"))));
        try (OvsdbClient fresh = client()) {
            fresh.awaitReady(Duration.ofSeconds(10));
            Row truth = fresh.replica().row("Logical_Switch", row).orElseThrow();
            assertThat(read(row)).isEqualTo(truth);
            assertThat(truth.references("ports")).hasSize(19).doesNotContain(first);
            assertThat(truth.map("other_config")).containsEntry("k", "19").doesNotContainKey("k3");
        }
    }

    @Test
    void refusalsSayWhyAndChangeNothing() {
        OvsdbTransaction transaction = new OvsdbTransaction();
        transaction.insert("Logical_Switch", Map.of("name", Value.of("half")));
        transaction.insert("Logical_Switch", Map.of("no_such_column", Value.of("x")));
        assertThatThrownBy(() -> client.transact(transaction))
                .isInstanceOf(OvsdbException.class)
                .hasMessageContaining("no_such_column")
                .extracting(e -> ((OvsdbException) e).reason())
                .isEqualTo(OvsdbException.Reason.REFUSED);
        assertThat(client.replica().rows("Logical_Switch")).isEmpty();
    }

    @Test
    void violationsFoundAtCommitAreRefusals() {
        OvsdbTransaction twins = new OvsdbTransaction();
        NamedUuid one = twins.insert("Logical_Switch_Port", Map.of("name", Value.of("same")));
        NamedUuid two = twins.insert("Logical_Switch_Port", Map.of("name", Value.of("same")));
        twins.insert(
                "Logical_Switch",
                Map.of("name", Value.of("s"), "ports", Value.set(List.of(one, two))));
        assertThatThrownBy(() -> client.transact(twins))
                .isInstanceOf(OvsdbException.class)
                .hasMessageContaining("constraint violation");
    }

    @Test
    void anExpectationGuardsATransaction() {
        UUID row = insert("before");
        OvsdbTransaction late =
                new OvsdbTransaction().expect("Logical_Switch", row, "name", Value.of("other"));
        late.update("Logical_Switch", row, Map.of("name", Value.of("after")));
        assertThatThrownBy(() -> client.transact(late)).isInstanceOf(OvsdbException.class);
        OvsdbTransaction right =
                new OvsdbTransaction().expect("Logical_Switch", row, "name", Value.of("before"));
        right.update("Logical_Switch", row, Map.of("name", Value.of("after")));
        client.transact(right);
        assertThat(read(row).string("name")).isEqualTo("after");
    }

    @Test
    void selectAnswersRows() {
        UUID row = insert("wanted");
        List<JsonNode> results =
                client.transact(
                        new OvsdbTransaction()
                                .select("Logical_Switch", "name", Value.of("wanted")));
        assertThat(results.getFirst().path("rows").path(0).path("_uuid").path(1).asString())
                .isEqualTo(row.toString());
    }

    @Test
    void manyThreadsAndLargeMessages() throws Exception {
        String large = "x".repeat(200_000);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<UUID>> rows = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String name = i % 50 == 0 ? i + large : "s" + i;
                rows.add(threads.submit(() -> insert(name)));
            }
            for (Future<UUID> row : rows) {
                assertThat(client.replica().row("Logical_Switch", row.get())).isPresent();
            }
        }
        assertThat(client.replica().rows("Logical_Switch")).hasSize(200);
    }

    @Test
    void followsAServerThatComesBack() throws Exception {
        UUID kept = insert("kept");
        List<String> heard = new CopyOnWriteArrayList<>();
        server.stop();
        assertThatThrownBy(() -> awayAtOnce())
                .isInstanceOf(OvsdbException.class)
                .extracting(e -> ((OvsdbException) e).reason())
                .isEqualTo(OvsdbException.Reason.AWAY);
        client.onRowChange(
                (table, before, after) -> heard.add(after == null ? "gone" : after.string("name")));
        server.startAgain();
        client.awaitReady(Duration.ofSeconds(10));
        assertThat(read(kept).string("name")).isEqualTo("kept");
        assertThat(heard).as("what has not changed is not told again").isEmpty();
        insert("new");
        assertThat(heard).containsExactly("new");
    }

    @Test
    void aClosedClientSaysSo() {
        client.close();
        assertThatThrownBy(() -> insert("x"))
                .isInstanceOf(OvsdbException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void endpointsAreReadAsOpenVSwitchWritesThem() {
        assertThat(OvsdbEndpoint.parse("unix:/run/db.sock").toString())
                .isEqualTo("unix:/run/db.sock");
        assertThat(OvsdbEndpoint.parse("tcp:[::1]:6641")).isEqualTo(OvsdbEndpoint.tcp("::1", 6641));
        assertThatThrownBy(() -> OvsdbEndpoint.parse("ssl:host:1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void awayAtOnce() throws InterruptedException {
        while (client.isReady()) {
            Thread.sleep(5);
        }
        client.awaitReady(Duration.ofMillis(200));
    }

    private UUID insert(String name) {
        OvsdbTransaction transaction = new OvsdbTransaction();
        transaction.insert("Logical_Switch", Map.of("name", Value.of(name)));
        JsonNode result = client.transact(transaction).getFirst();
        return UUID.fromString(result.path("uuid").path(1).asString());
    }

    private Row read(UUID row) {
        return client.replica().row("Logical_Switch", row).orElseThrow();
    }
}
