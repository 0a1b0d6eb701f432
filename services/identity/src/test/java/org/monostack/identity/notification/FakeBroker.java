package org.monostack.identity.notification;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A broker in memory that can be away, or lose what it says. Thread-safe; it notices when two hand
 * over at once.
 */
public final class FakeBroker implements Broker {

    private final List<String> taken = new ArrayList<>();
    private boolean away;
    private int unconfirmed;
    private int refused;
    private int publishing;
    private boolean collided;

    @Override
    public void publish(List<String> bodies) throws IOException {
        synchronized (this) {
            if (away) {
                refused++;
                throw new IOException("connection refused");
            }
            collided |= publishing > 0;
            publishing++;
        }
        try {
            for (String body : bodies) {
                synchronized (this) {
                    taken.add(body);
                }
                Thread.yield();
            }
        } finally {
            synchronized (this) {
                publishing--;
            }
        }
        synchronized (this) {
            if (unconfirmed > 0) {
                unconfirmed--;
                throw new IOException("connection reset");
            }
        }
    }

    /** Whether it is there from now on. */
    public synchronized void away(boolean isAway) {
        away = isAway;
    }

    /** The next so many times it takes what it is given and does not get to say so. */
    public synchronized void loseConfirmations(int times) {
        unconfirmed = times;
    }

    /** All it took, in order. */
    public synchronized List<String> taken() {
        return List.copyOf(taken);
    }

    /** How often somebody found it away. */
    public synchronized int refused() {
        return refused;
    }

    /** Whether two ever handed over at the same time. */
    public synchronized boolean collided() {
        return collided;
    }

    @Override
    public void close() {}
}
