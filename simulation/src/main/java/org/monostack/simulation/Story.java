package org.monostack.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What happened in a history, line by line. Ids are random and differ from run to run, so they are
 * shown by names: the ones that were given, else numbered as they appear.
 */
final class Story {
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final Scheduler scheduler;
    private final Instant start;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();

    Story(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.start = scheduler.now();
    }

    void name(UUID id, String name) {
        names.put(id.toString(), name);
    }

    /** Adds a line, told by whoever's turn it is. */
    void tell(String what) {
        Duration at = Duration.between(start, scheduler.now());
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%8.3f  %-34s %s",
                        at.toMillis() / 1000.0,
                        scheduler.currentTask(),
                        what));
    }

    /** The text with names in the place of ids. */
    String readable(String text) {
        Matcher matcher = ID.matcher(text);
        return matcher.replaceAll(found ->
                names.computeIfAbsent(found.group(), id -> "<" + (names.size() + 1) + ">"));
    }

    List<String> lines() {
        return lines.stream().map(this::readable).toList();
    }
}
