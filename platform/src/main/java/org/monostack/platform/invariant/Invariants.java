package org.monostack.platform.invariant;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.monostack.platform.database.DatabaseUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All invariants of the program. Examined when asked, and in the background one after the other,
 * spread over the period, so that the cost is small and even; the background only reports. What it
 * remembers of the last looks is soft. Thread-safe; owns one thread between start and close.
 */
public final class Invariants implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Invariants.class);

    private final List<Invariant> all;
    private final Pace pace;
    private final Map<String, CheckResult> latest = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> repairs = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private volatile Thread thread = new Thread();

    /**
     * How often is looked.
     *
     * @param period in which the background looks at everything once
     * @param secondLook how long after the first one, for what a request under way may have caused
     */
    public record Pace(Duration period, Duration secondLook) {
        public static Pace standard() {
            return new Pace(Duration.ofMinutes(10), Duration.ofSeconds(2));
        }
    }

    public Invariants(List<Invariant> all, Pace pace) {
        this.all = List.copyOf(all);
        this.pace = pace;
    }

    /** Begins to look in the background. */
    public void start() {
        thread = Thread.ofPlatform().name("invariants").daemon().start(this::loop);
    }

    /** Looks at everything now, in the order of registration. */
    public List<CheckResult> examine(boolean repair) {
        return examine(all, repair);
    }

    /** What the last look at each invariant came to; those never looked at are absent. */
    public List<CheckResult> latest() {
        return all.stream()
                .map(invariant -> Optional.ofNullable(latest.get(invariant.name())))
                .flatMap(Optional::stream)
                .toList();
    }

    /** How many violations were repaired since this process began, by check. */
    public Map<String, Long> repaired() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Invariant invariant : all) {
            AtomicLong count = repairs.get(invariant.name());
            counts.put(invariant.name(), count == null ? 0 : count.get());
        }
        return counts;
    }

    private List<CheckResult> examine(List<Invariant> chosen, boolean repair) {
        Map<Invariant, Look> looks = new LinkedHashMap<>();
        Optional<Look> vain = Optional.empty();
        for (Invariant invariant : chosen) {
            // Without the database each look would wait in vain as long as the first one did.
            Look look = vain.isPresent() ? vain.get() : look(invariant);
            looks.put(invariant, look);
            vain = look.withoutDatabase() ? Optional.of(look) : vain;
        }
        if (looks.values().stream().anyMatch(look -> !look.violations().isEmpty())) {
            pause(pace.secondLook());
            looks.replaceAll((invariant, first) ->
                    first.violations().isEmpty() ? first : first.confirmedBy(look(invariant)));
        }
        List<CheckResult> results = new ArrayList<>();
        looks.forEach((invariant, look) -> {
            List<Finding> findings =
                    look.violations().stream()
                            .map(violation -> finding(invariant, violation, repair))
                            .toList();
            CheckResult result =
                    new CheckResult(
                            invariant.name(),
                            invariant.statement(),
                            look.at(),
                            look.took(),
                            findings,
                            look.reason());
            latest.put(invariant.name(), result);
            results.add(result);
        });
        return results;
    }

    private Finding finding(Invariant invariant, Violation violation, boolean repair) {
        boolean repaired = false;
        String words = violation.words();
        if (repair && violation.repair().isPresent()) {
            try {
                repaired = violation.repair().get().run();
                if (repaired) {
                    repairs.computeIfAbsent(invariant.name(), name -> new AtomicLong())
                            .incrementAndGet();
                    LOG.warn("{}: repaired: {}", invariant.name(), words);
                }
            } catch (RuntimeException e) {
                LOG.warn("{}: cannot be repaired: {}", invariant.name(), words, e);
                words += " (the repair failed: " + e.getMessage() + ")";
            }
        }
        return new Finding(
                invariant.name(),
                violation.severity(),
                violation.resourceType(),
                violation.resourceId(),
                words,
                violation.repair().isPresent(),
                repaired);
    }

    private static Look look(Invariant invariant) {
        Instant at = Instant.now();
        long start = System.nanoTime();
        List<Violation> violations = List.of();
        Optional<RuntimeException> trouble = Optional.empty();
        try {
            violations = invariant.violations();
        } catch (RuntimeException e) {
            LOG.info("{} cannot be checked: {}", invariant.name(), e.toString());
            trouble = Optional.of(e);
        }
        return new Look(at, Duration.ofNanos(System.nanoTime() - start), violations, trouble);
    }

    private record Look(
            Instant at,
            Duration took,
            List<Violation> violations,
            Optional<RuntimeException> trouble) {

        boolean withoutDatabase() {
            return trouble.filter(DatabaseUnavailable.class::isInstance).isPresent();
        }

        Optional<String> reason() {
            return trouble.map(e -> e.getMessage() == null ? e.toString() : e.getMessage());
        }

        /** What both looks saw, in the words of the later one. */
        Look confirmedBy(Look later) {
            return new Look(
                    later.at,
                    took.plus(later.took),
                    later.violations.stream()
                            .filter(violation -> violations.stream().anyMatch(violation::sameAs))
                            .toList(),
                    later.trouble);
        }
    }

    private void loop() {
        Duration between = pace.period().dividedBy(Math.max(1, all.size()));
        while (!closing) {
            for (Invariant invariant : all) {
                if (!pause(between) || closing) {
                    return;
                }
                long before = found(invariant);
                CheckResult result = examine(List.of(invariant), false).getFirst();
                if (result.findings().size() != before) {
                    result.findings()
                            .forEach(finding ->
                                    LOG.warn("{}: {}", finding.check(), finding.words()));
                }
            }
        }
    }

    private long found(Invariant invariant) {
        CheckResult before = latest.get(invariant.name());
        return before == null ? 0 : before.findings().size();
    }

    private static boolean pause(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }
}
