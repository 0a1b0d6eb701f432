package org.monostack.cloud.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this cloud's engines running: a daemon that died is started again, at once the first time
 * and with growing pauses while that does not help. A daemon that is suspended is somebody's wish
 * and left alone. Owns one daemon thread per engine, so that one that is slow to start holds up no
 * other; what it knows is soft, the daemons' own pid files are the truth.
 */
public final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final List<Engine> engines;
    private final Pace pace;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    /**
     * How often is looked and how long is waited.
     *
     * @param look between two looks at an engine that runs
     * @param longest between two attempts at one that does not start
     */
    public record Pace(Duration look, Duration longest) {
        public static Pace standard() {
            return new Pace(Duration.ofMillis(500), Duration.ofSeconds(30));
        }
    }

    /** What a daemon is doing. */
    public enum State {
        RUNNING,
        /** Stopped by a signal; it runs on when it is continued. */
        SUSPENDED,
        DEAD
    }

    /**
     * A daemon as seen now.
     *
     * @param restarts how often it was found started anew since this process began
     * @param trouble why it could not be started the last time, while it does not run
     */
    public record Status(
            String engine,
            String daemon,
            State state,
            OptionalLong pid,
            int restarts,
            Optional<Instant> restartedAt,
            Optional<String> trouble,
            Path log) {}

    private record Seen(long pid, int restarts, Optional<Instant> restartedAt) {}

    public Supervisor(List<Engine> engines, Pace pace) {
        this.engines = List.copyOf(engines);
        this.pace = pace;
    }

    /** Begins to watch. */
    public void start() {
        for (Engine engine : engines) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("supervisor-" + engine.name())
                            .start(() -> watch(engine)));
        }
    }

    /** Every daemon of every engine. Callable from any thread, before {@link #start} as well. */
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        for (Engine engine : engines) {
            for (Engine.Daemon daemon : engine.daemons()) {
                Optional<Seen> known = Optional.ofNullable(seen.get(daemon.name()));
                all.add(
                        new Status(
                                engine.name(),
                                daemon.name(),
                                state(daemon.pid()),
                                daemon.pid(),
                                known.map(Seen::restarts).orElse(0),
                                known.flatMap(Seen::restartedAt),
                                daemon.pid().isPresent()
                                        ? Optional.empty()
                                        : Optional.ofNullable(troubles.get(engine.name())),
                                daemon.log()));
            }
        }
        return all;
    }

    private void watch(Engine engine) {
        Duration pause = pace.look();
        while (!closing) {
            try {
                Thread.sleep(pause);
                pause = look(engine) ? pace.look() : longer(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Returns whether all of the engine runs, or could be started. */
    private boolean look(Engine engine) {
        try {
            List<String> dead = note(engine);
            if (!dead.isEmpty() && !closing) {
                LOG.warn("{}: not running, starting again: {}", engine.name(), dead);
                engine.ensureStarted();
                note(engine);
                LOG.info("{}: runs again", engine.name());
            }
            troubles.remove(engine.name());
            return true;
        } catch (RuntimeException e) {
            if (!closing) {
                troubles.put(engine.name(), String.valueOf(e.getMessage()));
                LOG.warn("{}: cannot be started: {}", engine.name(), e.getMessage());
            }
            return false;
        }
    }

    /** Remembers which processes there are; returns the names of the daemons that do not run. */
    private List<String> note(Engine engine) {
        List<String> dead = new ArrayList<>();
        for (Engine.Daemon daemon : engine.daemons()) {
            if (daemon.pid().isEmpty()) {
                dead.add(daemon.name());
                continue;
            }
            long pid = daemon.pid().getAsLong();
            seen.compute(
                    daemon.name(),
                    (name, before) -> {
                        if (before == null) {
                            return new Seen(pid, 0, Optional.empty());
                        }
                        return before.pid() == pid
                                ? before
                                : new Seen(pid, before.restarts() + 1, Optional.of(Instant.now()));
                    });
        }
        return dead;
    }

    private Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(pace.longest()) > 0 ? pace.longest() : doubled;
    }

    private static State state(OptionalLong pid) {
        if (pid.isEmpty()) {
            return State.DEAD;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + pid.getAsLong() + "/stat"));
            // The name before the state stands in parentheses and may hold anything.
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return switch (state) {
                case 'T', 't' -> State.SUSPENDED;
                case 'Z', 'X' -> State.DEAD;
                default -> State.RUNNING;
            };
        } catch (IOException | IndexOutOfBoundsException e) {
            return State.DEAD;
        }
    }

    /** Stops watching; the daemons go on. */
    @Override
    public void close() {
        closing = true;
        threads.forEach(Thread::interrupt);
    }
}
