package org.monostack.platform.operation;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Platform threads for loops, virtual threads for work. Stateless. */
final class SystemThreads implements Threads {
    static final SystemThreads INSTANCE = new SystemThreads();

    private SystemThreads() {}

    @Override
    public Task loop(String name, Runnable body) {
        return new Started(Thread.ofPlatform().name(name).daemon().start(body));
    }

    @Override
    public Task work(String name, Runnable body) {
        return new Started(Thread.ofVirtual().name(name).start(body));
    }

    @Override
    public Bell bell() {
        return new Permits(new Semaphore(0));
    }

    @Override
    public Lock lock() {
        return new ReentrantLock();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    private record Started(Thread thread) implements Task {
        @Override
        public void interrupt() {
            thread.interrupt();
        }

        @Override
        public void join(Duration patience) throws InterruptedException {
            thread.join(patience);
        }
    }

    private record Permits(Semaphore permits) implements Bell {
        @Override
        public void ring() {
            permits.release();
        }

        @Override
        public void await(Duration patience) throws InterruptedException {
            if (permits.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                permits.drainPermits();
            }
        }
    }
}
