package org.monostack.platform.telemetry;

import static org.monostack.platform.jooq.Tables.NOTE;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * What was decided about a resource, and why, by whoever decides without a request's answer saying
 * so: the scheduler, the reconciler, a repair. Written in the transaction of the decision.
 */
public final class Notes {
    private Notes() {}

    /** A note as it is kept. */
    public record Note(
            String resourceType,
            String resourceId,
            Optional<String> requestId,
            String author,
            String content,
            Instant writtenAt) {}

    public static void write(
            Transaction tx,
            String resourceType,
            String resourceId,
            Optional<String> requestId,
            String author,
            String content) {
        tx.sql()
                .insertInto(NOTE)
                .set(NOTE.RESOURCE_TYPE, resourceType)
                .set(NOTE.RESOURCE_ID, resourceId)
                .set(NOTE.REQUEST_ID, requestId.orElse(null))
                .set(NOTE.AUTHOR, author)
                .set(NOTE.CONTENT, content)
                .set(NOTE.WRITTEN_AT, Times.toDb(Times.now()))
                .execute();
    }

    /** The notes on these resources or of these requests, oldest first. */
    static List<Note> about(Transaction tx, Collection<String> ids) {
        Map<Long, Note> found = new LinkedHashMap<>();
        for (Condition each : List.of(NOTE.RESOURCE_ID.in(ids), NOTE.REQUEST_ID.in(ids))) {
            tx.sql()
                    .selectFrom(NOTE)
                    .where(each)
                    .orderBy(NOTE.NUMBER)
                    .forEach(row ->
                            found.put(
                                    row.getNumber(),
                                    new Note(
                                            row.getResourceType(),
                                            row.getResourceId(),
                                            Optional.ofNullable(row.getRequestId()),
                                            row.getAuthor(),
                                            row.getContent(),
                                            Times.fromDb(row.getWrittenAt()))));
        }
        return List.copyOf(found.values());
    }
}
