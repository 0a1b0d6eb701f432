package org.monostack.driver.ovn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.monostack.driver.ovn.engine.Command;
import org.monostack.driver.ovn.ovsdb.OvsdbEndpoint;

/** A real ovsdb-server with OVN's northbound schema, on a socket of its own. */
public final class DatabaseServer implements AutoCloseable {

    private static final Path SCHEMA = Path.of("/usr/share/ovn/ovn-nb.ovsschema");

    private final Path directory;
    private Process process;

    public DatabaseServer() throws IOException {
        assumeTrue(Files.exists(SCHEMA), "skipped: OVN's schemas are not installed");
        directory = Files.createTempDirectory("nb");
        Command.run(
                "ovsdb-tool", "create", directory.resolve("nb.db").toString(), SCHEMA.toString());
        process = start();
    }

    public OvsdbEndpoint endpoint() {
        return OvsdbEndpoint.unix(directory.resolve("nb.sock"));
    }

    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void startAgain() throws IOException {
        process = start();
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        List.of(
                                "ovsdb-server",
                                "--no-chdir",
                                "-vconsole:off",
                                "--log-file=" + directory.resolve("nb.log"),
                                "--unixctl=" + directory.resolve("nb.ctl"),
                                "--remote=punix:" + directory.resolve("nb.sock"),
                                directory.resolve("nb.db").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
