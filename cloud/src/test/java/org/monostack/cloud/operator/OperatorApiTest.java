package org.monostack.cloud.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.cloud.engine.Supervisor;
import org.monostack.platform.database.Database;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Invariants;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.telemetry.Explainer;
import org.monostack.platform.telemetry.Metrics;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/** Who may ask what, and what the answers look like. */
class OperatorApiTest {
    @TempDir Path directory;
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final Supervisor supervisor = new Supervisor(List.of(), Supervisor.Pace.standard());
    private OperatorToken token;
    private TestServer server;

    @BeforeEach
    void serve() {
        Database database = TestDatabase.open("operation");
        Invariants invariants =
                new Invariants(
                        List.of(
                                Invariant.of(
                                        "test.whole",
                                        "it is whole",
                                        () -> broken.get() ? List.of(violation()) : List.of())),
                        new Invariants.Pace(Duration.ofMinutes(1), Duration.ZERO));
        EngineReport engines = new EngineReport(supervisor, () -> true);
        Metrics metrics = new Metrics();
        OperatorMetrics.addTo(metrics, invariants, engines);
        Operations operations = new Operations(database, OperationConfig.defaults("operator"));
        token =
                OperatorToken.make(
                        directory.resolve("operator.token"),
                        new TokenTable().add("admin", "p", "admin").add("member", "p", "member"));
        server =
                TestServer.start(
                        new OperatorApi(
                                        metrics,
                                        invariants,
                                        new Explainer(database, operations, List.of()),
                                        engines)
                                .service(token));
    }

    private Violation violation() {
        return Violation.repairedBy(
                Severity.ERROR, "thing", "7", "it is broken", () -> broken.getAndSet(false));
    }

    @AfterEach
    void stop() {
        server.close();
        supervisor.close();
    }

    @Test
    void numbersAreOpenAndTheRestIsForAdministrators() throws Exception {
        assertThat(server.anonymous().get("/metrics").expect(200).text())
                .contains("monostack_invariant_repaired_total{check=\"test.whole\"} 0");
        server.anonymous().get("/doctor").expect(401);
        server.client("member").get("/doctor").expect(403);
        server.client("member").post("/doctor/repair").expect(403);
        server.client("admin").get("/doctor").expect(200);
        server.client(token.token()).get("/doctor").expect(200);
        Path file = directory.resolve("operator.token");
        assertThat(OperatorToken.read(file)).isEqualTo(token.token());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aLookReportsAndARepairRepairs() {
        var look = server.client("admin").get("/doctor").expect(200).json();
        var finding = look.path("checks").path(0).path("findings").path(0);
        assertThat(finding.path("words").asString()).isEqualTo("it is broken");
        assertThat(finding.path("repairable").asBoolean()).isTrue();
        assertThat(finding.path("repaired").asBoolean()).isFalse();
        assertThat(broken).isTrue();

        var repair = server.client("admin").post("/doctor/repair").expect(200).json();
        assertThat(
                        repair.path("checks")
                                .path(0)
                                .path("findings")
                                .path(0)
                                .path("repaired")
                                .asBoolean())
                .isTrue();
        assertThat(broken).isFalse();
        assertThat(server.anonymous().get("/metrics").text())
                .contains("monostack_invariant_repaired_total{check=\"test.whole\"} 1");
    }

    @Test
    void nothingIsKnownOfAStranger() {
        server.client("admin").get("/explain/req-0").expect(404);
    }
}
