package org.monostack.platform.database;

/** The database cannot be reached, or takes no more connections; the request may be repeated. */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
