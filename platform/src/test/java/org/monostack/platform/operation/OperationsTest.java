package org.monostack.platform.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.engine.EngineAway;
import org.monostack.platform.testing.TestDatabase;

/** Operations end, whatever happens on the way. */
class OperationsTest {
    private static Database database;
    private final List<Operations> started = new ArrayList<>();

    @BeforeAll
    static void open() {
        database = TestDatabase.open("operation");
    }

    @AfterEach
    void stop() {
        started.forEach(Operations::close);
    }

    private Operations run(String owner, OperationKind<?>... kinds) {
        Operations operations =
                new Operations(
                        database,
                        new OperationConfig(
                                owner, 8, Duration.ofSeconds(2), Duration.ofMillis(100), 3));
        for (OperationKind<?> kind : kinds) {
            operations.register(kind);
        }
        operations.start();
        started.add(operations);
        return operations;
    }

    @Test
    void stepsRunInOrderAndTheEndIsRecordedOnce() {
        Tape tape = new Tape("in-order");
        Operations operations = run("one", tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> operations.submit(tx, tape, "thing", id, new Thing("x"), "req-1"));
        await(() -> tape.entries.contains("succeeded"));
        assertThat(tape.entries).containsExactly("first", "second", "succeeded");
        OperationRecord record =
                database.inTransaction(tx -> operations.history(tx, "thing", id)).getFirst();
        assertThat(record.state()).isEqualTo(OperationRecord.State.SUCCEEDED);
        assertThat(record.events())
                .extracting(OperationEvent::step)
                .containsExactly("first", "second");
    }

    @Test
    void aStepThatGivesUpIsUndoneWithTheOnesBeforeIt() {
        Tape tape = new Tape("gives-up");
        tape.giveUpInSecond = true;
        Operations operations = run("two", tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> operations.submit(tx, tape, "thing", id, new Thing("x"), "req-2"));
        await(() -> tape.entries.contains("failed: no room"));
        assertThat(tape.entries)
                .containsExactly("first", "second", "undo second", "undo first", "failed: no room");
    }

    @Test
    void aStepThatThrowsIsTriedAgain() {
        Tape tape = new Tape("stumbles");
        tape.stumbles = 2;
        Operations operations = run("three", tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> operations.submit(tx, tape, "thing", id, new Thing("x"), "req-3"));
        await(() -> tape.entries.contains("succeeded"));
        assertThat(tape.entries)
                .containsExactly("first", "second", "second", "second", "succeeded");
    }

    @Test
    void anEngineThatIsAwayIsWaitedForAndIsNoFailure() {
        Tape tape = new Tape("waits");
        tape.away = 4; // More often than a step may fail.
        Operations operations = run("waiting", tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> operations.submit(tx, tape, "thing", id, new Thing("x"), "req-w"));
        await(() -> tape.entries.contains("succeeded"));
        OperationRecord record =
                database.inTransaction(tx -> operations.history(tx, "thing", id)).getFirst();
        assertThat(record.events())
                .extracting(OperationEvent::result)
                .containsExactly("Success", "Waiting", "Success");
    }

    @Test
    void operationsOfOneResourceQueue() {
        Tape tape = new Tape("queue");
        Operations operations = run("four", tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> {
            for (int i = 0; i < 5; i++) {
                operations.submit(tx, tape, "thing", id, new Thing("x"), "req-4");
            }
        });
        await(() -> tape.entries.stream().filter("succeeded"::equals).count() == 5);
        for (int i = 0; i < 15; i += 3) {
            assertThat(tape.entries.subList(i, i + 3))
                    .containsExactly("first", "second", "succeeded");
        }
    }

    @Test
    void theFirstOperationIsHeldFromTheStartAndLaterOnesQueueBehindIt() {
        Tape tape = new Tape("first-of-all");
        Operations operations = run("holder", tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> {
            operations.submitFirst(tx, tape, "thing", id, new Thing("x"), "req-f");
            operations.submit(tx, tape, "thing", id, new Thing("x"), "req-g");
        });
        await(() -> tape.entries.stream().filter("succeeded"::equals).count() == 2);
        assertThat(tape.entries.subList(0, 3)).containsExactly("first", "second", "succeeded");
    }

    @Test
    void whatWasNotBegunIsHandedBackAtTheEnd() {
        Tape tape = new Tape("handed-back");
        Operations leaving =
                new Operations(
                        database,
                        new OperationConfig(
                                "leaving", 8, Duration.ofMinutes(1), Duration.ofSeconds(1), 3));
        String id = UUID.randomUUID().toString();
        database.run(tx -> leaving.submitFirst(tx, tape, "thing", id, new Thing("x"), "req-h"));
        leaving.close();
        run("next", tape);
        await(() -> tape.entries.contains("succeeded"));
        assertThat(tape.entries).containsExactly("first", "second", "succeeded");
    }

    @Test
    void aFirstOperationWhoseProcessDiedIsTakenOverWhenItsLeaseLapses() {
        Tape tape = new Tape("orphan");
        Operations dead =
                new Operations(
                        database,
                        new OperationConfig(
                                "short-lived", 8, Duration.ofSeconds(1), Duration.ofSeconds(1), 3));
        String id = UUID.randomUUID().toString();
        database.run(tx -> dead.submitFirst(tx, tape, "thing", id, new Thing("x"), "req-o"));
        run("taker", tape);
        await(() -> tape.entries.contains("succeeded"));
        assertThat(tape.entries).containsExactly("first", "second", "succeeded");
    }

    @Test
    void whatADeadProcessHeldIsContinuedWhereItStopped() {
        Tape tape = new Tape("continued");
        Operations accepting = new Operations(database, OperationConfig.defaults("dead"));
        accepting.register(tape);
        String id = UUID.randomUUID().toString();
        database.run(tx -> accepting.submit(tx, tape, "thing", id, new Thing("x"), "req-5"));
        // The row as a process leaves it that was killed after its first step.
        database.run(tx ->
                tx.sql()
                        .execute(
                                "update operation.durable_operation set owner = 'dead', generation ="
                                        + " 1, step = 1, lease_until = date_add(utc_timestamp(6),"
                                        + " interval 1 second) where resource_id = ?",
                                id));
        run("heir", tape);
        await(() -> tape.entries.contains("succeeded"));
        assertThat(tape.entries).containsExactly("second", "succeeded");
    }

    @Test
    void aRolledBackRequestLeavesNoOperation() {
        Tape tape = new Tape("rolled-back");
        Operations operations = run("five", tape);
        String id = UUID.randomUUID().toString();
        try {
            database.run(tx -> {
                operations.submit(tx, tape, "thing", id, new Thing("x"), "req-6");
                throw new IllegalStateException("the request fails");
            });
        } catch (IllegalStateException expected) {
            // What the test is about.
        }
        assertThat(database.<Boolean>inTransaction(tx -> operations.busy(tx, "thing", id)))
                .isFalse();
        assertThat(tape.entries).isEmpty();
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(15);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(deadline);
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    record Thing(String name) {}

    private static final class Away extends RuntimeException implements EngineAway {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean away() {
            return true;
        }
    }

    /** Writes down what happens to it. */
    private static final class Tape implements OperationKind<Thing> {
        final List<String> entries = new CopyOnWriteArrayList<>();
        final String name;
        volatile boolean giveUpInSecond;
        volatile int stumbles;
        int away;

        Tape(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Class<Thing> payloadType() {
            return Thing.class;
        }

        @Override
        public List<Step<Thing>> steps() {
            return List.of(
                    Step.<Thing>of(
                                    "first",
                                    (thing, context) -> {
                                        entries.add("first");
                                        return Outcome.done();
                                    })
                            .undoneBy((thing, context) -> {
                                entries.add("undo first");
                                return Outcome.done();
                            }),
                    Step.<Thing>of(
                                    "second",
                                    (thing, context) -> {
                                        entries.add("second");
                                        if (giveUpInSecond) {
                                            throw new OperationFailed("no room");
                                        }
                                        if (away > 0) {
                                            away--;
                                            throw new Away();
                                        }
                                        if (context.attempt() < stumbles) {
                                            throw new IllegalStateException("stumbled");
                                        }
                                        return Outcome.done();
                                    })
                            .undoneBy((thing, context) -> {
                                entries.add("undo second");
                                return Outcome.done();
                            }));
        }

        @Override
        public void succeeded(Transaction tx, Thing payload) {
            tx.afterCommit(() -> entries.add("succeeded"));
        }

        @Override
        public void failed(Transaction tx, Thing payload, Failure failure) {
            tx.afterCommit(() -> entries.add("failed: " + failure.reason()));
        }
    }
}
