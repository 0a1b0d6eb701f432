package org.monostack.benchmark.load;

import java.util.Arrays;

/** How long each request took. Not thread-safe. */
final class Latencies {
    private long[] nanos = new long[1024];
    private int size;
    private int errors;

    void add(long took, boolean ok) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = took;
        errors += ok ? 0 : 1;
    }

    void add(Latencies other) {
        for (int i = 0; i < other.size; i++) {
            add(other.nanos[i], true);
        }
        errors += other.errors;
    }

    int size() {
        return size;
    }

    int errors() {
        return errors;
    }

    double meanMillis() {
        return size == 0 ? 0 : Arrays.stream(nanos, 0, size).average().orElse(0) / 1e6;
    }

    /** The smallest value that this share of all values does not exceed. */
    double millis(double share) {
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * size) - 1)] / 1e6;
    }
}
