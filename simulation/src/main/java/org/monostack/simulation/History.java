package org.monostack.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.spi.Hypervisor.PowerState;

/**
 * One history: users ask for things while processes die, stand still and come back and engines
 * fail; then the faults cease, everything must come to rest, and the {@link Checks} are made.
 */
final class History {
    /** How long, in simulated time, the cloud may take to come to rest once nothing goes wrong. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Ground ground;
    private final Random random;
    private final Flaws flaws;
    private final Scheduler scheduler;
    private final Story story;
    private final Faults faults;
    private final World world = new World();
    private final List<ControlProcess> processes = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /**
     * @param violations what should not have happened; empty if all is well
     * @param story what happened, line by line
     */
    record Result(long seed, List<String> violations, List<String> story) {
        boolean passed() {
            return violations.isEmpty();
        }

        /** One line. */
        String summary() {
            return "seed "
                    + seed
                    + ": "
                    + String.join("; ", violations).lines().findFirst().orElse("");
        }

        /** All that somebody needs to understand a failure. */
        String report() {
            return "seed "
                    + seed
                    + "\n"
                    + String.join("\n", story)
                    + "\n  *** "
                    + String.join("\n  *** ", violations)
                    + "\nreplay: conformance/simulate.sh --seed "
                    + seed
                    + " --histories 1 --story\n";
        }
    }

    private History(Ground ground, long seed, Flaws flaws) {
        this.ground = ground;
        this.flaws = flaws;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.scheduler = new Scheduler(random, 0.3 + 0.6 * random.nextDouble());
        this.story = new Story(scheduler);
        this.faults = new Faults(scheduler, story, random);
    }

    /** Plays the history of a seed. */
    static Result play(Ground ground, long seed, Flaws flaws) {
        ground.empty();
        History history = new History(ground, seed, flaws);
        history.scheduler.run(history::run);
        return new Result(
                seed,
                history.violations.stream().map(history.story::readable).distinct().toList(),
                history.story.lines());
    }

    private void run() {
        try {
            play();
        } catch (AssertionError | RuntimeException e) {
            StringBuilder trace = new StringBuilder(String.valueOf(e));
            for (StackTraceElement element : e.getStackTrace()) {
                trace.append("\n        ").append(element);
            }
            violations.add(trace.toString());
        } finally {
            processes.forEach(ControlProcess::kill);
            drain();
            scheduler.deaths().forEach(death -> violations.add("a thread died: " + stack(death)));
        }
    }

    private static String stack(Throwable death) {
        StringBuilder text = new StringBuilder(String.valueOf(death));
        for (StackTraceElement element : death.getStackTrace()) {
            text.append("\n        ").append(element);
        }
        return text.toString();
    }

    /** Lets what was killed unwind, so that nothing of this history runs into the next. */
    private void drain() {
        while (scheduler.others()) {
            scheduler.pass();
        }
    }

    private void play() {
        ControlProcess.Common common =
                new ControlProcess.Common(
                        scheduler,
                        faults,
                        world,
                        flaws,
                        ground.database(),
                        ground.images(),
                        ground.tokens());
        int budget = faults.cease();
        Ground.Seeded seeded = ground.seed(launch("A", common));
        story.name(seeded.image(), "image");
        story.name(seeded.network(), "private");
        if (random.nextInt(5) < 3) {
            launch("B", common);
        }
        scheduler.idle(Duration.ofSeconds(1));
        faults.resume(budget);

        Clients clients =
                new Clients(scheduler, story, random, ground.database(), seeded, this::alive);
        Checks checks = new Checks(ground.database(), world, clients);
        List<Scheduler.Task> users = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(2); i++) {
            int requests = 1 + random.nextInt(7);
            users.add(
                    scheduler.spawn(
                            Optional.empty(), "user " + (i + 1), () -> clients.live(requests)));
        }
        int guests = random.nextInt(6) == 0 ? 1 : 0;
        while (!users.stream().allMatch(Scheduler.Task::ended)) {
            scheduler.idle(Duration.ofMillis(50 + random.nextInt(1500)));
            if (guests > 0 && random.nextInt(3) == 0) {
                guests -= someGuestPowersOff() ? 1 : 0;
            }
            relaunch(common);
        }
        // Some histories fail on for a while after the last request.
        scheduler.idle(Duration.ofMillis(random.nextInt(3000)));
        faults.cease();
        rest(common, checks);
        // What only a start, or the slow comparison, puts right is put right now.
        processes.forEach(ControlProcess::kill);
        processes.clear();
        launch("C", common);
        rest(common, checks);
        checks.unfinished();
        Set<UUID> disturbed = new HashSet<>(clients.touched());
        checks.settled(
                faults.driversFailed()
                        || clients.tookAway()
                        || !world.fellDown().isEmpty()
                        || !clients.touched().isEmpty(),
                disturbed);
        violations.addAll(clients.violations());
        violations.addAll(checks.violations());
        if (!violations.isEmpty()) {
            return;
        }
        story.tell("users delete everything");
        clients.leave();
        rest(common, checks);
        clients.leaveNetworks();
        rest(common, checks);
        checks.unfinished();
        checks.nothingLeft();
        violations.addAll(clients.violations());
        violations.addAll(checks.violations());
    }

    private ControlProcess launch(String name, ControlProcess.Common common) {
        ControlProcess process = new ControlProcess(name, common);
        processes.add(process);
        process.spawn(
                "main",
                () -> {
                    try {
                        process.start();
                        story.tell("serves");
                    } catch (RuntimeException e) {
                        // As the cloud does: a start that fails ends the process.
                        story.tell("cannot start: " + e);
                        process.kill();
                    }
                });
        return process;
    }

    private void relaunch(ControlProcess.Common common) {
        for (int i = 0; i < processes.size(); i++) {
            ControlProcess dead = processes.get(i);
            if (!dead.alive() && random.nextInt(3) == 0) {
                processes.remove(i);
                launch(dead.name(), common);
                return;
            }
        }
    }

    private List<ControlProcess> alive() {
        return processes.stream().filter(ControlProcess::alive).toList();
    }

    private boolean someGuestPowersOff() {
        for (var entry : world.machines().entrySet()) {
            if (entry.getValue().power().equals(Optional.of(PowerState.RUNNING))) {
                story.tell("guest " + entry.getKey() + " powers off");
                world.fallDown(entry.getKey(), entry.getValue());
                return true;
            }
        }
        return false;
    }

    private void rest(ControlProcess.Common common, Checks checks) {
        var deadline = scheduler.now().plus(PATIENCE);
        // One look of the reconciler, and what it may have started.
        scheduler.idle(Duration.ofSeconds(1));
        do {
            while (processes.stream().anyMatch(process -> !process.alive())) {
                relaunch(common);
            }
            scheduler.idle(Duration.ofSeconds(1));
        } while (!checks.atRest() && scheduler.now().isBefore(deadline));
    }
}
