package org.monostack.platform.operation;

import static org.monostack.platform.jooq.Tables.EVENT;
import static org.monostack.platform.jooq.Tables.OPERATION;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.jooq.impl.DSL;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * The rows of operations and their events. An unfinished operation is claimed by writing one's name
 * and a lease into its row; every later write of the holder names the generation it claimed, so a
 * holder whose lease lapsed can change nothing any more.
 */
final class OperationStore {

    void insert(Transaction tx, Claim fresh, String payload) {
        var now = Times.toDb(Times.now());
        tx.sql()
                .insertInto(OPERATION)
                .set(OPERATION.ID, fresh.id())
                .set(OPERATION.KIND, fresh.kind())
                .set(OPERATION.RESOURCE_TYPE, fresh.resourceType())
                .set(OPERATION.RESOURCE_ID, fresh.resourceId())
                .set(OPERATION.PAYLOAD, payload)
                .set(OPERATION.REQUEST_ID, fresh.requestId())
                .set(OPERATION.STATE, OperationRecord.State.RUNNING.name())
                .set(OPERATION.STEP, 0)
                .set(OPERATION.ATTEMPTS, 0)
                .set(OPERATION.GENERATION, 0L)
                .set(OPERATION.DUE_AT, now)
                .set(OPERATION.CREATED_AT, now)
                .set(OPERATION.UPDATED_AT, now)
                .set(OPERATION.UNFINISHED, true)
                .execute();
    }

    /** Ids of operations that are due and free, oldest first. */
    List<String> due(Transaction tx, int limit) {
        var now = Times.toDb(Times.now());
        var earlier = OPERATION.as("earlier");
        return tx.sql()
                .select(OPERATION.ID)
                .from(OPERATION)
                .where(OPERATION.UNFINISHED.isTrue())
                .and(OPERATION.DUE_AT.le(now))
                .and(OPERATION.LEASE_UNTIL.isNull().or(OPERATION.LEASE_UNTIL.lt(now)))
                .and(
                        DSL.notExists(
                                DSL.selectOne()
                                        .from(earlier)
                                        .where(earlier.RESOURCE_TYPE.eq(OPERATION.RESOURCE_TYPE))
                                        .and(earlier.RESOURCE_ID.eq(OPERATION.RESOURCE_ID))
                                        .and(earlier.SEQUENCE.lt(OPERATION.SEQUENCE))
                                        .and(earlier.UNFINISHED.isTrue())))
                .orderBy(OPERATION.SEQUENCE)
                .limit(limit)
                .fetch(OPERATION.ID);
    }

    /** Takes one operation, unless somebody else has it, it is not due, or it must queue. */
    Optional<Claim> claim(Transaction tx, String id, String owner, Duration lease) {
        Record row =
                tx.sql()
                        .select(OPERATION.fields())
                        .from(OPERATION)
                        .where(OPERATION.ID.eq(id))
                        .forUpdate()
                        .skipLocked()
                        .fetchOne();
        if (row == null || !Boolean.TRUE.equals(row.get(OPERATION.UNFINISHED))) {
            return Optional.empty();
        }
        Instant now = Times.now();
        var leaseUntil = row.get(OPERATION.LEASE_UNTIL);
        boolean held = leaseUntil != null && !Times.fromDb(leaseUntil).isBefore(now);
        boolean early = Times.fromDb(row.get(OPERATION.DUE_AT)).isAfter(now);
        if (held || early || mustQueue(tx, row)) {
            return Optional.empty();
        }
        long generation = row.get(OPERATION.GENERATION) + 1;
        tx.sql()
                .update(OPERATION)
                .set(OPERATION.OWNER, owner)
                .set(OPERATION.GENERATION, generation)
                .set(OPERATION.LEASE_UNTIL, Times.toDb(now.plus(lease)))
                .where(OPERATION.ID.eq(id))
                .execute();
        return Optional.of(
                new Claim(
                        id,
                        row.get(OPERATION.KIND),
                        row.get(OPERATION.RESOURCE_TYPE),
                        row.get(OPERATION.RESOURCE_ID),
                        row.get(OPERATION.PAYLOAD),
                        row.get(OPERATION.REQUEST_ID),
                        OperationRecord.State.valueOf(row.get(OPERATION.STATE)),
                        row.get(OPERATION.STEP),
                        row.get(OPERATION.ATTEMPTS),
                        Optional.ofNullable(row.get(OPERATION.FAILURE)),
                        generation));
    }

    private static boolean mustQueue(Transaction tx, Record row) {
        return tx.sql()
                .fetchExists(
                        DSL.selectOne()
                                .from(OPERATION)
                                .where(OPERATION.RESOURCE_TYPE.eq(row.get(OPERATION.RESOURCE_TYPE)))
                                .and(OPERATION.RESOURCE_ID.eq(row.get(OPERATION.RESOURCE_ID)))
                                .and(OPERATION.SEQUENCE.lt(row.get(OPERATION.SEQUENCE)))
                                .and(OPERATION.UNFINISHED.isTrue()));
    }

    /**
     * Records where a held operation stands. False when it is not held any more; the caller must
     * then roll back and leave it alone.
     */
    boolean progress(
            Transaction tx,
            Claim claim,
            OperationRecord.State state,
            int step,
            int attempts,
            @Nullable String failure) {
        return tx.sql()
                        .update(OPERATION)
                        .set(OPERATION.STATE, state.name())
                        .set(OPERATION.STEP, step)
                        .set(OPERATION.ATTEMPTS, attempts)
                        .set(OPERATION.FAILURE, failure)
                        .set(OPERATION.UPDATED_AT, Times.toDb(Times.now()))
                        .where(held(claim))
                        .execute()
                == 1;
    }

    /** Gives a held operation back, to be looked at again after a pause. */
    boolean park(Transaction tx, Claim claim, int attempts, Duration pause) {
        return tx.sql()
                        .update(OPERATION)
                        .set(OPERATION.ATTEMPTS, attempts)
                        .set(OPERATION.DUE_AT, Times.toDb(Times.now().plus(pause)))
                        .setNull(OPERATION.LEASE_UNTIL)
                        .setNull(OPERATION.OWNER)
                        .where(held(claim))
                        .execute()
                == 1;
    }

    boolean finish(
            Transaction tx, Claim claim, OperationRecord.State state, @Nullable String failure) {
        var now = Times.toDb(Times.now());
        return tx.sql()
                        .update(OPERATION)
                        .set(OPERATION.STATE, state.name())
                        .set(OPERATION.FAILURE, failure)
                        .set(OPERATION.UPDATED_AT, now)
                        .set(OPERATION.FINISHED_AT, now)
                        .setNull(OPERATION.UNFINISHED)
                        .setNull(OPERATION.LEASE_UNTIL)
                        .where(held(claim))
                        .execute()
                == 1;
    }

    private static org.jooq.Condition held(Claim claim) {
        return OPERATION
                .ID
                .eq(claim.id())
                .and(OPERATION.GENERATION.eq(claim.generation()))
                .and(OPERATION.UNFINISHED.isTrue());
    }

    /** Extends the leases of everything this owner holds and is still working on. */
    void renew(Transaction tx, String owner, List<String> ids, Duration lease) {
        tx.sql()
                .update(OPERATION)
                .set(OPERATION.LEASE_UNTIL, Times.toDb(Times.now().plus(lease)))
                .where(OPERATION.OWNER.eq(owner))
                .and(OPERATION.ID.in(ids))
                .and(OPERATION.UNFINISHED.isTrue())
                .execute();
    }

    /** Frees what an earlier process of this name held when it died. */
    int releaseOf(Transaction tx, String owner) {
        return tx.sql()
                .update(OPERATION)
                .setNull(OPERATION.LEASE_UNTIL)
                .setNull(OPERATION.OWNER)
                .set(OPERATION.DUE_AT, Times.toDb(Times.now()))
                .where(OPERATION.OWNER.eq(owner))
                .and(OPERATION.UNFINISHED.isTrue())
                .execute();
    }

    /** When the next parked operation is due, if any is. */
    Optional<Instant> nextDue(Transaction tx) {
        return Optional.ofNullable(
                        tx.sql()
                                .select(DSL.min(OPERATION.DUE_AT))
                                .from(OPERATION)
                                .where(OPERATION.UNFINISHED.isTrue())
                                .and(OPERATION.LEASE_UNTIL.isNull())
                                .fetchOne(0, java.time.LocalDateTime.class))
                .map(Times::fromDb);
    }

    void event(
            Transaction tx,
            Claim claim,
            String step,
            boolean undo,
            String result,
            @Nullable String detail,
            Instant startedAt) {
        tx.sql()
                .insertInto(EVENT)
                .set(EVENT.OPERATION_ID, claim.id())
                .set(EVENT.STEP, step)
                .set(EVENT.UNDO, undo)
                .set(EVENT.RESULT, result)
                .set(EVENT.DETAIL, detail)
                .set(EVENT.STARTED_AT, Times.toDb(startedAt))
                .set(EVENT.FINISHED_AT, Times.toDb(Times.now()))
                .execute();
    }

    /** The operations of one resource with their events, oldest first. */
    List<OperationRecord> history(Transaction tx, String resourceType, String resourceId) {
        var rows =
                tx.sql()
                        .selectFrom(OPERATION)
                        .where(OPERATION.RESOURCE_TYPE.eq(resourceType))
                        .and(OPERATION.RESOURCE_ID.eq(resourceId))
                        .orderBy(OPERATION.SEQUENCE)
                        .fetch();
        Map<String, List<OperationEvent>> events = new HashMap<>();
        tx.sql()
                .selectFrom(EVENT)
                .where(EVENT.OPERATION_ID.in(rows.getValues(OPERATION.ID)))
                .orderBy(EVENT.ID)
                .forEach(
                        row ->
                                events.computeIfAbsent(
                                                row.getOperationId(),
                                                id -> new java.util.ArrayList<>())
                                        .add(
                                                new OperationEvent(
                                                        row.getStep(),
                                                        row.getUndo(),
                                                        row.getResult(),
                                                        Optional.ofNullable(row.getDetail()),
                                                        Times.fromDb(row.getStartedAt()),
                                                        Times.fromDb(row.getFinishedAt()))));
        return rows.map(
                row ->
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

    /** Makes the parked operations of a resource due and names them. */
    List<String> dueNow(Transaction tx, String resourceType, String resourceId) {
        List<String> parked =
                tx.sql()
                        .select(OPERATION.ID)
                        .from(OPERATION)
                        .where(OPERATION.RESOURCE_TYPE.eq(resourceType))
                        .and(OPERATION.RESOURCE_ID.eq(resourceId))
                        .and(OPERATION.UNFINISHED.isTrue())
                        .orderBy(OPERATION.SEQUENCE)
                        .fetch(OPERATION.ID);
        if (!parked.isEmpty()) {
            tx.sql()
                    .update(OPERATION)
                    .set(OPERATION.DUE_AT, Times.toDb(Times.now()))
                    .where(OPERATION.ID.in(parked))
                    .and(OPERATION.UNFINISHED.isTrue())
                    .execute();
        }
        return parked;
    }

    /** The oldest unfinished operation of a resource. */
    Optional<String> next(Transaction tx, String resourceType, String resourceId) {
        return Optional.ofNullable(
                tx.sql()
                        .select(OPERATION.ID)
                        .from(OPERATION)
                        .where(OPERATION.RESOURCE_TYPE.eq(resourceType))
                        .and(OPERATION.RESOURCE_ID.eq(resourceId))
                        .and(OPERATION.UNFINISHED.isTrue())
                        .orderBy(OPERATION.SEQUENCE)
                        .limit(1)
                        .fetchOne(OPERATION.ID));
    }

    /** Whether a resource has an operation that has not ended. */
    boolean busy(Transaction tx, String resourceType, String resourceId) {
        return tx.sql()
                .fetchExists(
                        DSL.selectOne()
                                .from(OPERATION)
                                .where(OPERATION.RESOURCE_TYPE.eq(resourceType))
                                .and(OPERATION.RESOURCE_ID.eq(resourceId))
                                .and(OPERATION.UNFINISHED.isTrue()));
    }

    /** An operation that this process holds, as of when it took it. */
    record Claim(
            String id,
            String kind,
            String resourceType,
            String resourceId,
            String payload,
            String requestId,
            OperationRecord.State state,
            int step,
            int attempts,
            Optional<String> failure,
            long generation) {}
}
