package org.monostack.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestDatabase;

/** What is kept in memory of a schema is never older than its last committed change. */
class DerivedTest {
    private static Database database;
    private static Derived<Integer, Integer> numbers;
    private static final AtomicInteger READS = new AtomicInteger();

    @BeforeAll
    static void open() {
        database = TestDatabase.open();
        database.run(tx -> {
            tx.sql().execute("create database if not exists derived_test");
            tx.sql().execute("create table derived_test.number (id int primary key, n int)");
            tx.sql().execute("insert into derived_test.number values (1, 10), (2, 20)");
        });
        numbers = new Derived<>(database.changes("derived_test"), 100);
    }

    @Test
    void aValueIsReadOnceUntilSomethingChanges() {
        int before = number(2);
        int reads = READS.get();
        assertThat(number(2)).isEqualTo(before);
        assertThat(READS).hasValue(reads);
        set(2, before + 1);
        assertThat(number(2)).isEqualTo(before + 1);
        assertThat(READS).hasValue(reads + 1);
    }

    @Test
    void aTransactionSeesWhatItChangedAndNobodyElseDoesBeforeTheCommit() {
        int before = number(1);
        database.run(tx -> {
            tx.sql().execute("update derived_test.number set n = n + 5 where id = 1");
            assertThat(numbers.get(tx, 1, id -> read(tx, id))).isEqualTo(before + 5);
            assertThat(number(1)).isEqualTo(before);
        });
        assertThat(number(1)).isEqualTo(before + 5);
    }

    @Test
    void whatWasRolledBackCountsForNothing() {
        int before = number(1);
        assertThatThrownBy(() ->
                        database.run(tx -> {
                            tx.sql().execute("update derived_test.number set n = 0 where id = 1");
                            throw new IllegalStateException("no");
                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(number(1)).isEqualTo(before);
    }

    @Test
    void whatNothingIsDerivedFromIsNotCounted() {
        database.doNotCount("derived_test.log");
        database.run(tx -> tx.sql().execute("create table derived_test.log (id int)"));
        int before = number(2);
        int reads = READS.get();
        database.run(tx -> tx.sql().execute("insert into `derived_test`.`log` values (1)"));
        assertThat(number(2)).isEqualTo(before);
        assertThat(READS).hasValue(reads);
        database.run(tx -> {
            tx.sql().execute("insert into derived_test.log values (2)");
            tx.sql().execute("update derived_test.number set n = n + 1 where id = 2");
        });
        assertThat(number(2)).isEqualTo(before + 1);
    }

    @Test
    void readersCannotWrite() {
        assertThatThrownBy(() ->
                        database.reading(
                                tx -> tx.sql().execute("update derived_test.number set n = 0")))
                .isInstanceOf(DataAccessException.class);
    }

    private static int number(int id) {
        return database.reading(tx -> numbers.get(tx, id, key -> read(tx, key)));
    }

    private static int read(Transaction tx, int id) {
        READS.incrementAndGet();
        return tx.sql()
                .fetchSingle("select n from derived_test.number where id = ?", id)
                .get(0, Integer.class);
    }

    private static void set(int id, int n) {
        database.run(
                tx -> tx.sql().execute("update derived_test.number set n = ? where id = ?", n, id));
    }
}
