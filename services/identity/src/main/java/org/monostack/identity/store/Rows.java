package org.monostack.identity.store;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectSeekStep1;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Selection;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;

/** What all stores do alike. */
final class Rows {

    private Rows() {}

    static Optional<Instant> time(@Nullable LocalDateTime stored) {
        return Optional.ofNullable(stored).map(Times::fromDb);
    }

    static @Nullable LocalDateTime time(Optional<Instant> time) {
        return time.map(Times::toDb).orElse(null);
    }

    static LocalDateTime now() {
        return Times.toDb(Times.now());
    }

    /** Rows in the order of their ids, from a page's marker on. */
    static <R extends Record> List<R> page(
            DSLContext sql,
            Table<R> table,
            TableField<R, String> id,
            Condition condition,
            Selection selection) {
        Condition whole =
                selection.marker().map(marker -> condition.and(id.gt(marker))).orElse(condition);
        SelectSeekStep1<R, String> ordered = sql.selectFrom(table).where(whole).orderBy(id);
        return selection.limit().isPresent()
                ? ordered.limit(selection.limit().getAsInt()).fetch()
                : ordered.fetch();
    }

    /** Runs a write; a name that is taken becomes 409 with this message. */
    static void unique(Supplier<String> message, Runnable write) {
        try {
            write.run();
        } catch (DataAccessException e) {
            if (Database.isDuplicate(e)) {
                throw ApiException.conflict(message.get());
            }
            throw e;
        }
    }
}
