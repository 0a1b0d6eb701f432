package org.monostack.network.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.monostack.platform.operation.Threads;

/**
 * Keeps those who read a resource and then realise it apart: what is read first is realised first.
 * Nobody may take more while holding some. Whoever wants all goes before those who come later.
 * Thread-safe.
 */
final class ResourceLocks {
    private static final Duration LOOKS_AGAIN = Duration.ofSeconds(1);

    private final Threads threads;
    private final Lock guard;
    private final Set<String> held = new HashSet<>();
    private final List<Threads.Bell> waiting = new ArrayList<>();
    private boolean allHeld;
    private int allWanted;

    /** What is held until this is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    ResourceLocks(Threads threads) {
        this.threads = threads;
        this.guard = threads.lock();
    }

    /** Waits until nobody else is at one of these resources. */
    Held hold(Collection<String> ids) {
        Set<String> wanted = Set.copyOf(ids);
        guard.lock();
        try {
            while (allHeld || allWanted > 0 || !Collections.disjoint(held, wanted)) {
                await();
            }
            held.addAll(wanted);
        } finally {
            guard.unlock();
        }
        return () -> release(wanted, false);
    }

    /** Waits until nobody else is at any resource. */
    Held holdAll() {
        guard.lock();
        try {
            allWanted++;
            try {
                while (allHeld || !held.isEmpty()) {
                    await();
                }
            } finally {
                allWanted--;
            }
            allHeld = true;
        } finally {
            guard.unlock();
        }
        return () -> release(Set.of(), true);
    }

    /** Lets the guard go until somebody releases something; wakes up now and then by itself. */
    private void await() {
        Threads.Bell bell = threads.bell();
        waiting.add(bell);
        guard.unlock();
        try {
            bell.await(LOOKS_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a resource", e);
        } finally {
            guard.lock();
            waiting.remove(bell);
        }
    }

    private void release(Set<String> ids, boolean all) {
        guard.lock();
        try {
            held.removeAll(ids);
            if (all) {
                allHeld = false;
            }
            waiting.forEach(Threads.Bell::ring);
        } finally {
            guard.unlock();
        }
    }
}
