package org.monostack.platform.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the database's errors mean to those who asked it. */
final class SqlFailures {
    /**
     * Deadlock (and Galera certification), lock wait timeout, row changed; a row is still referred
     * to, or refers to nothing, which the body had made sure of and will notice when it looks
     * again.
     */
    private static final Set<Integer> CONFLICTS = Set.of(1213, 1205, 1020, 1451, 1452);

    /** Server's errors that mean: not now. Connections, shutting down, a full disk. */
    private static final Set<Integer> AWAY =
            Set.of(1021, 1026, 1040, 1053, 1114, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3032);

    static boolean isConflict(Throwable e) {
        SQLException sql = sqlCause(e);
        return sql != null
                && (CONFLICTS.contains(sql.getErrorCode()) || "40001".equals(sql.getSQLState()));
    }

    static RuntimeException unavailableOr(RuntimeException e) {
        SQLException sql = sqlCause(e);
        if (sql == null) {
            return e;
        }
        String state = sql.getSQLState();
        boolean away =
                sql instanceof SQLTransientConnectionException
                        || state != null && state.startsWith("08")
                        || AWAY.contains(sql.getErrorCode());
        return away ? new DatabaseUnavailable(String.valueOf(sql.getMessage()), e) : e;
    }

    private static @Nullable SQLException sqlCause(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** Whether the connection is gone. */
    static boolean isBroken(Throwable e) {
        SQLException sql = sqlCause(e);
        return sql != null && sql.getSQLState() != null && sql.getSQLState().startsWith("08");
    }

    /** Whether this is a violated unique key: somebody else made the same thing first. */
    static boolean isDuplicate(Throwable e) {
        SQLException sql = sqlCause(e);
        return sql != null && sql.getErrorCode() == 1062;
    }

    private SqlFailures() {}
}
