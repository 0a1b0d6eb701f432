package org.monostack.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.spi.Hypervisor.PowerState;

/** A history of the whole control plane: servers, their ports, images and hosts' room. */
final class CloudHistory extends History {
    /** How long, in simulated time, the cloud may take to come to rest once nothing goes wrong. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Ground ground;
    private final World world = new World();
    private final Processes<ControlProcess> processes;

    private CloudHistory(Ground ground, long seed, Flaws flaws) {
        super(seed, "");
        this.ground = ground;
        ControlProcess.Common common =
                new ControlProcess.Common(
                        scheduler,
                        faults,
                        world,
                        flaws,
                        ground.database(),
                        ground.images(),
                        ground.tokens());
        this.processes = new Processes<>(name -> new ControlProcess(name, common), story, random);
    }

    /** Plays the history of a seed. */
    static Result play(Ground ground, long seed, Flaws flaws) {
        ground.empty();
        return new CloudHistory(ground, seed, flaws).result();
    }

    @Override
    Processes<?> processes() {
        return processes;
    }

    @Override
    void play() {
        int budget = faults.cease();
        Ground.Seeded seeded = ground.seed(processes.launch("A"));
        story.name(seeded.image(), "image");
        story.name(seeded.network(), "private");
        if (random.nextInt(5) < 3) {
            processes.launch("B");
        }
        scheduler.idle(Duration.ofSeconds(1));
        faults.resume(budget);

        Clients clients =
                new Clients(scheduler, story, random, ground.database(), seeded, processes::alive);
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
            processes.relaunch();
        }
        // Some histories fail on for a while after the last request.
        scheduler.idle(Duration.ofMillis(random.nextInt(3000)));
        faults.cease();
        rest(checks);
        // What only a start, or the slow comparison, puts right is put right now.
        processes.kill();
        processes.launch("C");
        rest(checks);
        checks.unfinished();
        Set<UUID> disturbed = new HashSet<>(clients.touched());
        checks.settled(
                faults.driversFailed()
                        || clients.tookAway()
                        || !world.fellDown().isEmpty()
                        || !clients.touched().isEmpty(),
                disturbed);
        violations(clients.violations());
        violations(checks.violations());
        if (!spotless()) {
            return;
        }
        story.tell("users delete everything");
        clients.leave();
        rest(checks);
        clients.leaveNetworks();
        rest(checks);
        checks.unfinished();
        checks.nothingLeft();
        violations(clients.violations());
        violations(checks.violations());
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

    private void rest(Checks checks) {
        var deadline = scheduler.now().plus(PATIENCE);
        // One look of the reconciler, and what it may have started.
        scheduler.idle(Duration.ofSeconds(1));
        do {
            while (processes.someDead()) {
                processes.relaunch();
            }
            scheduler.idle(Duration.ofSeconds(1));
        } while (!checks.atRest() && scheduler.now().isBefore(deadline));
    }
}
