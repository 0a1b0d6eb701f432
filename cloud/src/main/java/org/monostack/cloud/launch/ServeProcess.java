package org.monostack.cloud.launch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.NetworkNamespace;

/** The background process that serves the cloud of one data directory. */
public final class ServeProcess {

    private static final String MARK = "-Dmonostack.data=";

    private final DataDirectory data;

    public ServeProcess(DataDirectory data) {
        this.data = data;
    }

    /** The process, if it runs. A pid that belongs to something else by now does not count. */
    public Optional<ProcessHandle> find() {
        try {
            long pid = Long.parseLong(Files.readString(data.pidFile()).strip());
            String command =
                    new String(
                            Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")),
                            StandardCharsets.UTF_8);
            return command.contains(MARK + data.root() + "\0")
                    ? ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Starts it in a session of its own, so that it outlives the terminal.
     *
     * @param output where the JVM itself writes, should it fail before logging works
     */
    public ProcessHandle start(Path home, Path log, Path output) {
        List<String> command = new ArrayList<>();
        // Files made by the process, logs included, are for its owner alone.
        command.addAll(List.of("sh", "-c", "umask 077; exec setsid \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(JvmFlags.serve(home));
        command.add(MARK + data.root());
        command.add("-Dmonostack.home=" + home);
        command.add("-Dmonostack.log=" + log);
        command.add("-Dmonostack.notifications=" + log.resolveSibling("notifications.log"));
        command.add(
                "-D"
                        + NetworkNamespace.OUTSIDE
                        + "="
                        + System.getProperty(NetworkNamespace.OUTSIDE, ""));
        command.add("-Dlogback.configurationFile=logback-serve.xml");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("org.monostack.cloud.command.Main", "serve"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        try {
            Files0600.touch(output);
            Files0600.touch(log);
            Process process = builder.start();
            Files.writeString(data.pidFile(), process.pid() + "\n");
            return process.toHandle();
        } catch (IOException e) {
            throw new LaunchFailed("cannot start the service: " + e.getMessage(), e);
        }
    }

    /** Asks it to end and waits; pulls the plug when it does not. Returns whether it ran. */
    public boolean stop(Duration patience) {
        Optional<ProcessHandle> running = find();
        if (running.isPresent()) {
            ProcessHandle process = running.get();
            process.destroy();
            if (!ended(process, patience)) {
                process.destroyForcibly();
                if (!ended(process, Duration.ofSeconds(5))) {
                    throw new LaunchFailed("process " + process.pid() + " does not end");
                }
            }
        }
        try {
            Files.deleteIfExists(data.pidFile());
        } catch (IOException e) {
            throw new LaunchFailed("cannot remove " + e.getMessage(), e);
        }
        return running.isPresent();
    }

    private static boolean ended(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return !process.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
