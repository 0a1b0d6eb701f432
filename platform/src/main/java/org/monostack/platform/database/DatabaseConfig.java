package org.monostack.platform.database;

import java.time.Duration;

/**
 * Where the database is.
 *
 * @param connections the most connections held at once
 * @param patience how long a request waits for a free connection before it is answered 503
 */
public record DatabaseConfig(
        String host, int port, String user, String password, int connections, Duration patience) {

    /** Enough for one process on one machine. */
    public static DatabaseConfig of(String host, int port, String user, String password) {
        return new DatabaseConfig(host, port, user, password, 24, Duration.ofSeconds(8));
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "DatabaseConfig[" + user + "@" + host + ":" + port + "]";
    }
}
