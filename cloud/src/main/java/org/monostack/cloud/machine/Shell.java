package org.monostack.cloud.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs programs of the system. Stateless. */
public final class Shell {

    private Shell() {}

    /**
     * What a program left.
     *
     * @param output standard output and error, together
     */
    public record Result(int status, String output) {

        public boolean ok() {
            return status == 0;
        }

        /** The last lines, for an error message. */
        public String tail() {
            List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        }
    }

    /** Runs a program to its end. Throws {@link LaunchFailed} when it cannot be run at all. */
    public static Result run(List<String> command) {
        return run(command, Map.of(), line -> {});
    }

    /** The same, telling each line as it is printed. */
    public static Result run(
            List<String> command, Map<String, String> environment, Consumer<String> lines) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        try {
            Process process = builder.start();
            StringBuilder output = new StringBuilder();
            try (InputStream in = process.getInputStream();
                    var reader =
                            new java.io.BufferedReader(
                                    new java.io.InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    output.append(line).append('\n');
                    lines.accept(line);
                }
            }
            return new Result(process.waitFor(), output.toString());
        } catch (IOException e) {
            throw new LaunchFailed("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchFailed("interrupted while running " + command.getFirst(), e);
        }
    }

    /** Whether a program of this name is on the path. */
    public static boolean has(String program) {
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "" : path).concat(":/usr/sbin:/sbin").split(":")) {
            if (!directory.isEmpty()
                    && java.nio.file.Files.isExecutable(
                            java.nio.file.Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
