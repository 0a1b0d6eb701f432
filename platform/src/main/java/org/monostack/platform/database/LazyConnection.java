package org.monostack.platform.database;

import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** A connection of one reader, taken when it turns out to need one. For one thread. */
final class LazyConnection implements AutoCloseable {
    private final Connections connections;
    private @Nullable Connection taken;
    private boolean inTurn;

    LazyConnection(Connections connections) {
        this.connections = connections;
    }

    /** Throws {@link DatabaseUnavailable} or the driver's exception when there is none. */
    Connection get() {
        connections.turns().begin();
        inTurn = true;
        try {
            Connection connection = connections.take();
            taken = connection;
            return connection;
        } catch (SQLException e) {
            throw new NoConnection(e);
        }
    }

    /** The connection, if one was needed. */
    @Nullable Connection taken() {
        return taken;
    }

    /** Says that the database answered, if it was asked. */
    void gotOn() {
        if (taken != null) {
            connections.turns().gotOn();
        }
    }

    @Override
    public void close() {
        try {
            if (taken != null) {
                taken.close();
            }
        } catch (SQLException e) {
            throw new DataAccessException(e.getMessage(), e);
        } finally {
            if (inTurn) {
                connections.turns().end();
            }
        }
    }

    /** There was none to take, which is not a connection that broke. */
    static final class NoConnection extends DataAccessException {
        private static final long serialVersionUID = 1L;

        NoConnection(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
