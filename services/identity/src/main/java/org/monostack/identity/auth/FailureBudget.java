package org.monostack.identity.auth;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many failures somebody has left: {@code size} at first, and one more each {@code size}-th of
 * a minute until it is full again. Attempts that are under way might fail, so no more of them go on
 * at once than failures are left; others wait until those have ended. So the budget is never
 * overdrawn, and nobody is refused because of attempts that succeed. Thread-safe; soft.
 */
final class FailureBudget {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** Longer than any proof takes; whoever still waits then is told to come back. */
    private static final long PATIENCE = Duration.ofSeconds(20).toNanos();

    private final int size;
    private final LongSupplier clock;
    private double left;
    private long seen;
    private int underWay;

    /**
     * @param clock nanoseconds from any origin, as {@link System#nanoTime}
     */
    FailureBudget(int size, LongSupplier clock) {
        this.size = size;
        this.clock = clock;
        this.left = size;
        this.seen = clock.getAsLong();
    }

    /** Begins an attempt; returns how long to wait before another one if none is left. */
    synchronized Duration begin() {
        long deadline = clock.getAsLong() + PATIENCE;
        refill();
        while (left >= 1 && underWay + 1 > left) {
            long patience = (deadline - clock.getAsLong()) / 1_000_000;
            if (patience <= 0) {
                return Duration.ofSeconds(1);
            }
            try {
                wait(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Duration.ofSeconds(1);
            }
            refill();
        }
        if (left < 1) {
            return Duration.ofNanos((long) ((1 - left) * MINUTE / size) + 1);
        }
        underWay++;
        return Duration.ZERO;
    }

    /** Ends an attempt that {@link #begin} let go on. */
    synchronized void end(boolean failed) {
        refill();
        underWay--;
        if (failed) {
            left--;
        }
        notifyAll();
    }

    private void refill() {
        long now = clock.getAsLong();
        left = Math.min(size, left + (double) (now - seen) * size / MINUTE);
        seen = now;
    }
}
