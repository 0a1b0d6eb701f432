package org.monostack.platform.database;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The changes that this process commits itself, counted by schema in memory. Says nothing about
 * those of other processes; that is {@link SoleWriter}'s. Thread-safe.
 */
final class OwnChanges {
    private final ConcurrentHashMap<String, Tally> tallies = new ConcurrentHashMap<>();

    private static final class Tally {
        final AtomicInteger underWay = new AtomicInteger();
        final AtomicLong ended = new AtomicLong();
    }

    /** A commit of changes in these schemas begins: from now on they may be seen. */
    void begin(Collection<String> schemas) {
        for (String schema : schemas) {
            tally(schema).underWay.incrementAndGet();
        }
    }

    /** That commit ended, well or not. */
    void end(Collection<String> schemas) {
        for (String schema : schemas) {
            Tally tally = tally(schema);
            tally.ended.incrementAndGet();
            tally.underWay.decrementAndGet();
        }
    }

    /**
     * How many ended in these schemas, or nothing while one is under way. Looks for those under way
     * first: what ends in between only makes the number newer.
     */
    OptionalLong ended(List<String> schemas) {
        for (String schema : schemas) {
            if (tally(schema).underWay.get() > 0) {
                return OptionalLong.empty();
            }
        }
        long sum = 0;
        for (String schema : schemas) {
            sum += tally(schema).ended.get();
        }
        return OptionalLong.of(sum);
    }

    private Tally tally(String schema) {
        Tally tally = tallies.get(schema);
        return tally != null ? tally : tallies.computeIfAbsent(schema, key -> new Tally());
    }
}
