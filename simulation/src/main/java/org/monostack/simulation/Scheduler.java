package org.monostack.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.database.Times;

/**
 * Decides who goes on, and what time it is. Every thread of a simulated process is a {@link Task},
 * and so is the history itself; exactly one task runs at a time, and passes the turn on where it
 * calls {@link #pass} or waits. Who is next is drawn from the seed, so the same seed gives the same
 * history. Time stands still while anybody can go on, but for a millisecond per turn.
 *
 * <p>The fields belong to the task whose turn it is.
 */
final class Scheduler {
    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("simulated-", 0).factory());
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TURN = Duration.ofMillis(1);

    /** Far more than any history needs; so many turns mean that something goes round in circles. */
    private static final int MOST_TURNS = 200_000;

    private final Random random;
    private final double steadiness;
    private final List<Task> tasks = new ArrayList<>();
    private final List<Throwable> deaths = new ArrayList<>();
    private Task current;
    private Instant now = START;
    private int turns;

    /**
     * @param steadiness how likely a task that can go on keeps its turn
     */
    Scheduler(Random random, double steadiness) {
        this.random = random;
        this.steadiness = steadiness;
        this.current = new Task("history", Optional.empty());
        tasks.add(current);
    }

    /** One thread of a process, or of nobody's. */
    final class Task {
        private final String name;
        private final Semaphore turn = new Semaphore(0);
        private Optional<SimulatedProcess> process;
        private @Nullable Instant wakeAt;
        private @Nullable BooleanSupplier condition;
        private boolean interrupted;
        private boolean ended;

        private Task(String name, Optional<SimulatedProcess> process) {
            this.name = name;
            this.process = process;
        }

        private boolean killed() {
            return process.isPresent() && !process.get().alive();
        }

        private boolean ready() {
            if (killed()) {
                return true;
            }
            if (process.isPresent() && process.get().pausedUntil().isAfter(now)) {
                return false;
            }
            return interrupted
                    || wakeAt == null
                    || !wakeAt.isAfter(now)
                    || condition != null && condition.getAsBoolean();
        }

        /** When it can go on if nothing happens meanwhile. */
        private Instant due() {
            Instant paused = process.map(SimulatedProcess::pausedUntil).orElse(Instant.MIN);
            Instant wake = wakeAt == null ? now : wakeAt;
            if (condition != null && condition.getAsBoolean()) {
                wake = now;
            }
            return paused.isAfter(wake) ? paused : wake;
        }

        void interrupt() {
            interrupted = true;
        }

        boolean ended() {
            return ended;
        }
    }

    Instant now() {
        return now;
    }

    /** What ended a task that should have gone on. */
    List<Throwable> deaths() {
        return deaths;
    }

    /** Whether anybody but the calling task is left. */
    boolean others() {
        return tasks.size() > 1;
    }

    String currentTask() {
        String process = current.process.map(p -> p.name() + " ").orElse("");
        return process + current.name;
    }

    Optional<SimulatedProcess> currentProcess() {
        return current.process;
    }

    /** Runs a history on the calling thread; everything in it sees the simulated time. */
    void run(Runnable history) {
        Times.by(this::now, history);
    }

    Task spawn(Optional<SimulatedProcess> process, String name, Runnable body) {
        Task task = new Task(name, process);
        tasks.add(task);
        THREADS.execute(() -> {
            task.turn.acquireUninterruptibly();
            try {
                if (!task.killed()) {
                    Times.by(this::now, body);
                }
            } catch (Killed e) {
                // What a killed process's threads do: end.
            } catch (Throwable e) {
                deaths.add(e);
            } finally {
                task.ended = true;
                tasks.remove(task);
                next().turn.release();
            }
        });
        return task;
    }

    /** Lets the calling task act inside a process: it shares that one's fate until the end. */
    void within(SimulatedProcess process, Runnable body) {
        Task self = current;
        Optional<SimulatedProcess> before = self.process;
        self.process = Optional.of(process);
        try {
            body.run();
        } catch (Killed e) {
            // The caller asks whether the process is alive.
        } finally {
            self.process = before;
        }
    }

    /** A place where anybody else may go on first. */
    void pass() {
        Task self = current;
        self.wakeAt = null;
        self.condition = null;
        turn(self);
    }

    void sleep(Duration duration) throws InterruptedException {
        await(duration, () -> false);
    }

    /** Waits for a condition, or for some time. */
    void await(Duration patience, BooleanSupplier condition) throws InterruptedException {
        Task self = current;
        self.wakeAt = now.plus(patience);
        self.condition = condition;
        turn(self);
        self.wakeAt = null;
        self.condition = null;
        if (self.interrupted) {
            self.interrupted = false;
            throw new InterruptedException();
        }
    }

    /** The same for the history and its clients, whom nobody interrupts. */
    void idle(Duration patience) {
        try {
            sleep(patience);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void turn(Task self) {
        now = now.plus(TURN);
        if (++turns > MOST_TURNS) {
            throw new AssertionError("the history does not come to rest");
        }
        if (self.killed()) {
            throw new Killed();
        }
        if (!(self.ready() && random.nextDouble() < steadiness)) {
            Task next = next();
            if (next != self) {
                next.turn.release();
                self.turn.acquireUninterruptibly();
            }
        }
        if (self.killed()) {
            throw new Killed();
        }
    }

    /** Draws who goes on; when nobody can, time passes until somebody can. */
    private Task next() {
        List<Task> ready = tasks.stream().filter(Task::ready).toList();
        if (ready.isEmpty()) {
            Instant earliest = tasks.stream().map(Task::due).min(Instant::compareTo).orElseThrow();
            now = earliest.isAfter(now) ? earliest : now.plus(TURN);
            ready = tasks.stream().filter(Task::ready).toList();
        }
        current = ready.get(random.nextInt(ready.size()));
        return current;
    }
}
