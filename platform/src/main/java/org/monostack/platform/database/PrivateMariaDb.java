package org.monostack.platform.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.monostack.platform.engine.PidFile;

/**
 * A mariadbd of our own on a data directory of its own, listening on loopback only. The daemon
 * outlives this process: {@link #ensureStarted} finds it again by its pid file.
 *
 * <p>Not thread-safe; one caller at a time.
 */
public final class PrivateMariaDb {
    private static final String USER = "monostack";

    private final Path directory;
    private final int port;
    private final String password;

    /**
     * @param directory holds data, socket, pid file and log; created if missing, for its owner only
     * @param port TCP port on 127.0.0.1
     * @param password of the user {@code monostack}; changed to this one if it was another
     */
    public PrivateMariaDb(Path directory, int port, String password) {
        this.directory = directory;
        this.port = port;
        this.password = password;
    }

    /** How to connect. */
    public DatabaseConfig connection() {
        return DatabaseConfig.of("127.0.0.1", port, USER, password);
    }

    /** The daemon's own log. */
    public Path log() {
        return directory.resolve("mariadbd.log");
    }

    /** The daemon's process, if it runs. */
    public Optional<ProcessHandle> process() {
        Path pidFile = directory.resolve("mariadbd.pid");
        return PidFile.process(pidFile, pidFile.toString());
    }

    /**
     * Makes the data directory if there is none, starts the daemon if it does not run, and waits
     * until it answers. Throws IllegalStateException, naming the log, when it does not.
     */
    public void ensureStarted(Duration patience) {
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path data = directory.resolve("data");
            if (!Files.exists(data.resolve("mysql"))) {
                install(data);
            }
            Optional<ProcessHandle> daemon = process();
            awaitAnswer(
                    daemon.isPresent() ? daemon.get() : launch(data), Instant.now().plus(patience));
        } catch (IOException e) {
            throw new IllegalStateException("cannot start MariaDB: " + e.getMessage(), e);
        }
    }

    /** Asks the daemon to end and waits until it has. */
    public void stop(Duration patience) {
        process()
                .ifPresent(daemon -> {
                    daemon.destroy();
                    try {
                        daemon.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        throw new IllegalStateException("mariadbd did not stop; see " + log(), e);
                    }
                });
    }

    private void install(Path data) throws IOException {
        Path half = directory.resolve("data.new");
        deleteTree(half);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "mariadb-install-db",
                                "--no-defaults",
                                "--datadir=" + half,
                                "--tmpdir=" + temporary(),
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db"));
        asRoot(command);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
        await(process, "mariadb-install-db");
        // Only a finished installation gets the name that the next start looks for.
        Files.move(half, data);
    }

    private ProcessHandle launch(Path data) throws IOException {
        Path init = directory.resolve("init.sql");
        Files.writeString(init, initialisation());
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rw-------"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "setsid",
                                "mariadbd",
                                "--no-defaults",
                                "--datadir=" + data,
                                "--tmpdir=" + temporary(),
                                "--socket=" + directory.resolve("mariadbd.sock"),
                                "--pid-file=" + directory.resolve("mariadbd.pid"),
                                "--log-error=" + log(),
                                "--init-file=" + init,
                                "--bind-address=127.0.0.1",
                                "--port=" + port,
                                "--skip-name-resolve",
                                "--character-set-server=utf8mb4",
                                "--collation-server=utf8mb4_nopad_bin",
                                "--transaction-isolation=READ-COMMITTED",
                                "--binlog-format=ROW",
                                "--innodb-buffer-pool-size=128M",
                                "--innodb-log-file-size=48M",
                                "--innodb-flush-log-at-trx-commit=1",
                                "--max-connections=200",
                                "--max-allowed-packet=64M",
                                "--performance-schema=OFF"));
        asRoot(command);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start()
                .toHandle();
    }

    /**
     * Its own: a server that starts removes the temporary tables that it finds, also those of
     * another server that is using them.
     */
    private Path temporary() throws IOException {
        return Files.createDirectories(directory.resolve("tmp"));
    }

    /** Runs on every start, so that a changed password takes effect and root has no way in. */
    private String initialisation() {
        String quoted = password.replace("\\", "\\\\").replace("'", "\\'");
        return "create user if not exists '"
                + USER
                + "'@'127.0.0.1' identified by '"
                + quoted
                + "';\n"
                + "alter user '"
                + USER
                + "'@'127.0.0.1' identified by '"
                + quoted
                + "';\n"
                + "grant all privileges on *.* to '"
                + USER
                + "'@'127.0.0.1';\n"
                + "delete from mysql.global_priv where user = '' or (user = 'root' and host <> 'localhost');\n"
                + "flush privileges;\n";
    }

    private void awaitAnswer(ProcessHandle daemon, Instant deadline) {
        while (true) {
            try (Connection connection =
                            DriverManager.getConnection(
                                    "jdbc:mariadb://127.0.0.1:" + port + "/?connectTimeout=1000",
                                    USER,
                                    password);
                    Statement statement = connection.createStatement()) {
                statement.execute("select 1");
                return;
            } catch (SQLException e) {
                if (!daemon.isAlive() && process().isEmpty()) {
                    throw new IllegalStateException("mariadbd ended at once; see " + log(), e);
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException(
                            "MariaDB did not answer on 127.0.0.1:" + port + "; see " + log(), e);
                }
                sleep();
            }
        }
    }

    private static void asRoot(List<String> command) {
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
    }

    private static void await(Process process, String what) throws IOException {
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroy();
                throw new IOException(what + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + " was interrupted", e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for MariaDB", e);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
