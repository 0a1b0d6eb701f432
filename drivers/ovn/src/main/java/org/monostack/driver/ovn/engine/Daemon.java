package org.monostack.driver.ovn.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon of the engine. It detaches itself and writes its pid file, which is the only record of
 * it: whoever starts next, in this process or another, finds it again. A pid is believed only while
 * that process's command line names the pid file, for pids are used again.
 *
 * @param command what to run; must detach and write {@code pidFile}
 */
record Daemon(String name, Path pidFile, Map<String, String> environment, List<String> command) {

    private static final Logger log = LoggerFactory.getLogger(Daemon.class);
    private static final Duration START_PATIENCE = Duration.ofSeconds(20);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    OptionalLong pid() {
        try {
            if (!Files.exists(pidFile)) {
                return OptionalLong.empty();
            }
            String text = Files.readString(pidFile).strip();
            if (text.isEmpty()) {
                return OptionalLong.empty();
            }
            long pid = Long.parseLong(text);
            Path commandLine = Path.of("/proc", text, "cmdline");
            if (!Files.exists(commandLine)) {
                return OptionalLong.empty();
            }
            String arguments = new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8);
            return arguments.contains(pidFile.toString())
                    ? OptionalLong.of(pid)
                    : OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            // The process ended between two looks, or the file was being written.
            return OptionalLong.empty();
        }
    }

    Path log() {
        return pidFile.resolveSibling(name + ".log");
    }

    boolean isRunning() {
        return pid().isPresent();
    }

    /** Starts it unless it runs. True when it had to be started. */
    boolean ensureStarted() {
        if (isRunning()) {
            return false;
        }
        List<String> wrapped = new ArrayList<>(List.of("sh", "-c", "umask 077; exec \"$@\"", "sh"));
        wrapped.addAll(command);
        Command.run(START_PATIENCE, environment, wrapped);
        log.info("Started {}", name);
        return true;
    }

    /** Ends it, gently at first. */
    void stop() {
        OptionalLong pid = pid();
        if (pid.isEmpty()) {
            return;
        }
        ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroy);
        if (!awaitEnd(STOP_PATIENCE)) {
            log.warn("{} does not end, killing it", name);
            ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
            awaitEnd(STOP_PATIENCE);
        }
        log.info("Stopped {}", name);
    }

    boolean awaitEnd(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (isRunning()) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
