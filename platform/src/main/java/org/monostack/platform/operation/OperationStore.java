package org.monostack.platform.operation;

import static org.monostack.platform.jooq.Tables.DURABLE_OPERATION;
import static org.monostack.platform.jooq.Tables.EVENT;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.jooq.tables.DurableOperation;

/**
 * The rows of operations and their events. An unfinished operation is claimed by writing one's name
 * and a lease into its row; every later write of the holder names the generation it claimed, so a
 * holder whose lease lapsed can change nothing any more.
 */
final class OperationStore {
    private static final String WAITING = "Waiting";
    private static final DurableOperation EARLIER = DURABLE_OPERATION.as("earlier");

    /** Who works on an operation, and until when if nothing is heard of them. */
    record Holder(String owner, Instant until) {}

    void insert(Transaction tx, Claim fresh, Optional<Holder> holder) {
        var now = Times.toDb(Times.now());
        tx.sql()
                .insertInto(DURABLE_OPERATION)
                .set(DURABLE_OPERATION.ID, fresh.id())
                .set(DURABLE_OPERATION.KIND, fresh.kind())
                .set(DURABLE_OPERATION.RESOURCE_TYPE, fresh.resourceType())
                .set(DURABLE_OPERATION.RESOURCE_ID, fresh.resourceId())
                .set(DURABLE_OPERATION.PAYLOAD, fresh.payload())
                .set(DURABLE_OPERATION.REQUEST_ID, fresh.requestId())
                .set(DURABLE_OPERATION.STATE, OperationRecord.State.RUNNING.name())
                .set(DURABLE_OPERATION.STEP, 0)
                .set(DURABLE_OPERATION.ATTEMPTS, 0)
                .set(DURABLE_OPERATION.GENERATION, fresh.generation())
                .set(DURABLE_OPERATION.OWNER, holder.map(Holder::owner).orElse(null))
                .set(
                        DURABLE_OPERATION.LEASE_UNTIL,
                        holder.map(it -> Times.toDb(it.until())).orElse(null))
                .set(DURABLE_OPERATION.DUE_AT, now)
                .set(DURABLE_OPERATION.CREATED_AT, now)
                .set(DURABLE_OPERATION.UPDATED_AT, now)
                .set(DURABLE_OPERATION.UNFINISHED, true)
                .execute();
    }

    /** Ids of operations that are due and free, oldest first. */
    List<String> due(Transaction tx, int limit) {
        var now = Times.toDb(Times.now());
        return tx.sql()
                .select(DURABLE_OPERATION.ID)
                .from(DURABLE_OPERATION)
                .where(DURABLE_OPERATION.UNFINISHED.isTrue())
                .and(DURABLE_OPERATION.DUE_AT.le(now))
                .and(
                        DURABLE_OPERATION
                                .LEASE_UNTIL
                                .isNull()
                                .or(DURABLE_OPERATION.LEASE_UNTIL.lt(now)))
                .andNot(waitsForAnother())
                .orderBy(DURABLE_OPERATION.SEQUENCE)
                .limit(limit)
                .fetch(DURABLE_OPERATION.ID);
    }

    /** Takes one operation, unless somebody else has it, it is not due, or it must queue. */
    Optional<Claim> claim(Transaction tx, String id, String owner, Duration lease) {
        Field<Boolean> waits = DSL.field(waitsForAnother()).as("waits");
        Record row =
                tx.sql()
                        .select(DURABLE_OPERATION.fields())
                        .select(waits)
                        .from(DURABLE_OPERATION)
                        .where(DURABLE_OPERATION.ID.eq(id))
                        .forUpdate()
                        .skipLocked()
                        .fetchOne();
        if (row == null || !Boolean.TRUE.equals(row.get(DURABLE_OPERATION.UNFINISHED))) {
            return Optional.empty();
        }
        Instant now = Times.now();
        var leaseUntil = row.get(DURABLE_OPERATION.LEASE_UNTIL);
        boolean held = leaseUntil != null && !Times.fromDb(leaseUntil).isBefore(now);
        boolean early = Times.fromDb(row.get(DURABLE_OPERATION.DUE_AT)).isAfter(now);
        if (held || early || Boolean.TRUE.equals(row.get(waits))) {
            return Optional.empty();
        }
        long generation = row.get(DURABLE_OPERATION.GENERATION) + 1;
        tx.sql()
                .update(DURABLE_OPERATION)
                .set(DURABLE_OPERATION.OWNER, owner)
                .set(DURABLE_OPERATION.GENERATION, generation)
                .set(DURABLE_OPERATION.LEASE_UNTIL, Times.toDb(now.plus(lease)))
                .where(DURABLE_OPERATION.ID.eq(id))
                .execute();
        return Optional.of(
                new Claim(
                        id,
                        row.get(DURABLE_OPERATION.KIND),
                        row.get(DURABLE_OPERATION.RESOURCE_TYPE),
                        row.get(DURABLE_OPERATION.RESOURCE_ID),
                        row.get(DURABLE_OPERATION.PAYLOAD),
                        row.get(DURABLE_OPERATION.REQUEST_ID),
                        OperationRecord.State.valueOf(row.get(DURABLE_OPERATION.STATE)),
                        row.get(DURABLE_OPERATION.STEP),
                        row.get(DURABLE_OPERATION.ATTEMPTS),
                        Optional.ofNullable(row.get(DURABLE_OPERATION.FAILURE)),
                        generation));
    }

    /** Whether an earlier operation of the same resource has not ended. */
    private static Condition waitsForAnother() {
        return DSL.exists(
                DSL.selectOne()
                        .from(EARLIER)
                        .where(EARLIER.RESOURCE_TYPE.eq(DURABLE_OPERATION.RESOURCE_TYPE))
                        .and(EARLIER.RESOURCE_ID.eq(DURABLE_OPERATION.RESOURCE_ID))
                        .and(EARLIER.SEQUENCE.lt(DURABLE_OPERATION.SEQUENCE))
                        .and(EARLIER.UNFINISHED.isTrue()));
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
                        .update(DURABLE_OPERATION)
                        .set(DURABLE_OPERATION.STATE, state.name())
                        .set(DURABLE_OPERATION.STEP, step)
                        .set(DURABLE_OPERATION.ATTEMPTS, attempts)
                        .set(DURABLE_OPERATION.FAILURE, failure)
                        .set(DURABLE_OPERATION.UPDATED_AT, Times.toDb(Times.now()))
                        .where(held(claim))
                        .execute()
                == 1;
    }

    /** Gives a held operation back, to be looked at again after a pause. */
    boolean park(Transaction tx, Claim claim, int attempts, Duration pause) {
        return tx.sql()
                        .update(DURABLE_OPERATION)
                        .set(DURABLE_OPERATION.ATTEMPTS, attempts)
                        .set(DURABLE_OPERATION.DUE_AT, Times.toDb(Times.now().plus(pause)))
                        .setNull(DURABLE_OPERATION.LEASE_UNTIL)
                        .setNull(DURABLE_OPERATION.OWNER)
                        .where(held(claim))
                        .execute()
                == 1;
    }

    boolean finish(
            Transaction tx, Claim claim, OperationRecord.State state, @Nullable String failure) {
        var now = Times.toDb(Times.now());
        return tx.sql()
                        .update(DURABLE_OPERATION)
                        .set(DURABLE_OPERATION.STATE, state.name())
                        .set(DURABLE_OPERATION.FAILURE, failure)
                        .set(DURABLE_OPERATION.UPDATED_AT, now)
                        .set(DURABLE_OPERATION.FINISHED_AT, now)
                        .setNull(DURABLE_OPERATION.UNFINISHED)
                        .setNull(DURABLE_OPERATION.LEASE_UNTIL)
                        .where(held(claim))
                        .execute()
                == 1;
    }

    private static Condition held(Claim claim) {
        return DURABLE_OPERATION
                .ID
                .eq(claim.id())
                .and(DURABLE_OPERATION.GENERATION.eq(claim.generation()))
                .and(DURABLE_OPERATION.UNFINISHED.isTrue());
    }

    /**
     * Extends the leases of what this owner works on.
     *
     * @return those that it still held
     */
    Set<String> renew(Transaction tx, String owner, Set<String> ids, Duration lease) {
        Set<String> held =
                tx.sql()
                        .select(DURABLE_OPERATION.ID)
                        .from(DURABLE_OPERATION)
                        .where(DURABLE_OPERATION.OWNER.eq(owner))
                        .and(DURABLE_OPERATION.ID.in(ids))
                        .and(DURABLE_OPERATION.UNFINISHED.isTrue())
                        .forUpdate()
                        .fetchSet(DURABLE_OPERATION.ID);
        tx.sql()
                .update(DURABLE_OPERATION)
                .set(DURABLE_OPERATION.LEASE_UNTIL, Times.toDb(Times.now().plus(lease)))
                .where(DURABLE_OPERATION.ID.in(held))
                .execute();
        return held;
    }

    /** Frees what an earlier process of this name held when it died. */
    int releaseOf(Transaction tx, String owner) {
        return release(tx, DURABLE_OPERATION.OWNER.eq(owner));
    }

    /** Frees some of what this owner holds. */
    int release(Transaction tx, String owner, Set<String> ids) {
        return release(tx, DURABLE_OPERATION.OWNER.eq(owner).and(DURABLE_OPERATION.ID.in(ids)));
    }

    private static int release(Transaction tx, Condition which) {
        return tx.sql()
                .update(DURABLE_OPERATION)
                .setNull(DURABLE_OPERATION.LEASE_UNTIL)
                .setNull(DURABLE_OPERATION.OWNER)
                .set(DURABLE_OPERATION.DUE_AT, Times.toDb(Times.now()))
                .where(which)
                .and(DURABLE_OPERATION.UNFINISHED.isTrue())
                .execute();
    }

    /** When the next parked operation is due, if any is. */
    Optional<Instant> nextDue(Transaction tx) {
        return Optional.ofNullable(
                        tx.sql()
                                .select(DSL.min(DURABLE_OPERATION.DUE_AT))
                                .from(DURABLE_OPERATION)
                                .where(DURABLE_OPERATION.UNFINISHED.isTrue())
                                .and(DURABLE_OPERATION.LEASE_UNTIL.isNull())
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
                .set(EVENT.IS_UNDO, undo)
                .set(EVENT.RESULT, result)
                .set(EVENT.DETAIL, detail)
                .set(EVENT.STARTED_AT, Times.toDb(startedAt))
                .set(EVENT.FINISHED_AT, Times.toDb(Times.now()))
                .execute();
    }

    /** Notes that a step waits; many looks at the same thing are one event that grows longer. */
    void waiting(
            Transaction tx,
            Claim claim,
            String step,
            boolean undo,
            String detail,
            Instant startedAt) {
        var last =
                tx.sql()
                        .selectFrom(EVENT)
                        .where(EVENT.OPERATION_ID.eq(claim.id()))
                        .orderBy(EVENT.ID.desc())
                        .limit(1)
                        .fetchOne();
        if (last == null
                || !last.getResult().equals(WAITING)
                || !last.getStep().equals(step)
                || last.getIsUndo() != undo) {
            event(tx, claim, step, undo, WAITING, detail, startedAt);
            return;
        }
        tx.sql()
                .update(EVENT)
                .set(EVENT.DETAIL, detail)
                .set(EVENT.FINISHED_AT, Times.toDb(Times.now()))
                .where(EVENT.ID.eq(last.getId()))
                .execute();
    }

    Optional<Instant> oldestDue(Transaction tx) {
        return Optional.ofNullable(
                        tx.sql()
                                .select(DSL.min(DURABLE_OPERATION.DUE_AT))
                                .from(DURABLE_OPERATION)
                                .where(DURABLE_OPERATION.UNFINISHED.isTrue())
                                .and(DURABLE_OPERATION.OWNER.isNull())
                                .fetchOne(0, java.time.LocalDateTime.class))
                .map(Times::fromDb);
    }

    /** Frees an operation whose lease lapsed. Returns false if somebody took it meanwhile. */
    boolean free(Transaction tx, String id) {
        var now = Times.toDb(Times.now());
        return tx.sql()
                        .update(DURABLE_OPERATION)
                        .setNull(DURABLE_OPERATION.LEASE_UNTIL)
                        .setNull(DURABLE_OPERATION.OWNER)
                        .set(DURABLE_OPERATION.DUE_AT, now)
                        .where(DURABLE_OPERATION.ID.eq(id))
                        .and(DURABLE_OPERATION.UNFINISHED.isTrue())
                        .and(DURABLE_OPERATION.LEASE_UNTIL.lt(now))
                        .execute()
                == 1;
    }

    /** Makes the parked operations of a resource due and names them. */
    List<String> dueNow(Transaction tx, String resourceType, String resourceId) {
        List<String> parked =
                tx.sql()
                        .select(DURABLE_OPERATION.ID)
                        .from(DURABLE_OPERATION)
                        .where(DURABLE_OPERATION.RESOURCE_TYPE.eq(resourceType))
                        .and(DURABLE_OPERATION.RESOURCE_ID.eq(resourceId))
                        .and(DURABLE_OPERATION.UNFINISHED.isTrue())
                        .orderBy(DURABLE_OPERATION.SEQUENCE)
                        .fetch(DURABLE_OPERATION.ID);
        if (!parked.isEmpty()) {
            tx.sql()
                    .update(DURABLE_OPERATION)
                    .set(DURABLE_OPERATION.DUE_AT, Times.toDb(Times.now()))
                    .where(DURABLE_OPERATION.ID.in(parked))
                    .and(DURABLE_OPERATION.UNFINISHED.isTrue())
                    .execute();
        }
        return parked;
    }

    /** The oldest unfinished operation of a resource. */
    Optional<String> next(Transaction tx, String resourceType, String resourceId) {
        return Optional.ofNullable(
                tx.sql()
                        .select(DURABLE_OPERATION.ID)
                        .from(DURABLE_OPERATION)
                        .where(DURABLE_OPERATION.RESOURCE_TYPE.eq(resourceType))
                        .and(DURABLE_OPERATION.RESOURCE_ID.eq(resourceId))
                        .and(DURABLE_OPERATION.UNFINISHED.isTrue())
                        .orderBy(DURABLE_OPERATION.SEQUENCE)
                        .limit(1)
                        .fetchOne(DURABLE_OPERATION.ID));
    }

    /** Whether a resource has an operation that has not ended. */
    boolean busy(Transaction tx, String resourceType, String resourceId) {
        return tx.sql()
                .fetchExists(
                        DSL.selectOne()
                                .from(DURABLE_OPERATION)
                                .where(DURABLE_OPERATION.RESOURCE_TYPE.eq(resourceType))
                                .and(DURABLE_OPERATION.RESOURCE_ID.eq(resourceId))
                                .and(DURABLE_OPERATION.UNFINISHED.isTrue()));
    }

    /** The resources of a type that have an operation that has not ended. */
    Set<String> busy(Transaction tx, String resourceType) {
        return tx.sql()
                .select(DURABLE_OPERATION.RESOURCE_ID)
                .from(DURABLE_OPERATION)
                .where(DURABLE_OPERATION.UNFINISHED.isTrue())
                .and(DURABLE_OPERATION.RESOURCE_TYPE.eq(resourceType))
                .fetchSet(DURABLE_OPERATION.RESOURCE_ID);
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
