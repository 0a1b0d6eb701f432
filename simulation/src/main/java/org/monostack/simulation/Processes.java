package org.monostack.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** The processes of a history: launched, ended by faults, launched again under the same name. */
final class Processes<P extends SimulatedProcess> {
    private final Function<String, P> maker;
    private final Story story;
    private final Random random;
    private final List<P> all = new ArrayList<>();

    Processes(Function<String, P> maker, Story story, Random random) {
        this.maker = maker;
        this.story = story;
        this.random = random;
    }

    P launch(String name) {
        P process = maker.apply(name);
        all.add(process);
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

    /** Launches one that is dead again, or waits with that. */
    void relaunch() {
        for (int i = 0; i < all.size(); i++) {
            P dead = all.get(i);
            if (!dead.alive() && random.nextInt(3) == 0) {
                all.remove(i);
                launch(dead.name());
                return;
            }
        }
    }

    List<P> alive() {
        return all.stream().filter(SimulatedProcess::alive).toList();
    }

    boolean someDead() {
        return alive().size() < all.size();
    }

    /** Ends and forgets all of them. */
    void kill() {
        all.forEach(SimulatedProcess::kill);
        all.clear();
    }
}
