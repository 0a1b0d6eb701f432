package org.monostack.identity;

import java.util.Optional;
import org.monostack.platform.http.RequestObserver;

/**
 * Tells a message broker of what requests to identity did, each once at least and in order. As an
 * observer of requests it writes down what is to be told before the request is answered, which
 * takes as long as the database takes; the broker is never waited for. Callable from any thread.
 */
public interface NotificationDelivery extends RequestObserver, AutoCloseable {

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
