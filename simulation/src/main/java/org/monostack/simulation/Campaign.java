package org.monostack.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Plays the histories of many seeds, on several databases side by side. */
final class Campaign implements AutoCloseable {
    private static final int WORKERS = 2;

    private final List<Ground> grounds;

    /** Plays the history of one kind that a seed draws. */
    @FunctionalInterface
    interface Kind {
        History.Result play(Ground ground, long seed, Flaws flaws);
    }

    /** Makes the databases, which serve any number of runs. */
    Campaign() {
        grounds = IntStream.range(0, WORKERS).parallel().mapToObj(i -> new Ground()).toList();
    }

    /** One to play single histories on, while none of a run is played. */
    Ground ground() {
        return grounds.getFirst();
    }

    /**
     * Plays seeds from the first upwards, until there were so many or the time is over.
     *
     * @param results told of each history, by one thread at a time
     * @return how many were played
     */
    long run(
            Kind kind,
            long firstSeed,
            long histories,
            Duration limit,
            Consumer<History.Result> results)
            throws InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicLong played = new AtomicLong();
        Object telling = new Object();
        Instant end = Instant.now().plus(limit);
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<?>> running = new ArrayList<>();
            for (Ground ground : grounds) {
                running.add(
                        workers.submit(() -> {
                            while (Instant.now().isBefore(end)) {
                                long index = next.getAndIncrement();
                                if (index >= histories) {
                                    return;
                                }
                                History.Result result =
                                        kind.play(ground, firstSeed + index, Flaws.NONE);
                                played.incrementAndGet();
                                synchronized (telling) {
                                    results.accept(result);
                                }
                            }
                        }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker failed", e.getCause());
        }
        return played.get();
    }

    @Override
    public void close() {
        grounds.forEach(Ground::close);
    }
}
