package org.monostack.cloud;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.ServeProcess;
import org.monostack.cloud.machine.LaunchFailed;

/**
 * Stops a cloud from outside its process: first the process, so that nobody starts again what is
 * being stopped, then the servers, the networks, and the database last. Every step looks for itself
 * what is there, so a stop that was cut off can be repeated.
 */
public final class Shutdown {

    private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(60);

    private final CloudConfig config;
    private final DataDirectory data;
    private final Engines engines;
    private final Consumer<String> out;

    public Shutdown(CloudConfig config, Consumer<String> out) {
        this.config = config;
        this.data = DataDirectory.of(config);
        this.engines = new Engines(config);
        this.out = out;
    }

    /** Stops everything and keeps the data. */
    public void stop() {
        if (!data.ours()) {
            out.accept("There is no cloud in " + data.root() + ".");
            return;
        }
        step(
                "service",
                () ->
                        new ServeProcess(data).stop(SERVICE_PATIENCE)
                                ? "stopped"
                                : "was not running");
        if (!config.servers().fake()) {
            step("servers", () -> GuestShutdown.run(engines.hypervisorConfig()));
            step("networks", engines::stopNetwork);
        }
        Optional<Credentials> credentials = Credentials.find(config);
        if (credentials.isPresent()) {
            engines.ownBroker(credentials.get())
                    .ifPresent(broker ->
                            step(
                                    "broker",
                                    () -> {
                                        boolean ran = broker.process().isPresent();
                                        broker.stop(BROKER_PATIENCE);
                                        return ran ? "stopped" : "was not running";
                                    }));
            engines.ownDatabase(credentials.get())
                    .ifPresent(database ->
                            step(
                                    "database",
                                    () -> {
                                        boolean ran = database.process().isPresent();
                                        database.stop(DATABASE_PATIENCE);
                                        return ran ? "stopped" : "was not running";
                                    }));
        }
    }

    /** Stops everything and removes the data. */
    public void wipe() {
        stop();
        if (data.ours()) {
            step(
                    "data",
                    () -> {
                        deleteTree(data.root());
                        return data.root() + " removed";
                    });
        }
    }

    private interface Step {
        String run() throws IOException;
    }

    private void step(String name, Step step) {
        long started = System.nanoTime();
        try {
            String result = step.run();
            out.accept(
                    String.format(
                            Locale.ROOT,
                            "%7.1f s  %s: %s",
                            (System.nanoTime() - started) / 1e9,
                            name,
                            result));
        } catch (IOException e) {
            throw new LaunchFailed(name + ": " + e.getMessage(), e);
        }
    }

    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @org.jspecify.annotations.Nullable IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
