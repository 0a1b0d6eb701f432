package org.monostack.platform.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What happened around an id, in order.
 *
 * @param subjects what the ids in it are now, as far as somebody knows
 */
public record Story(String id, List<StoryTeller.Subject> subjects, List<Entry> entries) {

    /** What kind of thing an entry tells. */
    public enum Kind {
        REQUEST,
        POLICY,
        NOTE,
        OPERATION,
        STEP,
        END
    }

    /**
     * One thing that happened.
     *
     * @param about the request, operation or resource it belongs to
     * @param took how long it lasted, if it did
     * @param failed whether it is bad news
     */
    public record Entry(
            Instant at,
            Kind kind,
            String about,
            String words,
            Optional<Duration> took,
            boolean failed) {}
}
