package org.monostack.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestDatabase;

/** What every service relies on of a transaction. */
class DatabaseTest {
    private static Database database;

    @BeforeAll
    static void open() {
        database = TestDatabase.open("operation");
        database.run(tx -> {
            tx.sql().execute("create table operation.tally (id int primary key, n int)");
            tx.sql().execute("insert into operation.tally values (1, 0), (2, 0)");
        });
    }

    @Test
    void anExceptionRollsBackAndHintsAreNotRun() {
        List<String> hints = new ArrayList<>();
        assertThatThrownBy(() ->
                        database.run(tx -> {
                            tx.afterCommit(() -> hints.add("ran"));
                            tx.sql().execute("update operation.tally set n = 99");
                            throw new IllegalStateException("no");
                        }))
                .isInstanceOf(IllegalStateException.class);
        int rows =
                database.inTransaction(tx ->
                        tx.sql().fetchCount(DSL.table("operation.tally"), DSL.field("n").eq(99)));
        assertThat(rows).isZero();
        assertThat(hints).isEmpty();
    }

    @Test
    void deadlocksAreCuredByRepeating() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int first = 1 + i % 2;
                all.add(
                        threads.submit(() ->
                                database.run(tx -> {
                                    add(tx, first);
                                    add(tx, 3 - first);
                                })));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        List<Integer> tallies =
                database.inTransaction(tx ->
                        tx.sql()
                                .fetch("select n from operation.tally order by id")
                                .getValues(0, Integer.class));
        assertThat(tallies).containsExactly(40, 40);
    }

    private static void add(Transaction tx, int id) {
        tx.sql().execute("update operation.tally set n = n + 1 where id = " + id);
    }

    @Test
    void aDuplicateKeyIsTold() {
        assertThatThrownBy(() ->
                        database.run(tx ->
                                tx.sql().execute("insert into operation.tally values" + " (1, 5)")))
                .matches(Database::isDuplicate);
    }

    @Test
    void aBodyLooksAgainWhenWhatItRefersToWentAway() {
        database.run(tx -> {
            tx.sql().execute("create table operation.parent (id int primary key)");
            tx.sql()
                    .execute(
                            "create table operation.child (id int primary key, parent int not null,"
                                    + " foreign key (parent) references operation.parent (id))");
            tx.sql().execute("insert into operation.parent values (1)");
        });
        AtomicInteger tries = new AtomicInteger();
        boolean made =
                database.inTransaction(tx -> {
                    if (tx.sql().fetch("select id from operation.parent").isEmpty()) {
                        return false;
                    }
                    if (tries.incrementAndGet() == 1) {
                        deleteElsewhere("delete from operation.parent");
                    }
                    tx.sql().execute("insert into operation.child values (1, 1)");
                    return true;
                });
        assertThat(made).isFalse();
        assertThat(tries).hasValue(1);
    }

    private static void deleteElsewhere(String sql) {
        try {
            Thread.ofVirtual().start(() -> database.run(tx -> tx.sql().execute(sql))).join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void temporaryTablesAreKeptApartFromThoseOfOtherServers() {
        database.run(tx -> {
            var row = tx.sql().fetchSingle("select @@datadir, @@tmpdir");
            Path data = Path.of(String.valueOf(row.get(0)));
            assertThat(Path.of(String.valueOf(row.get(1)))).isEqualTo(data.resolveSibling("tmp"));
        });
    }

    @Test
    void aSchemaIsCurrentWhileFlywaysRecordAndTheFilesAgree() {
        assertThat(current("operation")).isTrue();
        assertThat(current("nothing_of_the_kind")).isFalse();
        for (String difference :
                List.of(
                        "update operation.schema_history set checksum = checksum + 1",
                        "update operation.schema_history set success = 0",
                        "delete from operation.schema_history order by installed_rank desc"
                                + " limit 1")) {
            assertThatThrownBy(() ->
                            database.run(tx -> {
                                tx.sql().execute(difference);
                                assertThat(current(tx, "operation")).as(difference).isFalse();
                                throw new IllegalStateException("as it was");
                            }))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static boolean current(String schema) {
        return database.inTransaction(tx -> current(tx, schema));
    }

    private static boolean current(Transaction tx, String schema) {
        return tx.sql().connectionResult(connection -> SchemaHistory.isCurrent(connection, schema));
    }
}
