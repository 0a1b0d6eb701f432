package org.monostack.platform.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number that grows with every committed transaction that changed one of some schemas' tables, or
 * one of some tables. What was derived from those is good for as long as the number is the same, in
 * every process.
 *
 * <p>Kept in {@code operation.change_count}, in slots whose values are summed up. A transaction
 * that wrote adds one to any slot of each name as its last statement, so writers seldom wait for
 * each other and a change becomes visible together with its count. As long as this process is the
 * only one that writes, its memory knows the number without asking ({@link SoleWriter}).
 * Thread-safe.
 */
public final class ChangeCount {
    static final String SCHEMA = "operation";

    /** Before all numbers. */
    static final long NEVER = Long.MIN_VALUE;

    private static final int SLOTS = 32;

    private final List<String> names;
    private final SoleWriter writer;
    private final String read;

    ChangeCount(List<String> names, SoleWriter writer) {
        this.names = List.copyOf(names);
        this.writer = writer;
        this.read =
                names.stream()
                        .map(name -> "'" + name + "'")
                        .collect(
                                Collectors.joining(
                                        ",",
                                        "select sum(value) from operation.change_count where name in (",
                                        ")"));
    }

    /** The number now; asked once per transaction. */
    public long at(Transaction tx) {
        @Nullable Long known = tx.counts().get(this);
        if (known != null) {
            return known;
        }
        OptionalLong counted = writer.counted(names);
        long now = counted.isPresent() ? counted.getAsLong() : asked(tx);
        tx.counts().put(this, now);
        return now;
    }

    private long asked(Transaction tx) {
        return tx.sql()
                .connectionResult(connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(read);
                            ResultSet row = statement.executeQuery()) {
                        row.next();
                        return row.getLong(1);
                    }
                });
    }

    /** Whether the first number was told after the second, or at least not before it. */
    static boolean isLater(long first, long second) {
        // Those that memory tells are negative, and say nothing of those that the database tells.
        return first < 0 != second < 0 || first >= second;
    }

    /** Whether this transaction itself changed something, which nobody else sees yet. */
    boolean isChangedBy(Transaction tx) {
        return !Collections.disjoint(tx.written(), names);
    }

    /**
     * Counts one change of each of these names, and keeps others from becoming the sole writer
     * until the commit.
     *
     * @return false when another process is the sole writer: nothing may be committed
     */
    static boolean advance(Connection connection, Collection<String> names, String process)
            throws SQLException {
        // One name needs no temporary table.
        String named =
                names.size() == 1
                        ? "select ?, ?, 1 from operation.sole_writer w"
                        : "select changed.name, ?, 1 from operation.sole_writer w join ("
                                + String.join(
                                        " union all ",
                                        Collections.nCopies(names.size(), "select ? as name"))
                                + ") changed";
        int slot = ThreadLocalRandom.current().nextInt(SLOTS);
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "insert into operation.change_count (name, slot, value)"
                                + " "
                                + named
                                + " where w.id = 1 and w.process in ('', ?) lock in share mode"
                                + " on duplicate key update value = change_count.value + 1")) {
            int index = 1;
            if (names.size() > 1) {
                statement.setInt(index++, slot);
            }
            for (String name : names) {
                statement.setString(index++, name);
            }
            if (names.size() == 1) {
                statement.setInt(index++, slot);
            }
            statement.setString(index, process);
            return statement.executeUpdate() > 0;
        }
    }
}
