package org.monostack.platform.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether this process is the only one that changes counted schemas, so that its own memory
 * tells how often they changed and nobody needs to ask the database.
 *
 * <p>One process at a time is named in {@code operation.sole_writer}. It may rely on its memory for
 * {@link #RELIES_NANOS} after it last renewed its term, by its own clock. Every transaction that
 * changes counted schemas, in any process, ends with a look at that row, which it holds until its
 * commit ({@link ChangeCount#advance}): it goes through if nobody is named, or this process itself.
 * Else it asks the named one to give up, and waits until it did or its term, kept by the database's
 * clock, is over ({@link #takeTurn}). So no change is committed beside a process that would not
 * notice, however long any of them sleeps. Where several processes live, nobody is named and all of
 * them ask the database. (A machine that is paused as a whole, with its clock, may go on by its
 * memory for the rest of that time when it wakes up, though somebody else wrote meanwhile.)
 *
 * <p>Thread-safe. Without {@link #start} it only asks others to give up.
 */
final class SoleWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SoleWriter.class);

    private static final long RENEWED_NANOS = 250_000_000L;
    private static final long RELIES_NANOS = 800_000_000L;

    /** Longer than {@link #RELIES_NANOS}, so that clocks of different speed do no harm. */
    private static final String TERM = "utc_timestamp(6) + interval 1 second";

    /** After a sign of another process this one waits so long before it is named. */
    private static final long ALONE_NANOS = 3_000_000_000L;

    private static final long GIVES_UP_NANOS = 10_000_000_000L;
    private static final long ASKS_AGAIN_NANOS = 30_000_000L;

    private static final String NAMED = "select process from operation.sole_writer where id = 1";
    private static final String NAME = "update operation.sole_writer set process = ? where id = 1";
    private static final String RENEW =
            "update operation.sole_writer_term set held_until = " + TERM + " where id = 1";
    private static final String WANT =
            "update operation.sole_writer_term set wanted_by = ?,"
                    + " wanted_until = utc_timestamp(6) + interval 2 second where id = 1";
    private static final String LOOK =
            "select held_until > utc_timestamp(6), wanted_by, wanted_until > utc_timestamp(6)"
                    + " from operation.sole_writer_term where id = 1";

    /**
     * A time in which this process is named without a break.
     *
     * @param number grows with each
     * @param until by {@link System#nanoTime}
     */
    private record Term(long number, long until) {}

    /** The row beside the name, now. */
    private record Look(boolean held, String wantedBy, boolean wanted) {}

    private final String process = UUID.randomUUID().toString();
    private final OwnChanges own = new OwnChanges();
    private final Object termLock = new Object();
    private volatile @Nullable Term term;
    private long doubts;
    private long terms;
    private long otherSeen = System.nanoTime() - ALONE_NANOS;
    private volatile boolean closed;
    private @Nullable Connections connections;
    private @Nullable Thread keeper;

    String process() {
        return process;
    }

    OwnChanges own() {
        return own;
    }

    /**
     * A number that grows with each change of these schemas, as this process's memory has it; or
     * nothing, and then the database knows. Negative, which the database's numbers never are.
     */
    OptionalLong counted(List<String> schemas) {
        // In this order, what is found is what held when the term was looked up, or later.
        Term now = term;
        if (now == null) {
            return OptionalLong.empty();
        }
        OptionalLong ended = own.ended(schemas);
        return ended.isPresent() && System.nanoTime() - now.until() < 0
                ? OptionalLong.of(Long.MIN_VALUE + (now.number() << 40) + ended.getAsLong())
                : OptionalLong.empty();
    }

    /**
     * Tries to be the sole writer from now on.
     *
     * @param ownConnections opens a connection that nobody else waits for; closed with this
     */
    synchronized void start(Supplier<Connections> ownConnections) {
        keeper = Thread.ofPlatform().daemon().name("sole-writer").start(() -> keep(ownConnections));
    }

    private void keep(Supplier<Connections> ownConnections) {
        synchronized (this) {
            connections = closed ? null : ownConnections.get();
        }
        while (!closed) {
            renewOrLapse();
            LockSupport.parkNanos(RENEWED_NANOS);
        }
    }

    private synchronized void renewOrLapse() {
        Connections open = connections;
        if (closed || open == null) {
            return;
        }
        try (Connection connection = open.take()) {
            try {
                renew(connection);
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("the sole writer's term was not renewed: {}", e.getMessage());
        }
    }

    private void renew(Connection connection) throws SQLException {
        long start = System.nanoTime();
        long doubtsBefore;
        @Nullable Term before;
        synchronized (termLock) {
            doubtsBefore = doubts;
            before = term;
        }
        // Those who write hold the name shared. Whoever is about to be named waits for them to be
        // through; whoever is named need not.
        String named =
                named(connection, NAMED + (before == null ? " for update" : " lock in share mode"));
        boolean mine = named.equals(process);
        if (!mine) {
            term = null;
        }
        Look look = look(connection);
        boolean wantedByOther = look.wanted() && !look.wantedBy().equals(process);
        if (wantedByOther || look.held() && !mine && !named.isEmpty()) {
            otherSeen = start;
        }
        if (start - otherSeen < ALONE_NANOS) {
            term = null;
            if (mine) {
                change(connection, NAME, "");
            }
            change(connection, WANT, process);
            connection.commit();
            return;
        }
        if (!mine) {
            change(connection, NAME, process);
        }
        change(connection, RENEW);
        connection.commit();
        synchronized (termLock) {
            if (doubts == doubtsBefore) {
                long number = before == null || !mine ? ++terms : before.number();
                term = new Term(number, start + RELIES_NANOS);
            }
        }
    }

    /**
     * It is not known whether a commit was done or will be: what is in memory counts for nothing
     * until the database is through with it.
     */
    void doubt() {
        synchronized (termLock) {
            doubts++;
            term = null;
        }
    }

    /**
     * Waits until no other process relies on its memory, after a transaction was refused for that.
     *
     * @throws DatabaseUnavailable when the other one neither gives up nor lapses
     */
    synchronized void takeTurn(Connections writers) throws SQLException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < GIVES_UP_NANOS) {
            try (Connection connection = writers.take()) {
                change(connection, WANT, process);
                connection.commit();
                String named = named(connection, NAMED + " for update");
                boolean free = named.isEmpty() || named.equals(process);
                if (!free && !look(connection).held()) {
                    change(connection, NAME, "");
                    free = true;
                }
                connection.commit();
                if (free) {
                    return;
                }
            }
            LockSupport.parkNanos(ASKS_AGAIN_NANOS);
        }
        throw new DatabaseUnavailable("another process does not let this one write");
    }

    private static Look look(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOOK);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Look(row.getBoolean(1), row.getString(2), row.getBoolean(3));
        }
    }

    /** Makes the two rows if they are not there, as in a schema whose tables were emptied. */
    private static String named(Connection connection, String query) throws SQLException {
        Optional<String> named = text(connection, query);
        if (named.isPresent()) {
            return named.get();
        }
        change(connection, "insert ignore into operation.sole_writer values (1, '')");
        change(
                connection,
                "insert ignore into operation.sole_writer_term"
                        + " values (1, '2000-01-01', '', '2000-01-01')");
        return text(connection, query).orElseThrow();
    }

    private static Optional<String> text(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    private static void change(Connection connection, String update, String... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Gives up, so that the next process need not wait. */
    @Override
    public void close() {
        closed = true;
        Thread keeping = keeper;
        if (keeping != null) {
            LockSupport.unpark(keeping);
        }
        synchronized (this) {
            term = null;
            Connections open = connections;
            if (open == null) {
                return;
            }
            connections = null;
            try (Connection connection = open.take()) {
                change(connection, NAME + " and process = ?", "", process);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                LOG.debug("the sole writer's name stays: {}", e.getMessage());
            }
            open.close();
        }
    }
}
