package org.monostack.platform.database;

import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/**
 * One database transaction. Passed explicitly to whatever reads or writes in it; belongs to the
 * thread that runs it and is of no use afterwards.
 */
public final class Transaction {
    private final DSLContext sql;
    private final List<Runnable> hints = new ArrayList<>();

    Transaction(DSLContext sql) {
        this.sql = sql;
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

    List<Runnable> hints() {
        return hints;
    }
}
