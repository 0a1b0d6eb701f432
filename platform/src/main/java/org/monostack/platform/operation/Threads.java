package org.monostack.platform.operation;

import java.time.Duration;
import java.util.concurrent.locks.Lock;

/**
 * Where work in the background runs, and how it waits. There is one for the program, {@link
 * #system}, and one for simulations, which decide themselves who goes on and when.
 */
public interface Threads {

    /** The system's threads and clock. */
    static Threads system() {
        return SystemThreads.INSTANCE;
    }

    /** Starts a thread that lives as long as its owner. */
    Task loop(String name, Runnable body);

    /** Starts a thread for one piece of work. */
    Task work(String name, Runnable body);

    Bell bell();

    /** A lock that may be held while others wait, transactions run and drivers are called. */
    Lock lock();

    void sleep(Duration duration) throws InterruptedException;

    /** Something that was started. */
    interface Task {
        void interrupt();

        /** Waits until it has ended, or for that long. */
        void join(Duration patience) throws InterruptedException;
    }

    /** Wakes one waiting loop. Ringing while nobody waits is remembered, once. */
    interface Bell {
        void ring();

        void await(Duration patience) throws InterruptedException;
    }
}
