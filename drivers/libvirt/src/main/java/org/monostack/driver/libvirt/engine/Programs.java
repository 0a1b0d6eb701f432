package org.monostack.driver.libvirt.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs programs with a deadline, in a clean environment and with no shell in between. */
public final class Programs {
    private static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int OUTPUT_LIMIT = 4000;

    private Programs() {}

    /**
     * How a program ended.
     *
     * @param status its exit status; empty if it was killed at the deadline
     * @param output standard output and error, the last few thousand characters
     */
    public record Ending(Optional<Integer> status, String output) {
        public boolean succeeded() {
            return status.isPresent() && status.get() == 0;
        }
    }

    /** Runs a program to its end or to the deadline, whichever comes first. */
    public static Ending run(Duration deadline, List<String> command) throws IOException {
        // A file and not a pipe: a daemon that the program leaves behind may keep a pipe open.
        Path output = Files.createTempFile("monostack-program-", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.put("PATH", PATH);
            environment.put("LC_ALL", "C");
            environment.put("HOME", "/");
            Process process = builder.start();
            boolean ended;
            try {
                ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while " + command.getFirst() + " ran", e);
            }
            if (!ended) {
                process.destroyForcibly().onExit().join();
            }
            String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
            return new Ending(
                    ended ? Optional.of(process.exitValue()) : Optional.empty(),
                    text.length() > OUTPUT_LIMIT
                            ? text.substring(text.length() - OUTPUT_LIMIT)
                            : text);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Runs a program that must succeed; its output explains why it did not. */
    public static void require(Duration deadline, List<String> command) throws IOException {
        Ending ending = run(deadline, command);
        if (!ending.succeeded()) {
            throw new IOException(
                    command.getFirst()
                            + (ending.status().isPresent()
                                    ? " failed: "
                                    : " did not end within " + deadline.toSeconds() + " s: ")
                            + (ending.output().isEmpty() ? "no output" : ending.output()));
        }
    }

    /** Where a program is installed. */
    public static Optional<Path> find(String program) {
        for (String directory : PATH.split(":")) {
            Path candidate = Path.of(directory, program);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
