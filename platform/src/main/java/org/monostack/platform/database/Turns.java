package org.monostack.platform.database;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Who may use a connection next: whoever waited longest. A burst of requests waits here for as long
 * as others get on, however long that takes altogether; only when nobody got on for a while is the
 * database taken for away. Thread-safe.
 */
final class Turns {
    private final Semaphore free;
    private final Duration patience;
    private volatile long gotOn = System.nanoTime();

    Turns(int connections, Duration patience) {
        this.free = new Semaphore(connections, true);
        this.patience = patience;
    }

    /** Waits for one's turn; {@link #end} gives it back. */
    void begin() {
        try {
            while (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                if (System.nanoTime() - gotOn > patience.toNanos()) {
                    throw new DatabaseUnavailable("no transaction came to its end for " + patience);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnavailable("interrupted while waiting for a connection", e);
        }
    }

    /** Says that the database answered. */
    void gotOn() {
        gotOn = System.nanoTime();
    }

    void end() {
        free.release();
    }
}
