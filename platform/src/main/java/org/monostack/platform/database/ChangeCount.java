package org.monostack.platform.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * A number that grows with every committed transaction that changed one of some schemas' tables.
 * What was derived from those tables is good for as long as the number is the same, in every
 * process.
 *
 * <p>Kept in {@code operation.change_count}, in slots whose values are summed up. A transaction
 * that wrote adds one to any slot of each schema as its last statement, so writers seldom wait for
 * each other and a change becomes visible together with its count. Thread-safe.
 */
public final class ChangeCount {
    static final String SCHEMA = "operation";

    private static final int SLOTS = 32;

    private final List<String> schemas;
    private final String read;

    ChangeCount(List<String> schemas) {
        this.schemas = List.copyOf(schemas);
        this.read =
                schemas.stream()
                        .map(schema -> "'" + schema + "'")
                        .collect(
                                Collectors.joining(
                                        ",",
                                        "select sum(value) from operation.change_count where name in (",
                                        ")"));
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
        return !Collections.disjoint(tx.written(), schemas);
    }

    /** Counts one change of each of these schemas. */
    static void advance(Connection connection, Collection<String> schemas) throws SQLException {
        String rows = String.join(",", Collections.nCopies(schemas.size(), "(?, ?, 1)"));
        int slot = ThreadLocalRandom.current().nextInt(SLOTS);
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "insert into operation.change_count (name, slot, value) values "
                                + rows
                                + " on duplicate key update value = value + 1")) {
            int index = 1;
            for (String schema : schemas) {
                statement.setString(index++, schema);
                statement.setInt(index++, slot);
            }
            statement.executeUpdate();
        }
    }
}
