package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.NOTIFICATION;
import static org.monostack.identity.jooq.Tables.NOTIFICATION_COURIER;

import java.time.Duration;
import java.util.List;
import org.jooq.impl.DSL;
import org.monostack.identity.model.OutgoingNotification;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Notifications that wait for the broker, and who takes them there. Stateless. */
public final class NotificationStore {

    private static final int COURIER = 1;

    public void add(Transaction tx, String body) {
        tx.sql()
                .insertInto(NOTIFICATION)
                .set(NOTIFICATION.BODY, body)
                .set(NOTIFICATION.CREATED_AT, Rows.now())
                .execute();
    }

    /** The oldest, in order. */
    public List<OutgoingNotification> oldest(Transaction tx, int count) {
        return tx.sql()
                .select(NOTIFICATION.NUMBER, NOTIFICATION.BODY)
                .from(NOTIFICATION)
                .orderBy(NOTIFICATION.NUMBER)
                .limit(count)
                .fetch(row -> new OutgoingNotification(row.value1(), row.value2()));
    }

    public void remove(Transaction tx, List<Long> numbers) {
        tx.sql().deleteFrom(NOTIFICATION).where(NOTIFICATION.NUMBER.in(numbers)).execute();
    }

    /** Removes all but the newest; returns how many those were. */
    public int removeBeyond(Transaction tx, int kept) {
        Long youngest =
                tx.sql()
                        .select(NOTIFICATION.NUMBER)
                        .from(NOTIFICATION)
                        .orderBy(NOTIFICATION.NUMBER.desc())
                        .limit(1)
                        .offset(kept)
                        .fetchOne(NOTIFICATION.NUMBER);
        return youngest == null
                ? 0
                : tx.sql()
                        .deleteFrom(NOTIFICATION)
                        .where(NOTIFICATION.NUMBER.le(youngest))
                        .execute();
    }

    /**
     * Makes somebody the courier, or keeps them so; false if another is.
     *
     * @param life until another may, if this one is not heard of again
     */
    public boolean hold(Transaction tx, String holder, Duration life) {
        tx.sql()
                .insertInto(NOTIFICATION_COURIER)
                .set(NOTIFICATION_COURIER.ID, COURIER)
                .set(NOTIFICATION_COURIER.HOLDER, holder)
                .set(NOTIFICATION_COURIER.HELD_UNTIL, Rows.now())
                .onDuplicateKeyIgnore()
                .execute();
        return tx.sql()
                        .update(NOTIFICATION_COURIER)
                        .set(NOTIFICATION_COURIER.HOLDER, holder)
                        .set(NOTIFICATION_COURIER.HELD_UNTIL, Times.toDb(Times.now().plus(life)))
                        .where(NOTIFICATION_COURIER.ID.eq(COURIER))
                        .and(
                                NOTIFICATION_COURIER
                                        .HOLDER
                                        .eq(holder)
                                        .or(NOTIFICATION_COURIER.HELD_UNTIL.le(Rows.now())))
                        .execute()
                > 0;
    }

    /** Lets another be the courier. */
    public void release(Transaction tx, String holder) {
        tx.sql()
                .update(NOTIFICATION_COURIER)
                .set(NOTIFICATION_COURIER.HELD_UNTIL, Rows.now())
                .where(NOTIFICATION_COURIER.ID.eq(COURIER))
                .and(NOTIFICATION_COURIER.HOLDER.eq(holder))
                .execute();
    }

    /** How many wait. */
    public int count(Transaction tx) {
        return tx.sql().fetchCount(DSL.selectFrom(NOTIFICATION));
    }
}
