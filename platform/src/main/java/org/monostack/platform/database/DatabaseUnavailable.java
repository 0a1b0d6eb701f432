package org.monostack.platform.database;

import org.monostack.platform.engine.EngineAway;

/** The database cannot be reached, or takes no more connections; the request may be repeated. */
public final class DatabaseUnavailable extends RuntimeException implements EngineAway {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailable(String message) {
        super(message);
    }

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean away() {
        return true;
    }
}
