package org.monostack.identity.notification;

import java.util.Map;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;

/**
 * Tells others of changes, each in the transaction that makes it: what is committed is told, and
 * what is rolled back is not. Called once the change is written, and last: the locks that the
 * change holds by then put what is told of one thing in the order in which it happened to it.
 */
@FunctionalInterface
public interface Announcements {

    void tell(Transaction tx, Request request, Happening change);

    /**
     * @param type the kind of thing in Keystone's words, as in {@code identity.user.created}
     */
    default void created(Transaction tx, Request request, String type, String id) {
        tell(tx, request, Happening.of("created", type, id, Map.of()));
    }

    default void updated(Transaction tx, Request request, String type, String id) {
        tell(tx, request, Happening.of("updated", type, id, Map.of()));
    }

    default void deleted(Transaction tx, Request request, String type, String id) {
        tell(tx, request, Happening.of("deleted", type, id, Map.of()));
    }
}
