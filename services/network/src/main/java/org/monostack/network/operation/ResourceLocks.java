package org.monostack.network.operation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.monostack.platform.operation.Threads;

/**
 * Keeps those who read a resource and then realise it apart: what is read first is realised first.
 * Several resources share a lock; whoever takes several takes them in one order, and nobody takes
 * more while holding some. Thread-safe.
 */
final class ResourceLocks {
    private static final int LOCKS = 64;

    private final List<Lock> locks = new ArrayList<>();

    /** Locks that are held until this is closed, by the thread that took them. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    ResourceLocks(Threads threads) {
        for (int i = 0; i < LOCKS; i++) {
            locks.add(threads.lock());
        }
    }

    /** Waits until nobody else is at one of these resources. */
    Held hold(Collection<String> ids) {
        return hold(
                ids.stream()
                        .map(id -> Math.floorMod(id.hashCode(), LOCKS))
                        .distinct()
                        .sorted()
                        .map(locks::get)
                        .toList());
    }

    /** Waits until nobody else is at any resource. */
    Held holdAll() {
        return hold(locks);
    }

    private static Held hold(List<Lock> wanted) {
        wanted.forEach(Lock::lock);
        return () -> wanted.forEach(Lock::unlock);
    }
}
