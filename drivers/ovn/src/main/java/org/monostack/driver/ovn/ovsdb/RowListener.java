package org.monostack.driver.ovn.ovsdb;

import org.jspecify.annotations.Nullable;

/**
 * Told of every change to a monitored row, after the replica holds it. Called on the connection's
 * reader thread: must return at once and must not call the database.
 */
@FunctionalInterface
public interface RowListener {
    /** {@code before} is null for a new row, {@code after} for a removed one. */
    void changed(String table, @Nullable Row before, @Nullable Row after);
}
