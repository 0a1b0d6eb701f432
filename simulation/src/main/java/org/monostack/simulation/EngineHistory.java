package org.monostack.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Record;
import org.monostack.platform.engine.EngineAway;
import org.monostack.simulation.Things.Job;
import org.monostack.simulation.Things.Part;

/**
 * A history of durable operations alone, on {@link Things} instead of servers: small, so that
 * thousands are played in a minute. What holds for these operations holds for those of every
 * service.
 */
final class EngineHistory extends History {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Every course that a thing's life may take; in the order of the words, and never back. */
    private static final Set<String> COURSES =
            Set.of("making made", "making failed", "making made removing gone");

    private final Ground ground;
    private final Things things = new Things();
    private final Processes<EngineProcess> processes;
    private final Set<String> made = new HashSet<>();

    private EngineHistory(Ground ground, long seed, Flaws flaws) {
        super(seed, "--engine ");
        this.ground = ground;
        this.processes =
                new Processes<>(
                        name ->
                                new EngineProcess(
                                        name, scheduler, faults, things, flaws, ground.database()),
                        story,
                        random);
    }

    /** Plays the history of a seed. */
    static Result play(Ground ground, long seed, Flaws flaws) {
        ground.emptyOperations();
        return new EngineHistory(ground, seed, flaws).result();
    }

    @Override
    Processes<?> processes() {
        return processes;
    }

    @Override
    void play() {
        processes.launch("A");
        if (random.nextInt(5) < 3) {
            processes.launch("B");
        }
        List<Scheduler.Task> users = new ArrayList<>();
        for (int i = 1; i <= 1 + random.nextInt(2); i++) {
            String row = "row-" + i;
            int requests = 1 + random.nextInt(4);
            users.add(scheduler.spawn(Optional.empty(), "user " + i, () -> live(row, requests)));
        }
        while (!users.stream().allMatch(Scheduler.Task::ended)) {
            scheduler.idle(Duration.ofMillis(50 + random.nextInt(1500)));
            processes.relaunch();
        }
        scheduler.idle(Duration.ofMillis(random.nextInt(3000)));
        faults.cease();
        var deadline = scheduler.now().plus(PATIENCE);
        do {
            while (processes.someDead()) {
                processes.relaunch();
            }
            scheduler.idle(Duration.ofSeconds(1));
        } while (!unfinished().isEmpty() && scheduler.now().isBefore(deadline));
        check();
    }

    private void live(String row, int requests) {
        List<String> mine = new ArrayList<>();
        for (int number = 1; number <= requests; number++) {
            scheduler.idle(Duration.ofMillis(random.nextInt(2000)));
            boolean makes = mine.isEmpty() || random.nextInt(3) > 0;
            String thing = makes ? row + "-thing-" + number : mine.get(random.nextInt(mine.size()));
            Job job = new Job(thing, row, number);
            boolean answered = asked(job, makes);
            if (makes) {
                mine.add(thing);
                if (answered) {
                    made.add(thing);
                }
            }
        }
    }

    /** Whether the request was acknowledged; if not, it may have been done or not. */
    private boolean asked(Job job, boolean makes) {
        List<EngineProcess> alive = processes.alive();
        if (alive.isEmpty()) {
            return false;
        }
        EngineProcess process = alive.get(random.nextInt(alive.size()));
        boolean[] answered = new boolean[1];
        scheduler.within(
                process,
                () -> {
                    story.tell((makes ? "make " : "remove ") + job.thing());
                    try {
                        if (makes) {
                            process.make(job);
                        } else {
                            process.remove(job);
                        }
                        answered[0] = true;
                    } catch (RuntimeException e) {
                        if (!EngineAway.in(e)) {
                            throw e;
                        }
                        story.tell("answered with 503");
                    }
                });
        return answered[0] && process.alive();
    }

    private List<Record> unfinished() {
        return rows(
                "select kind, resource_id, state, step, attempts, owner, failure from"
                        + " operation.durable_operation where unfinished");
    }

    private List<Record> rows(String sql) {
        return ground.database().reading(tx -> List.copyOf(tx.sql().fetch(sql)));
    }

    private void check() {
        List<String> wrong = new ArrayList<>(things.violations());
        for (Record row : unfinished()) {
            wrong.add("an operation does not end: " + row.intoList());
        }
        Set<String> known = new HashSet<>();
        long standing = 0;
        for (Record row : rows("select id, trail from simulation.thing")) {
            String thing = String.valueOf(row.get(0));
            String trail = String.valueOf(row.get(1));
            known.add(thing);
            boolean stands = trail.equals("making made");
            standing += stands ? 1 : 0;
            if (!COURSES.contains(trail)) {
                wrong.add(thing + " went through: " + trail);
            }
            Set<Part> expected = stands ? EnumSet.allOf(Part.class) : EnumSet.noneOf(Part.class);
            if (!things.parts(thing).equals(expected)) {
                wrong.add(thing + " (" + trail + ") has the parts " + things.parts(thing));
            }
        }
        made.stream()
                .filter(thing -> !known.contains(thing))
                .forEach(thing -> wrong.add(thing + " was acknowledged and is lost"));
        Object used = rows("select used from simulation.thing_use").getFirst().get(0);
        if (((Number) used).longValue() != standing) {
            wrong.add(used + " things are counted and " + standing + " stand");
        }
        violations(wrong);
    }
}
