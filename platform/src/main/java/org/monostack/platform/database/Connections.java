package org.monostack.platform.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** Connections for one purpose, and who may use one next. Thread-safe. */
final class Connections implements AutoCloseable {

    /** Longer than any statement waits for a lock; then the server is taken for hung. */
    private static final int SILENCE_MILLIS = 15_000;

    private static final Executor SAME_THREAD = Runnable::run;

    private final HikariDataSource pool;
    private final Turns turns;
    private final DatabaseConfig config;

    private Connections(HikariConfig hikari, DatabaseConfig config) {
        try {
            this.pool = new HikariDataSource(hikari);
        } catch (RuntimeException e) {
            throw new DatabaseUnavailable(
                    "no database at " + config.host() + ":" + config.port() + ": " + e.getMessage(),
                    e);
        }
        this.config = config;
        this.turns = new Turns(hikari.getMaximumPoolSize(), config.patience());
    }

    /** For transactions. Throws {@link DatabaseUnavailable} when the server does not answer. */
    static Connections writing(DatabaseConfig config) {
        HikariConfig hikari = hikari(config, config.connections(), "");
        hikari.setPoolName("database");
        hikari.setMinimumIdle(Math.min(4, config.connections()));
        hikari.setInitializationFailTimeout(10_000);
        hikari.setAutoCommit(false);
        // Locking reads see the newest rows under either level; this one takes no gap locks.
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new Connections(hikari, config);
    }

    /** For queries, each of which is a transaction of its own. Opened when they are needed. */
    static Connections reading(DatabaseConfig config, int most) {
        HikariConfig hikari = hikari(config, most, ",tx_read_only=1");
        hikari.setPoolName("database-readers");
        hikari.setMinimumIdle(1);
        hikari.setInitializationFailTimeout(-1);
        return new Connections(hikari, config);
    }

    /** One more for transactions, whatever the others are used for. Opened when it is needed. */
    Connections alone() {
        HikariConfig hikari = hikari(config, 1, "");
        hikari.setPoolName("database-sole-writer");
        // Whoever waits here holds up the process's end.
        hikari.setConnectionTimeout(1_000);
        hikari.setInitializationFailTimeout(-1);
        hikari.setAutoCommit(false);
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new Connections(hikari, config);
    }

    private static HikariConfig hikari(DatabaseConfig config, int most, String variables) {
        HikariConfig hikari = new HikariConfig();
        hikari.setJdbcUrl(
                "jdbc:mariadb://"
                        + config.host()
                        + ":"
                        + config.port()
                        + "/?timezone=UTC&useServerPrepStmts=true&prepStmtCacheSize=500"
                        + "&rewriteBatchedStatements=false&connectTimeout=5000&tcpKeepAlive=true"
                        + "&sslMode=disable&allowPublicKeyRetrieval=true"
                        + "&sessionVariables=sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',"
                        + "innodb_lock_wait_timeout=10"
                        + variables);
        hikari.setUsername(config.user());
        hikari.setPassword(config.password());
        hikari.setMaximumPoolSize(most);
        hikari.setConnectionTimeout(config.patience().toMillis());
        hikari.setValidationTimeout(2_000);
        return hikari;
    }

    Turns turns() {
        return turns;
    }

    /** Migrations may take long; a transaction may not. */
    Connection take() throws SQLException {
        Connection connection = pool.getConnection();
        connection.setNetworkTimeout(SAME_THREAD, SILENCE_MILLIS);
        return connection;
    }

    /** Without a limit on how long a statement takes. */
    DataSource source() {
        return pool;
    }

    /** Closes connections as they come back, for they are most likely broken. */
    void forget() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    HikariPoolMXBean state() {
        return pool.getHikariPoolMXBean();
    }

    @Override
    public void close() {
        pool.close();
    }
}
