package org.monostack.identity;

import java.util.Optional;
import org.monostack.identity.notification.Outlet;

/**
 * Takes what {@link IdentityNotifications} wrote down to a message broker, each once at least and
 * in order. Nobody waits for the broker. Callable from any thread.
 */
public interface NotificationDelivery extends Outlet, AutoCloseable {

    /** Begins to deliver; until then all is only written down. */
    void start();

    /** Why nothing is delivered at the moment, if that is so. */
    Optional<String> trouble();

    /** How many notifications are not delivered yet. */
    int waiting();

    /** Stops delivering; what waits stays written down for the next start. */
    @Override
    void close();
}
