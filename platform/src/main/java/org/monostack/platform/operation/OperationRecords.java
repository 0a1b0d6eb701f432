package org.monostack.platform.operation;

import static org.monostack.platform.jooq.Tables.DURABLE_OPERATION;
import static org.monostack.platform.jooq.Tables.EVENT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Operations as they are shown to people and to the checks: with their events. Stateless. */
final class OperationRecords {

    /** The operations of one resource with their events, oldest first. */
    List<OperationRecord> history(Transaction tx, String resourceType, String resourceId) {
        return read(
                tx,
                DURABLE_OPERATION
                        .RESOURCE_TYPE
                        .eq(resourceType)
                        .and(DURABLE_OPERATION.RESOURCE_ID.eq(resourceId)));
    }

    /** The operations with one of these ids, of these requests, or on these resources. */
    List<OperationRecord> about(Transaction tx, Collection<String> ids) {
        // Each on an index of its own: one condition with "or" would read the whole table.
        Map<String, OperationRecord> found = new LinkedHashMap<>();
        for (Condition each :
                List.of(
                        DURABLE_OPERATION.ID.in(ids),
                        DURABLE_OPERATION.REQUEST_ID.in(ids),
                        DURABLE_OPERATION
                                .RESOURCE_TYPE
                                .in(resourceTypes(tx))
                                .and(DURABLE_OPERATION.RESOURCE_ID.in(ids)))) {
            read(tx, each).forEach(operation -> found.put(operation.id(), operation));
        }
        return List.copyOf(found.values());
    }

    private static List<String> resourceTypes(Transaction tx) {
        return tx.sql()
                .selectDistinct(DURABLE_OPERATION.RESOURCE_TYPE)
                .from(DURABLE_OPERATION)
                .fetch(DURABLE_OPERATION.RESOURCE_TYPE);
    }

    /** How many that have not ended there are of each kind and state. */
    Map<OperationCount, Long> counts(Transaction tx) {
        Map<OperationCount, Long> counts = new HashMap<>();
        tx.sql()
                .select(DURABLE_OPERATION.KIND, DURABLE_OPERATION.STATE, DSL.count())
                .from(DURABLE_OPERATION)
                .where(DURABLE_OPERATION.UNFINISHED.isTrue())
                .groupBy(DURABLE_OPERATION.KIND, DURABLE_OPERATION.STATE)
                .forEach(row ->
                        counts.put(
                                new OperationCount(
                                        row.value1(), OperationRecord.State.valueOf(row.value2())),
                                row.value3().longValue()));
        return counts;
    }

    /** Unfinished operations whose holder fell silent before {@code then} and that nobody took. */
    List<OperationRecord> lapsed(Transaction tx, Instant then) {
        return read(
                tx,
                DURABLE_OPERATION
                        .UNFINISHED
                        .isTrue()
                        .and(DURABLE_OPERATION.LEASE_UNTIL.lt(Times.toDb(then))));
    }

    /** Unfinished operations that recorded no progress since {@code then}. */
    List<OperationRecord> withoutProgress(Transaction tx, Instant then) {
        return read(
                tx,
                DURABLE_OPERATION
                        .UNFINISHED
                        .isTrue()
                        .and(DURABLE_OPERATION.UPDATED_AT.lt(Times.toDb(then))));
    }

    private static List<OperationRecord> read(Transaction tx, Condition condition) {
        var rows =
                tx.sql()
                        .selectFrom(DURABLE_OPERATION)
                        .where(condition)
                        .orderBy(DURABLE_OPERATION.SEQUENCE)
                        .fetch();
        Map<String, List<OperationEvent>> events = new HashMap<>();
        tx.sql()
                .selectFrom(EVENT)
                .where(EVENT.OPERATION_ID.in(rows.getValues(DURABLE_OPERATION.ID)))
                .orderBy(EVENT.ID)
                .forEach(row ->
                        events.computeIfAbsent(row.getOperationId(), id -> new ArrayList<>())
                                .add(
                                        new OperationEvent(
                                                row.getStep(),
                                                row.getIsUndo(),
                                                row.getResult(),
                                                Optional.ofNullable(row.getDetail()),
                                                Times.fromDb(row.getStartedAt()),
                                                Times.fromDb(row.getFinishedAt()))));
        return rows.map(row ->
                new OperationRecord(
                        row.getId(),
                        row.getKind(),
                        row.getResourceType(),
                        row.getResourceId(),
                        row.getRequestId(),
                        OperationRecord.State.valueOf(row.getState()),
                        Optional.ofNullable(row.getFailure()),
                        Times.fromDb(row.getCreatedAt()),
                        Times.fromDb(row.getUpdatedAt()),
                        Optional.ofNullable(row.getFinishedAt()).map(Times::fromDb),
                        List.copyOf(events.getOrDefault(row.getId(), List.of()))));
    }
}
