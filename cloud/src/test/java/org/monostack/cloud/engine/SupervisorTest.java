package org.monostack.cloud.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The supervisor over real processes. */
class SupervisorTest {
    private final Sleeper sleeper = new Sleeper();
    private final Supervisor supervisor =
            new Supervisor(
                    List.of(sleeper),
                    new Supervisor.Pace(Duration.ofMillis(20), Duration.ofMillis(60)));

    @AfterEach
    void end() {
        supervisor.close();
        sleeper.processes.values().forEach(Process::destroyForcibly);
    }

    @Test
    void aDaemonThatDiesIsStartedAgainAndCounted() {
        sleeper.ensureStarted();
        supervisor.start();
        long first = sleeper.pid().orElseThrow();
        assertThat(only().restarts()).isZero();

        eventually(() -> only().state() == Supervisor.State.RUNNING);
        pauseForALook();
        sleeper.processes.values().forEach(Process::destroyForcibly);

        eventually(() -> only().restarts() == 1);
        assertThat(sleeper.pid().orElseThrow()).isNotEqualTo(first);
        assertThat(only().restartedAt()).isPresent();
        assertThat(only().trouble()).isEmpty();
    }

    @Test
    void oneThatCannotBeStartedSaysWhyAndIsTriedAgain() {
        sleeper.broken.set(true);
        supervisor.start();

        eventually(() -> sleeper.attempts.get() > 2);
        assertThat(only().state()).isEqualTo(Supervisor.State.DEAD);
        assertThat(only().trouble()).contains("the disk is full");

        sleeper.broken.set(false);
        eventually(() -> only().state() == Supervisor.State.RUNNING);
        assertThat(only().trouble()).isEmpty();
    }

    @Test
    void aSuspendedDaemonIsSeenAndLeftAlone() throws Exception {
        sleeper.ensureStarted();
        supervisor.start();
        long pid = sleeper.pid().orElseThrow();

        new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
        eventually(() -> only().state() == Supervisor.State.SUSPENDED);
        pauseForALook();
        assertThat(only().pid()).hasValue(pid);
        assertThat(sleeper.attempts).hasValue(1);

        new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor();
        eventually(() -> only().state() == Supervisor.State.RUNNING);
    }

    private Supervisor.Status only() {
        return supervisor.status().getFirst();
    }

    private static void pauseForALook() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            pauseForALook();
        }
    }

    /** An engine whose one daemon sleeps. */
    private static final class Sleeper implements Engine {
        final ConcurrentHashMap<String, Process> processes = new ConcurrentHashMap<>();
        final AtomicBoolean broken = new AtomicBoolean();
        final AtomicInteger attempts = new AtomicInteger();

        OptionalLong pid() {
            Process process = processes.get(name());
            return process != null && process.isAlive()
                    ? OptionalLong.of(process.pid())
                    : OptionalLong.empty();
        }

        @Override
        public String name() {
            return "sleeper";
        }

        @Override
        public List<Daemon> daemons() {
            return List.of(new Daemon("sleep", pid(), Path.of("/dev/null")));
        }

        @Override
        public void ensureStarted() {
            attempts.incrementAndGet();
            if (broken.get()) {
                throw new IllegalStateException("the disk is full");
            }
            try {
                processes.put(name(), new ProcessBuilder("sleep", "1000").start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
