package org.monostack.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.operation.Threads;

/** The threads of one process, all of them tasks of the scheduler. */
final class SimulatedThreads implements Threads {
    private final Scheduler scheduler;
    private final SimulatedProcess process;

    SimulatedThreads(Scheduler scheduler, SimulatedProcess process) {
        this.scheduler = scheduler;
        this.process = process;
    }

    @Override
    public Task loop(String name, Runnable body) {
        return work(name, body);
    }

    @Override
    public Task work(String name, Runnable body) {
        Scheduler.Task task = scheduler.spawn(Optional.of(process), name, body);
        return new Task() {
            @Override
            public void interrupt() {
                task.interrupt();
            }

            @Override
            public void join(Duration patience) throws InterruptedException {
                scheduler.await(patience, task::ended);
            }
        };
    }

    @Override
    public Bell bell() {
        return new Bell() {
            private boolean rung;

            @Override
            public void ring() {
                rung = true;
            }

            @Override
            public void await(Duration patience) throws InterruptedException {
                scheduler.await(patience, () -> rung);
                rung = false;
            }
        };
    }

    @Override
    public Lock lock() {
        return new TurnLock();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        scheduler.sleep(duration);
    }

    /** Whoever wants it while it is taken lets others go on. */
    private final class TurnLock implements Lock {
        private static final Duration LONG = Duration.ofDays(1);

        private @Nullable Thread owner;
        private int holds;

        @Override
        public void lock() {
            try {
                lockInterruptibly();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            while (!tryLock()) {
                scheduler.await(LONG, () -> owner == null);
            }
        }

        @Override
        public boolean tryLock() {
            if (owner != null && owner != Thread.currentThread()) {
                return false;
            }
            owner = Thread.currentThread();
            holds++;
            return true;
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
            scheduler.await(Duration.of(time, unit.toChronoUnit()), () -> owner == null);
            return tryLock();
        }

        @Override
        public void unlock() {
            if (--holds == 0) {
                owner = null;
            }
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException("nobody waits for a condition of these");
        }
    }
}
