package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.PENDING_CHANGE;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.jooq.tables.records.PendingChangeRecord;
import org.monostack.network.model.Realised;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * What the data plane has yet to follow. A row is written in the transaction that changes a
 * resource, and goes once the driver has made the outside equal to the resource's newest state; so
 * nothing is forgotten, whenever the process dies. Thread-safe.
 */
public final class Changes {
    /** Says of a port that nothing happened to it since it was made for a server. */
    private static final String NEW = "until-plugged";

    /** Whoever made the server plugs its ports at once, unless the process dies. */
    private static final Duration NEW_PATIENCE = Duration.ofSeconds(20);

    private volatile Runnable waker = () -> {};

    /** Who is told, after the commit, that there is something to do. */
    public void onCommit(Runnable waker) {
        this.waker = waker;
    }

    public void network(Transaction tx, String id) {
        mark(tx, Realised.NETWORK, id);
    }

    public void port(Transaction tx, String id) {
        mark(tx, Realised.PORT, id);
    }

    public void router(Transaction tx, String id) {
        mark(tx, Realised.ROUTER, id);
    }

    public void securityGroup(Transaction tx, String id) {
        mark(tx, Realised.SECURITY_GROUP, id);
    }

    /** A port that was made just now, and that who plugs it realises before. */
    public void portUntilPlugged(Transaction tx, String id) {
        write(tx, Realised.PORT, id, NEW, Times.now().plus(NEW_PATIENCE));
    }

    /** Strikes out that a port is to be realised, unless something happened to it since. */
    public void plugged(Transaction tx, Collection<String> ports) {
        tx.sql()
                .deleteFrom(PENDING_CHANGE)
                .where(
                        PENDING_CHANGE.KIND.eq(Realised.PORT.name()),
                        PENDING_CHANGE.RESOURCE_ID.in(ports),
                        PENDING_CHANGE.STAMP.eq(NEW))
                .execute();
    }

    /** Says that a resource changed or is gone; which of the two is looked at later. */
    public void mark(Transaction tx, Realised kind, String id) {
        write(tx, kind, id, UUID.randomUUID().toString(), Times.now());
        Runnable listener = waker;
        tx.afterCommit(listener);
    }

    private static void write(Transaction tx, Realised kind, String id, String stamp, Instant due) {
        LocalDateTime now = Times.toDb(Times.now());
        tx.sql()
                .insertInto(PENDING_CHANGE)
                .set(PENDING_CHANGE.KIND, kind.name())
                .set(PENDING_CHANGE.RESOURCE_ID, id)
                .set(PENDING_CHANGE.STAMP, stamp)
                .set(PENDING_CHANGE.ATTEMPTS, 0)
                .set(PENDING_CHANGE.DUE_AT, Times.toDb(due))
                .set(PENDING_CHANGE.REQUESTED_AT, now)
                .onDuplicateKeyUpdate()
                .set(PENDING_CHANGE.STAMP, stamp)
                .set(PENDING_CHANGE.ATTEMPTS, 0)
                .set(PENDING_CHANGE.DUE_AT, Times.toDb(due))
                .execute();
    }

    /** What is due, oldest first. */
    public List<PendingChangeRecord> due(Transaction tx, int limit) {
        return tx.sql()
                .selectFrom(PENDING_CHANGE)
                .where(PENDING_CHANGE.DUE_AT.le(Times.toDb(Times.now())))
                .orderBy(PENDING_CHANGE.DUE_AT)
                .limit(limit)
                .fetch();
    }

    /** Whether a resource waits for the data plane. */
    public boolean isPending(Transaction tx, Realised kind, String id) {
        return tx.sql()
                .fetchExists(
                        PENDING_CHANGE,
                        PENDING_CHANGE.KIND.eq(kind.name()),
                        PENDING_CHANGE.RESOURCE_ID.eq(id));
    }

    /** Which of these networks and security groups wait for the data plane. */
    public List<PendingChangeRecord> pending(Transaction tx, Collection<String> ids) {
        return tx.sql()
                .selectFrom(PENDING_CHANGE)
                .where(
                        PENDING_CHANGE.KIND.in(
                                Realised.NETWORK.name(), Realised.SECURITY_GROUP.name()),
                        PENDING_CHANGE.RESOURCE_ID.in(ids))
                .fetch();
    }

    /**
     * Strikes out changes, but not of what changed once more since they were read.
     *
     * @return the ids of the resources that are done with
     */
    public Set<String> done(Transaction tx, Collection<PendingChangeRecord> done) {
        return tx.sql()
                .deleteFrom(PENDING_CHANGE)
                .where(
                        PENDING_CHANGE.KIND.in(
                                done.stream()
                                        .map(PendingChangeRecord::getKind)
                                        .distinct()
                                        .toList()),
                        PENDING_CHANGE.RESOURCE_ID.in(
                                done.stream().map(PendingChangeRecord::getResourceId).toList()),
                        // Of one change of one resource alone.
                        PENDING_CHANGE.STAMP.in(
                                done.stream().map(PendingChangeRecord::getStamp).toList()))
                .returning(PENDING_CHANGE.RESOURCE_ID)
                .fetchSet(PENDING_CHANGE.RESOURCE_ID);
    }

    /** Puts a change off after a failure, longer each time. */
    public void failed(Transaction tx, PendingChangeRecord change, String failure) {
        int attempts = change.getAttempts() + 1;
        Duration pause = Duration.ofMillis(Math.min(30_000, 200L << Math.min(attempts, 10)));
        tx.sql()
                .update(PENDING_CHANGE)
                .set(PENDING_CHANGE.ATTEMPTS, attempts)
                .set(PENDING_CHANGE.DUE_AT, Times.toDb(Times.now().plus(pause)))
                .set(PENDING_CHANGE.FAILURE, failure)
                .where(
                        PENDING_CHANGE.KIND.eq(change.getKind()),
                        PENDING_CHANGE.RESOURCE_ID.eq(change.getResourceId()),
                        PENDING_CHANGE.STAMP.eq(change.getStamp()))
                .execute();
    }

    /** Everything that waits, with its failures; for an operator to see. */
    public List<PendingChangeRecord> all(Transaction tx) {
        return tx.sql().selectFrom(PENDING_CHANGE).orderBy(PENDING_CHANGE.REQUESTED_AT).fetch();
    }
}
