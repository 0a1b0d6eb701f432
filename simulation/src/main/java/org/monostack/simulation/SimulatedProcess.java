package org.monostack.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A process from its start to its end, as the {@link Scheduler} and the {@link Faults} see it. */
abstract class SimulatedProcess {
    private final String name;
    private final Scheduler scheduler;
    private boolean alive = true;
    private Instant pausedUntil = Instant.MIN;

    SimulatedProcess(String name, Scheduler scheduler) {
        this.name = name;
        this.scheduler = scheduler;
    }

    /** Begins to work. */
    abstract void start();

    final String name() {
        return name;
    }

    final boolean alive() {
        return alive;
    }

    final Instant pausedUntil() {
        return pausedUntil;
    }

    /** Its threads end at the next place where they would do something. */
    final void kill() {
        alive = false;
    }

    final void pause(Duration duration) {
        pausedUntil = scheduler.now().plus(duration);
    }

    final void spawn(String task, Runnable body) {
        if (alive) {
            scheduler.spawn(Optional.of(this), task, body);
        }
    }
}
