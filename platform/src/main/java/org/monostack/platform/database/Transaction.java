package org.monostack.platform.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jspecify.annotations.Nullable;

/**
 * One database transaction. Passed explicitly to whatever reads or writes in it; belongs to the
 * thread that runs it and is of no use afterwards.
 */
public final class Transaction {
    private final Supplier<Configuration> opened;
    private final Counted counted;
    private @Nullable DSLContext sql;
    private final List<Runnable> hints = new ArrayList<>();
    private final Set<String> written = new TreeSet<>();
    private final Map<ChangeCount, Long> counts = new HashMap<>();

    /**
     * @param opened the connection, asked for when the first statement is to be run
     */
    Transaction(Supplier<Configuration> opened, Counted counted) {
        this.opened = opened;
        this.counted = counted;
    }

    /** SQL within this transaction. */
    public DSLContext sql() {
        DSLContext known = sql;
        if (known == null) {
            Configuration configuration = opened.get();
            known =
                    counted.isEmpty()
                            ? configuration.dsl()
                            : configuration.derive(new WriteListener(counted, written)).dsl();
            sql = known;
        }
        return known;
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

        private final transient Counted counted;
        private final transient Set<String> written;

        WriteListener(Counted counted, Set<String> written) {
            this.counted = counted;
            this.written = written;
        }

        @Override
        public void executeStart(ExecuteContext context) {
            for (String statement : context.batchSQL()) {
                if (statement != null && !statement.startsWith("select")) {
                    counted.addNamedIn(statement, written);
                }
            }
        }
    }
}
