package org.monostack.platform.database;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Values that were derived from a schema's rows, kept in memory because requests ask for them all
 * the time. Soft: each is good as long as the schema's {@link ChangeCount} is what it was when the
 * value was read, so a committed change holds for the next request in every process; a transaction
 * that changed something itself goes past what is kept. Changes that are made by hand, past this
 * program, are seen after ten seconds. Thread-safe.
 */
public final class Derived<K, V> {
    private static final long MOST_NANOS = 10_000_000_000L;

    private final ChangeCount count;
    private final int most;
    private volatile Kept<K, V> kept =
            new Kept<>(ChangeCount.NEVER, System.nanoTime(), new ConcurrentHashMap<>());

    private record Kept<K, V>(long count, long since, ConcurrentHashMap<K, V> values) {}

    /**
     * @param most how many values are kept; when there are more, all are forgotten
     */
    public Derived(ChangeCount count, int most) {
        this.count = count;
        this.most = most;
    }

    /** What is kept for a key, or else what {@code read} makes of the rows in this transaction. */
    public V get(Transaction tx, K key, Function<K, V> read) {
        return get(tx, key, read, value -> true);
    }

    /**
     * @param lasts whether a value changes only if rows change, and may be kept
     */
    public V get(Transaction tx, K key, Function<K, V> read, Predicate<V> lasts) {
        if (count.isChangedBy(tx)) {
            return read.apply(key);
        }
        Kept<K, V> current = current(count.at(tx));
        V known = current.values().get(key);
        if (known != null) {
            return known;
        }
        V value = read.apply(key);
        if (lasts.test(value)) {
            current.values().put(key, value);
        }
        return value;
    }

    /** An older count than the kept one's gets a map of its own, which nobody else sees. */
    private Kept<K, V> current(long now) {
        Kept<K, V> current = kept;
        if (current.count() == now
                && current.values().size() < most
                && System.nanoTime() - current.since() < MOST_NANOS) {
            return current;
        }
        Kept<K, V> fresh = new Kept<>(now, System.nanoTime(), new ConcurrentHashMap<>());
        if (ChangeCount.isLater(now, current.count())) {
            kept = fresh;
        }
        return fresh;
    }
}
