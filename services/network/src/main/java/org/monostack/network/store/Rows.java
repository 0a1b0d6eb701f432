package org.monostack.network.store;

import java.time.LocalDateTime;
import org.jooq.Field;
import org.jooq.UpdatableRecord;
import org.monostack.platform.database.Times;

/** Keeps the columns that all resources share. */
public final class Rows {
    private Rows() {}

    /** Fills in id, times and first revision, where the table has them. */
    public static void begin(UpdatableRecord<?> row, String id) {
        LocalDateTime now = Times.toDb(Times.now());
        set(row, "id", String.class, id);
        set(row, "created_at", LocalDateTime.class, now);
        set(row, "updated_at", LocalDateTime.class, now);
        set(row, "revision", Long.class, 1L);
    }

    /** Counts one more revision. */
    public static void touch(UpdatableRecord<?> row) {
        Field<Long> revision = row.field("revision", Long.class);
        if (revision != null) {
            row.set(revision, row.get(revision) + 1);
            set(row, "updated_at", LocalDateTime.class, Times.toDb(Times.now()));
        }
    }

    private static <T> void set(UpdatableRecord<?> row, String name, Class<T> type, T value) {
        Field<T> field = row.field(name, type);
        if (field != null) {
            row.set(field, value);
        }
    }
}
