package org.monostack.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestDatabase;

/** Who is alone need not ask the database, and never misses what somebody else changed. */
class SoleWriterTest {
    private static final String SCHEMA = "sole_writer_test";

    private final List<Program> programs = new ArrayList<>();

    /** What one program has of the database. */
    private static final class Program implements AutoCloseable {
        final Database database = Database.open(TestDatabase.config());
        final ChangeCount changes = database.changes(SCHEMA);
        final Derived<Integer, Integer> numbers = new Derived<>(changes, 100);
        final AtomicInteger reads = new AtomicInteger();

        int number() {
            return database.reading(tx ->
                    numbers.get(
                            tx,
                            1,
                            id -> {
                                reads.incrementAndGet();
                                return tx.sql()
                                        .fetchSingle(
                                                "select n from sole_writer_test.number where id = ?",
                                                id)
                                        .get(0, Integer.class);
                            }));
        }

        int add() {
            return database.inTransaction(tx -> {
                tx.sql().execute("update sole_writer_test.number set n = n + 1 where id = 1");
                return tx.sql()
                        .fetchSingle("select n from sole_writer_test.number where id = 1")
                        .get(0, Integer.class);
            });
        }

        boolean countsInMemory() {
            return database.reading(changes::at) < 0;
        }

        @Override
        public void close() {
            database.close();
        }
    }

    @BeforeEach
    void table() {
        TestDatabase.open()
                .run(tx -> {
                    tx.sql().execute("create database if not exists sole_writer_test");
                    tx.sql()
                            .execute(
                                    "create table if not exists sole_writer_test.number"
                                            + " (id int primary key, n int)");
                    tx.sql().execute("replace into sole_writer_test.number values (1, 0)");
                });
    }

    @AfterEach
    void close() {
        programs.forEach(Program::close);
    }

    private Program started(boolean counting) {
        Program program = new Program();
        programs.add(program);
        if (counting) {
            program.database.countInMemory();
        }
        return program;
    }

    @Test
    void whoeverIsAloneNeedsNoQueryUntilItChangesSomething() {
        Program alone = started(true);
        eventually(alone::countsInMemory);
        alone.add();
        int before = alone.number();
        int reads = alone.reads.get();
        assertThat(alone.number()).isEqualTo(before);
        assertThat(alone.reads).hasValue(reads);
        alone.add();
        assertThat(alone.countsInMemory()).isTrue();
        assertThat(alone.number()).isEqualTo(before + 1);
    }

    @Test
    void aProgramThatWritesOnceIsNotMissed() {
        Program alone = started(true);
        eventually(alone::countsInMemory);
        alone.number();
        Program other = started(false);
        int written = other.add();
        assertThat(alone.number()).isEqualTo(written);
        assertThat(alone.countsInMemory()).isFalse();
        eventually(alone::countsInMemory);
    }

    @Test
    void theNameOfTheDeadDoesNotStandInTheWay() {
        Program dead = started(true);
        eventually(dead::countsInMemory);
        TestDatabase.open()
                .run(tx -> tx.sql().execute("update operation.sole_writer set process = 'dead'"));
        Program next = started(true);
        next.add();
        assertThat(dead.number()).isEqualTo(next.number());
    }

    @Test
    void rowsThatAreGoneAreMadeAgain() {
        TestDatabase.open()
                .run(tx -> {
                    tx.sql().execute("delete from operation.sole_writer");
                    tx.sql().execute("delete from operation.sole_writer_term");
                });
        Program alone = started(true);
        alone.add();
        eventually(alone::countsInMemory);
    }

    @Test
    void twoThatLiveBothAskTheDatabase() {
        Program one = started(true);
        Program two = started(true);
        eventually(() -> !one.countsInMemory() && !two.countsInMemory());
        two.close();
        programs.remove(two);
        eventually(one::countsInMemory);
    }

    /** Both are alone by turns; whatever was acknowledged before a reading began is in it. */
    @Test
    void nothingAcknowledgedIsMissedWhoeverCounts() throws Exception {
        Program one = started(true);
        Program two = started(false);
        eventually(one::countsInMemory);
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicInteger inMemory = new AtomicInteger();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(9);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < 2; i++) {
                all.add(
                        threads.submit(() -> {
                            while (System.nanoTime() < end) {
                                acknowledged.accumulateAndGet(one.add(), Math::max);
                                pause(3);
                            }
                        }));
            }
            all.add(
                    threads.submit(() -> {
                        for (int i = 0; System.nanoTime() < end; i++) {
                            acknowledged.accumulateAndGet(two.add(), Math::max);
                            pause(i % 10 == 9 ? 4_000 : 20);
                        }
                    }));
            for (int i = 0; i < 3; i++) {
                Program reader = i == 2 ? two : one;
                all.add(
                        threads.submit(() -> {
                            int last = 0;
                            while (System.nanoTime() < end) {
                                int least = Math.max(last, acknowledged.get());
                                inMemory.addAndGet(reader.countsInMemory() ? 1 : 0);
                                last = reader.number();
                                assertThat(last).isGreaterThanOrEqualTo(least);
                            }
                        }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(inMemory.get()).isPositive();
    }

    private static void pause(int most) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(most));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            pause(20);
        }
    }
}
