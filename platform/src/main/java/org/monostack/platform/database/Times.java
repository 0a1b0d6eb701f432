package org.monostack.platform.database;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Instants as the database keeps them: datetime(6), in UTC, to the microsecond. */
public final class Times {
    private Times() {}

    /** Now, as precise as the database keeps it. */
    public static Instant now() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.MICROS);
    }

    public static LocalDateTime toDb(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    public static Instant fromDb(LocalDateTime stored) {
        return stored.toInstant(ZoneOffset.UTC);
    }
}
