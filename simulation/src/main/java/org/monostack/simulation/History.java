package org.monostack.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A history that a seed draws: users ask for things while processes die, stand still and come back
 * and engines fail; then the faults cease, everything must come to rest, and checks are made.
 */
abstract class History {
    final Random random;
    final Scheduler scheduler;
    final Story story;
    final Faults faults;
    private final long seed;
    private final String option;
    private final List<String> violations = new ArrayList<>();

    /**
     * @param violations what should not have happened; empty if all is well
     * @param story what happened, line by line
     * @param replay how to see it again
     */
    record Result(long seed, List<String> violations, List<String> story, String replay) {
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
                    + "\nreplay: "
                    + replay
                    + "\n";
        }
    }

    /**
     * @param option what {@code simulate.sh} plays this kind of history with; may be empty
     */
    History(long seed, String option) {
        this.seed = seed;
        this.option = option;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.scheduler = new Scheduler(random, 0.3 + 0.6 * random.nextDouble());
        this.story = new Story(scheduler);
        this.faults = new Faults(scheduler, story, random);
    }

    /** The history itself; what it throws is a violation. */
    abstract void play();

    abstract Processes<?> processes();

    final void violations(List<String> more) {
        violations.addAll(more);
    }

    final boolean spotless() {
        return violations.isEmpty();
    }

    final Result result() {
        scheduler.run(this::run);
        return new Result(
                seed,
                violations.stream().map(story::readable).distinct().toList(),
                story.lines(),
                "conformance/simulate.sh " + option + "--seed " + seed + " --histories 1 --story");
    }

    private void run() {
        try {
            play();
        } catch (AssertionError | RuntimeException e) {
            violations.add(trace(e));
        } finally {
            processes().kill();
            drain();
            scheduler.deaths().forEach(death -> violations.add("a thread died: " + trace(death)));
        }
    }

    private static String trace(Throwable death) {
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
}
