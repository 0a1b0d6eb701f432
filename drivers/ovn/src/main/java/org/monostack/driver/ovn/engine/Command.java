package org.monostack.driver.ovn.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs small programs of the system and waits for them. */
public final class Command {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Command() {}

    /** How a program ended, with what it wrote to both its outputs. */
    public record Result(int status, String output) {
        public boolean succeeded() {
            return status == 0;
        }
    }

    /** Runs and demands success. */
    public static String run(String... command) {
        return run(PATIENCE, Map.of(), List.of(command));
    }

    /** Runs and demands success. */
    public static String run(
            Duration patience, Map<String, String> environment, List<String> command) {
        Result result = attempt(patience, environment, command);
        if (!result.succeeded()) {
            throw new EngineException(
                    "'%s' failed with status %d: %s"
                            .formatted(
                                    String.join(" ", command),
                                    result.status(),
                                    result.output().strip()));
        }
        return result.output();
    }

    public static Result attempt(String... command) {
        return attempt(PATIENCE, Map.of(), List.of(command));
    }

    public static Result attempt(
            Duration patience, Map<String, String> environment, List<String> command) {
        // Output goes through a file: a daemon that keeps the other end of a pipe open would keep
        // us waiting for its end.
        Path output = null;
        try {
            output = Files.createTempFile("engine", ".out");
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.environment().put("LC_ALL", "C");
            builder.redirectErrorStream(true);
            builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.redirectOutput(output.toFile());
            Process process = builder.start();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new EngineException(
                        "'%s' did not end within %d s"
                                .formatted(String.join(" ", command), patience.toSeconds()));
            }
            return new Result(
                    process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EngineException("cannot run '" + command.getFirst() + "'", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while running " + command.getFirst(), e);
        } finally {
            if (output != null) {
                try {
                    Files.deleteIfExists(output);
                } catch (IOException e) {
                    throw new EngineException("cannot remove " + output, e);
                }
            }
        }
    }
}
