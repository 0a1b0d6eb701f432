package org.monostack.platform.database;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/**
 * One database transaction. Passed explicitly to whatever reads or writes in it; belongs to the
 * thread that runs it and is of no use afterwards.
 */
public final class Transaction {
    private final DSLContext sql;
    private final List<Runnable> hints = new ArrayList<>();
    private final Set<String> written = new TreeSet<>();
    private final Map<ChangeCount, Long> counts = new HashMap<>();

    /**
     * @param counted the schemas whose changes are counted
     */
    Transaction(Configuration configuration, Collection<String> counted) {
        this.sql =
                counted.isEmpty()
                        ? configuration.dsl()
                        : configuration.derive(new WriteListener(counted, written)).dsl();
    }

    /** SQL within this transaction. */
    public DSLContext sql() {
        return sql;
    }

    /**
     * Runs something once this transaction is committed, on the same thread. For hints only, such
     * as waking a worker: it is lost when the process dies in between.
     */
    public void afterCommit(Runnable hint) {
        hints.add(hint);
    }

    /** The counted schemas that this transaction changed so far. */
    Set<String> written() {
        return written;
    }

    /** The change counts as this transaction read them. */
    Map<ChangeCount, Long> counts() {
        return counts;
    }

    List<Runnable> hints() {
        return hints;
    }

    /** Notes which schemas a statement that is no query names. */
    private static final class WriteListener implements ExecuteListener {
        private static final long serialVersionUID = 1L;

        private final transient Collection<String> counted;
        private final transient Set<String> written;

        WriteListener(Collection<String> counted, Set<String> written) {
            this.counted = counted;
            this.written = written;
        }

        @Override
        public void executeStart(ExecuteContext context) {
            for (String statement : context.batchSQL()) {
                if (statement == null || statement.startsWith("select")) {
                    continue;
                }
                for (String schema : counted) {
                    if (names(statement, schema)) {
                        written.add(schema);
                    }
                }
            }
        }

        /** Whether a table of this schema may be meant, with or without quotes. */
        private static boolean names(String statement, String schema) {
            for (int at = statement.indexOf(schema);
                    at >= 0;
                    at = statement.indexOf(schema, at + 1)) {
                int end = at + schema.length();
                if (statement.startsWith(".", end) || statement.startsWith("`.", end)) {
                    return true;
                }
            }
            return false;
        }
    }
}
