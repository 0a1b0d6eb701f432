package org.monostack.identity.notification;

import org.monostack.platform.database.Transaction;

/** Where notifications go, each a JSON object. Thread-safe; must be quick. */
public interface Outlet {

    /** Takes that of a change, which is to be told if this transaction is committed. */
    void changed(Transaction tx, String message);

    /** Takes that of a log-in, which changed nothing. */
    void loggedIn(String message);
}
