package org.monostack.platform.operation;

import java.time.Duration;
import java.util.function.Consumer;
import org.monostack.platform.database.Transaction;

/** What a step's action came to. */
public sealed interface Outcome {

    /** The step is done, and has nothing to record. */
    static Outcome done() {
        return new Done(tx -> {});
    }

    /** The step is done; what it found is recorded in the transaction that records the progress. */
    static Outcome done(Consumer<Transaction> record) {
        return new Done(record);
    }

    /** Not yet: look again after a while. No thread waits, and it counts as no failure. */
    static Outcome again(Duration pause) {
        return new Again(pause);
    }

    record Done(Consumer<Transaction> record) implements Outcome {}

    record Again(Duration pause) implements Outcome {}
}
