package org.monostack.identity.notification;

import java.io.IOException;
import java.util.List;

/**
 * Takes notifications to those who consume them. Used by one thread at a time; {@link #close} may
 * come from another.
 */
public interface Broker extends AutoCloseable {

    /**
     * Hands notifications over, in this order, and returns once the broker has said of each that it
     * has it. When it throws, it may have any number of them; they are handed over again then.
     *
     * @param bodies JSON objects
     */
    void publish(List<String> bodies) throws IOException;

    /** Lets go of the connection, if there is one; a later {@link #publish} makes another. */
    @Override
    void close();
}
