package org.monostack.platform.operation;

import java.time.Instant;
import org.monostack.platform.database.Times;

/**
 * How long this process may act for one operation that it holds, as far as it knows itself. What it
 * records is guarded by the row's generation; what it does outside the database only by this: a
 * process that was stopped for a while looks at its own clock before it calls a driver, and leaves
 * the operation alone when somebody else may have taken it up.
 */
public final class Lease {
    private static final ScopedValue<Lease> CURRENT = ScopedValue.newInstance();

    private volatile Instant until;

    Lease(Instant until) {
        this.until = until;
    }

    /** Somebody confirmed that the operation is held until then. */
    void extend(Instant later) {
        until = later;
    }

    /** Runs a step's action; {@link #requireHeld} then speaks of this lease. */
    Outcome during(ScopedValue.CallableOp<Outcome, Exception> action) throws Exception {
        return ScopedValue.where(CURRENT, this).call(action);
    }

    /**
     * To be called before each call to a driver.
     *
     * @throws LeaseLost when the step that this thread runs is no longer this process's to do
     */
    public static void requireHeld() {
        if (!isHeld()) {
            throw new LeaseLost();
        }
    }

    /** Whether the step that this thread runs, if it runs one, is this process's to do. */
    public static boolean isHeld() {
        return !CURRENT.isBound() || Times.now().isBefore(CURRENT.get().until);
    }
}
