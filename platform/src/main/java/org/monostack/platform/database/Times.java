package org.monostack.platform.database;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Instants as the database keeps them: datetime(6), in UTC, to the microsecond. */
public final class Times {
    private static final InstantSource SYSTEM = InstantSource.system();
    private static final ScopedValue<InstantSource> CLOCK = ScopedValue.newInstance();

    private Times() {}

    /** Now, as precise as the database keeps it. */
    public static Instant now() {
        return CLOCK.orElse(SYSTEM).instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Runs something by another clock than the system's: a simulation has its own time. */
    public static void by(InstantSource clock, Runnable body) {
        ScopedValue.where(CLOCK, clock).run(body);
    }

    public static LocalDateTime toDb(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    public static Instant fromDb(LocalDateTime stored) {
        return stored.toInstant(ZoneOffset.UTC);
    }
}
