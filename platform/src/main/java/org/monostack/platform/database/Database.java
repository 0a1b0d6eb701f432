package org.monostack.platform.database;

import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.jooq.Configuration;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.RenderTable;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DefaultConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one database. Owns the connections; thread-safe. All schemas live on one server, so one
 * transaction may span services.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** A conflict that a repetition cures is cured within a few; more means something is wrong. */
    private static final int ATTEMPTS = 12;

    private static final Pattern SCHEMA_NAME = Pattern.compile("[a-z_]{1,32}");
    private static final Pattern COUNTED_NAME = Pattern.compile("[a-z_]{1,32}(\\.[a-z_]{1,64})?");

    private static final Configuration JOOQ =
            new DefaultConfiguration()
                    .set(SQLDialect.MARIADB)
                    .set(
                            new Settings()
                                    .withRenderQuotedNames(
                                            RenderQuotedNames.EXPLICIT_DEFAULT_QUOTED)
                                    .withExecuteLogging(false)
                                    // Else each length of a list is a statement of its own to
                                    // prepare and to keep.
                                    .withInListPadding(true)
                                    // Names before every column make a statement three times as
                                    // long to put together, to send and to look up.
                                    .withRenderTable(RenderTable.WHEN_MULTIPLE_TABLES)
                                    .withRenderCatalog(false));

    /** Connections for as many readers as keep the processors of one machine busy. */
    private static final int READERS = 8;

    private final Connections writers;
    private final Connections readers;
    private final TransactionObserver observer;
    private final Set<String> migrated;
    private final Counted counted;
    private final SoleWriter soleWriter;

    private Database(
            Connections writers,
            Connections readers,
            TransactionObserver observer,
            Set<String> migrated,
            Counted counted,
            SoleWriter soleWriter) {
        this.writers = writers;
        this.readers = readers;
        this.observer = observer;
        this.migrated = migrated;
        this.counted = counted;
        this.soleWriter = soleWriter;
    }

    /** The same database and connections, with somebody who sees each transaction. */
    public Database observedBy(TransactionObserver watching) {
        return new Database(writers, readers, watching, migrated, counted, soleWriter);
    }

    /** Opens the pool. Throws {@link DatabaseUnavailable} when the server does not answer. */
    public static Database open(DatabaseConfig config) {
        return new Database(
                Connections.writing(config),
                Connections.reading(config, Math.min(READERS, config.connections())),
                TransactionObserver.NONE,
                ConcurrentHashMap.newKeySet(),
                new Counted(),
                new SoleWriter());
    }

    /**
     * Counts changes in memory from now on while no other process makes any, so that whoever kept
     * something need not ask. For a program that goes on for long; others find it in their way for
     * up to a second. Call it once.
     */
    public void countInMemory() {
        migrate(ChangeCount.SCHEMA);
        soleWriter.start(writers::alone);
    }

    /**
     * Counts the changes of these schemas from now on, for those who keep what they derived from
     * them; or of single tables, named with their schemas. Rows that go because rows of another
     * table went are changes of that other table only.
     */
    public ChangeCount changes(String... names) {
        migrate(ChangeCount.SCHEMA);
        for (String name : names) {
            if (!COUNTED_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(name);
            }
            counted.count(name);
        }
        return new ChangeCount(List.of(names), soleWriter);
    }

    /** Changes of this table, named with its schema, do not count: nothing is derived from it. */
    public void doNotCount(String table) {
        counted.except(table);
    }

    /**
     * Runs SQL in one transaction and commits it. After a deadlock, a lock wait that timed out, a
     * failed Galera certification, or when a row that it refers to went away since it looked, it is
     * rolled back and run again, so the body must be repeatable: SQL only, and no effects outside.
     * The same is done once when the connection turns out to be broken, as all are after the server
     * was started again. Whatever else it throws rolls everything back.
     *
     * @throws DatabaseUnavailable when there is no connection, or it broke before the commit
     */
    public <T extends @org.jspecify.annotations.Nullable Object> T inTransaction(
            Function<Transaction, T> body) {
        return repeated(writers, () -> written(body));
    }

    /**
     * Runs queries alone: each sees what is committed when it begins, and nothing is locked, as in
     * {@link #inTransaction}, but without the cost of a commit, and readers do not wait behind
     * those who write. The server refuses whatever would change something.
     *
     * @throws DatabaseUnavailable when there is no connection, or it broke twice
     */
    public <T extends @org.jspecify.annotations.Nullable Object> T reading(
            Function<Transaction, T> body) {
        return repeated(readers, () -> read(body));
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T repeated(
            Connections connections, Supplier<T> once) {
        observer.beforeBegin();
        boolean broken = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return once.get();
            } catch (OtherWrites e) {
                takeTurn();
                attempt--;
            } catch (ConnectionBroke e) {
                if (broken) {
                    throw SqlFailures.unavailableOr(e.failure);
                }
                // The others are most likely as old, and broken for the same reason.
                broken = true;
                connections.forget();
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS || !SqlFailures.isConflict(e)) {
                    throw SqlFailures.unavailableOr(e);
                }
                LOG.debug("transaction conflict, attempt {}: {}", attempt, e.getMessage());
                pause(attempt);
            }
        }
    }

    /** The same, for bodies without a result. */
    public void run(Consumer<Transaction> body) {
        inTransaction(tx -> {
            body.accept(tx);
            return Boolean.TRUE;
        });
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T written(
            Function<Transaction, T> body) {
        Transaction tx;
        T result;
        try (LazyConnection connection = new LazyConnection(writers)) {
            tx = new Transaction(() -> JOOQ.derive(connection.get()), counted);
            try {
                result = apply(body, tx);
                if (connection.taken() != null) {
                    commit(connection.taken(), tx.written());
                }
            } catch (Throwable e) {
                if (connection.taken() != null) {
                    rollback(connection.taken(), e);
                }
                throw e;
            }
            connection.gotOn();
        } catch (SQLException e) {
            throw new DataAccessException(e.getMessage(), e);
        }
        finish(tx);
        return result;
    }

    private void commit(Connection connection, Set<String> schemas) throws SQLException {
        if (schemas.isEmpty()) {
            connection.commit();
            return;
        }
        if (!ChangeCount.advance(connection, schemas, soleWriter.process())) {
            throw new OtherWrites();
        }
        soleWriter.own().begin(schemas);
        try {
            connection.commit();
        } catch (SQLException e) {
            soleWriter.doubt();
            throw e;
        } finally {
            soleWriter.own().end(schemas);
        }
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T read(
            Function<Transaction, T> body) {
        Transaction tx;
        T result;
        try (LazyConnection connection = new LazyConnection(readers)) {
            tx = new Transaction(() -> JOOQ.derive(connection.get()), counted);
            result = apply(body, tx);
            connection.gotOn();
        }
        finish(tx);
        return result;
    }

    private void finish(Transaction tx) {
        observer.afterCommit();
        for (Runnable hint : tx.hints()) {
            hint.run();
        }
    }

    private void takeTurn() {
        try {
            soleWriter.takeTurn(writers);
        } catch (SQLException e) {
            throw SqlFailures.unavailableOr(new DataAccessException(e.getMessage(), e));
        }
    }

    private static <T extends @org.jspecify.annotations.Nullable Object> T apply(
            Function<Transaction, T> body, Transaction tx) {
        try {
            return body.apply(tx);
        } catch (LazyConnection.NoConnection e) {
            throw e;
        } catch (RuntimeException e) {
            if (SqlFailures.isBroken(e)) {
                throw new ConnectionBroke(e);
            }
            throw e;
        }
    }

    /** A connection that ended before the commit: nothing was done, so it can be done again. */
    private static final class ConnectionBroke extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final RuntimeException failure;

        ConnectionBroke(RuntimeException failure) {
            super(null, null, true, false);
            this.failure = failure;
        }
    }

    /** Another process is the sole writer: nothing was done, and it is to be asked first. */
    private static final class OtherWrites extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OtherWrites() {
            super(null, null, false, false);
        }
    }

    private static void rollback(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Creates a service's schema if it is not there and brings it up to date from the class path
     * folder {@code migration/<schema>}. Done once per process.
     */
    public void migrate(String schema) {
        if (!SCHEMA_NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException(schema);
        }
        if (migrated.contains(schema)) {
            return;
        }
        try (Connection connection = writers.take();
                Statement statement = connection.createStatement()) {
            if (SchemaHistory.isCurrent(connection, schema)) {
                migrated.add(schema);
                return;
            }
            // No padding and no folding: "a" differs from "A" and from "a ".
            statement.execute(
                    "create database if not exists `"
                            + schema
                            + "` character set utf8mb4 collate utf8mb4_nopad_bin");
        } catch (SQLException e) {
            throw new DataAccessException(e.getMessage(), e);
        }
        Flyway.configure()
                .dataSource(writers.source())
                .defaultSchema(schema)
                .schemas(schema)
                .locations("classpath:migration/" + schema)
                .table(SchemaHistory.TABLE)
                .validateMigrationNaming(true)
                .load()
                .migrate();
        migrated.add(schema);
    }

    /** Whether the server answers now. */
    public boolean healthy() {
        try (Connection connection = writers.take()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * The connections by what they do.
     *
     * @param waiting threads that want one
     */
    public record Pool(int active, int idle, int waiting) {}

    public Pool pool() {
        HikariPoolMXBean writing = writers.state();
        HikariPoolMXBean reading = readers.state();
        return new Pool(
                writing.getActiveConnections() + reading.getActiveConnections(),
                writing.getIdleConnections() + reading.getIdleConnections(),
                writing.getThreadsAwaitingConnection() + reading.getThreadsAwaitingConnection());
    }

    @Override
    public void close() {
        soleWriter.close();
        writers.close();
        readers.close();
    }

    /** Whether this is a violated unique key: somebody else made the same thing first. */
    public static boolean isDuplicate(Throwable e) {
        return SqlFailures.isDuplicate(e);
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, 4L << Math.min(attempt, 6)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnavailable("interrupted while waiting to repeat", e);
        }
    }
}
