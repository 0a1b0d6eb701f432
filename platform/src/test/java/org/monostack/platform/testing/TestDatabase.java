package org.monostack.platform.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.DatabaseConfig;
import org.monostack.platform.database.PrivateMariaDb;

/**
 * A MariaDB for the tests of one JVM: started at the first use, stopped and removed at exit. Tests
 * share it; each makes data of its own.
 */
public final class TestDatabase {
    private static @Nullable PrivateMariaDb server;
    private static @Nullable Database shared;

    private TestDatabase() {}

    /** The shared database, with these schemas brought up to date. */
    public static synchronized Database open(String... schemas) {
        Database database = shared;
        if (database == null) {
            database = Database.open(config());
            shared = database;
        }
        for (String schema : schemas) {
            database.migrate(schema);
        }
        return database;
    }

    /** A further database of its own, with these schemas, for tests that empty theirs. */
    public static Database another(String... schemas) {
        Database database = Database.open(start().connection());
        for (String schema : schemas) {
            database.migrate(schema);
        }
        return database;
    }

    /** Where the shared database is, for tests of several programs on one database. */
    public static synchronized DatabaseConfig config() {
        PrivateMariaDb started = server;
        if (started == null) {
            started = start();
            server = started;
        }
        return started.connection();
    }

    private static PrivateMariaDb start() {
        try {
            Path directory = Files.createTempDirectory("monostack-test-");
            PrivateMariaDb started = new PrivateMariaDb(directory, freePort(), "secret");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(started, directory)));
            started.ensureStarted(Duration.ofSeconds(60));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(PrivateMariaDb server, Path directory) {
        server.process().ifPresent(ProcessHandle::destroyForcibly);
        try {
            TestFiles.remove(directory);
        } catch (UncheckedIOException e) {
            // Left for the machine's own cleaning of temporary files.
        }
    }

    /** A TCP port on loopback that nobody listens on just now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
