package org.monostack.platform.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A number that grows with every committed transaction that changed a schema's tables. What was
 * derived from those tables is good for as long as the number is the same, in every process.
 *
 * <p>The schema's migrations make the table {@code change_count} with the slots 0 to 15; the number
 * is the sum of their values. A transaction that wrote adds one to any slot as its last statement,
 * so writers seldom wait for each other and the change becomes visible together with its count.
 * Thread-safe.
 */
public final class ChangeCount {
    static final int SLOTS = 16;

    private final String schema;
    private final String quoted;
    private final String plain;
    private final String read;
    private final String advance;

    ChangeCount(String schema) {
        this.schema = schema;
        this.quoted = "`" + schema + "`.";
        this.plain = schema + ".";
        this.read = "select sum(value) from " + schema + ".change_count";
        this.advance = "update " + schema + ".change_count set value = value + 1 where slot = ?";
    }

    /** The number now; asked once per transaction. */
    public long at(Transaction tx) {
        return tx.counts()
                .computeIfAbsent(
                        this,
                        key ->
                                tx.sql()
                                        .connectionResult(connection -> {
                                            try (PreparedStatement statement =
                                                            connection.prepareStatement(read);
                                                    ResultSet row = statement.executeQuery()) {
                                                row.next();
                                                return row.getLong(1);
                                            }
                                        }));
    }

    /** Whether this transaction itself changed something, which nobody else sees yet. */
    boolean isChangedBy(Transaction tx) {
        return tx.written().contains(this);
    }

    boolean isNamedIn(String statement) {
        return statement.contains(quoted) || statement.contains(plain);
    }

    void advance(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(advance)) {
            statement.setInt(1, ThreadLocalRandom.current().nextInt(SLOTS));
            if (statement.executeUpdate() != 1) {
                throw new SQLException("no slots in " + schema + ".change_count");
            }
        }
    }
}
