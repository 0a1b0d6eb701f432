package org.monostack.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code conformance/simulate.sh}: plays histories from one seed upwards and reports the failures.
 */
public final class Simulate {
    private Simulate() {}

    public static void main(String[] arguments) throws InterruptedException {
        long seed = System.nanoTime() & 0xffffff;
        long histories = 1000;
        Duration limit = Duration.ofDays(1);
        boolean tell = false;
        Campaign.Kind kind = CloudHistory::play;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--histories" -> histories = Long.parseLong(arguments[++i]);
                case "--minutes" -> {
                    limit = Duration.ofMinutes(Long.parseLong(arguments[++i]));
                    histories = Long.MAX_VALUE;
                }
                case "--seed" -> seed = Long.parseLong(arguments[++i]);
                case "--story" -> tell = true;
                case "--engine" -> kind = EngineHistory::play;
                default -> {
                    System.err.println(
                            "usage: simulate.sh [--histories N | --minutes N] [--seed S]"
                                    + " [--engine] [--story]");
                    System.exit(2);
                }
            }
        }
        System.exit(run(kind, seed, histories, limit, tell) ? 0 : 1);
    }

    private static boolean run(
            Campaign.Kind kind, long seed, long histories, Duration limit, boolean tell)
            throws InterruptedException {
        AtomicLong failed = new AtomicLong();
        System.out.println("seeds from " + seed);
        long played;
        Instant started;
        try (Campaign campaign = new Campaign()) {
            started = Instant.now();
            played =
                    campaign.run(
                            kind,
                            seed,
                            histories,
                            limit,
                            result -> {
                                if (!result.passed()) {
                                    failed.incrementAndGet();
                                    System.out.println("FAILED  " + result.summary());
                                }
                                if (tell) {
                                    System.out.println(result.report());
                                }
                            });
        }
        long millis = Math.max(1, Duration.between(started, Instant.now()).toMillis());
        System.out.println(played * 60_000 / millis + " histories a minute");
        System.out.println((played - failed.get()) + " passed, " + failed.get() + " failed");
        return failed.get() == 0 && played > 0;
    }
}
