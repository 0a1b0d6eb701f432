package org.monostack.benchmark.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Clients that each send their next request when they have the answer to the last one, bounded in
 * time and number.
 *
 * @param most the most requests of all clients together
 */
record ClosedLoop(int clients, Duration duration, int most) {

    /**
     * @param calls the n-th request of all, counted from 0
     */
    Sample run(IntFunction<Call> calls, CloudProcesses processes) {
        AtomicInteger taken = new AtomicInteger();
        double cpuBefore = processes.cpuMillis();
        long begun = System.nanoTime();
        long end = begun + duration.toNanos();
        Callable<Latencies> loop = () -> one(calls, taken, end);
        Latencies all = new Latencies();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<Latencies>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(loop));
            }
            for (Future<Latencies> each : running) {
                all.add(each.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return Sample.of(all, seconds, processes.cpuMillis() - cpuBefore);
    }

    private Latencies one(IntFunction<Call> calls, AtomicInteger taken, long end)
            throws IOException {
        Latencies mine = new Latencies();
        Call previous = null;
        byte[] bytes = {};
        try (Client client = new Client()) {
            while (System.nanoTime() < end) {
                int number = taken.getAndIncrement();
                if (number >= most) {
                    break;
                }
                Call call = calls.apply(number);
                if (call != previous) {
                    bytes = call.bytes();
                    previous = call;
                }
                long start = System.nanoTime();
                boolean ok;
                try {
                    ok = client.send(call, bytes).ok();
                } catch (IOException e) {
                    ok = false;
                }
                mine.add(System.nanoTime() - start, ok);
            }
        }
        return mine;
    }
}
