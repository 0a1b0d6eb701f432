package org.monostack.driver.libvirt.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What libvirt leaves about its guests in files, by a guest's name. libvirt writes them; this only
 * reads, and removes what is about guests that are gone.
 */
final class GuestFiles {
    private static final String PID = ".pid";
    private static final String STATUS = ".xml";
    // libvirt's lock against a second daemon lies among the guests' pid files.
    private static final String DAEMON = "driver";
    // libvirt cuts names to this length for directories with sockets in them.
    private static final int SHORT_NAME = 20;

    private final Path notes;
    private final Path sockets;
    private final Path logs;

    /**
     * @param directory the engine's
     */
    GuestFiles(Path directory) {
        notes = directory.resolve("run/qemu");
        sockets = directory.resolve("lib/qemu");
        logs = directory.resolve("log/qemu");
    }

    /** The guests whose QEMU processes live. */
    Map<String, ProcessHandle> living() throws IOException {
        Map<String, ProcessHandle> found = new TreeMap<>();
        for (Path file : list(notes, "*" + PID)) {
            String name = withoutSuffix(file, PID);
            processOf(file, "guest=" + name + ",").ifPresent(process -> found.put(name, process));
        }
        return found;
    }

    /**
     * Removes the notes about guests that are gone; libvirtd must not be running. It would believe
     * them: after a reboot of the host, which empties the /run of other libvirts, it would end
     * whatever process has the number of a guest of old.
     */
    void forgetDead() throws IOException {
        Map<String, ProcessHandle> living = living();
        for (Path file : list(notes, "*{" + PID + "," + STATUS + "}")) {
            String name = withoutSuffix(file, file.toString().endsWith(PID) ? PID : STATUS);
            if (living.containsKey(name) || name.equals(DAEMON)) {
                continue;
            }
            String shortName = name.substring(0, Math.min(SHORT_NAME, name.length()));
            for (Path parent : new Path[] {sockets, sockets.resolve("channel/target")}) {
                for (Path each : list(parent, "domain-*-" + shortName)) {
                    removeTree(each);
                }
            }
            Files.deleteIfExists(file);
        }
    }

    /** Removes QEMU's own log of a guest, which libvirt keeps for ever. */
    void removeLog(String name) throws IOException {
        for (String suffix : new String[] {".log", ".log.0"}) {
            Files.deleteIfExists(logs.resolve(name + suffix));
        }
    }

    /** The process a pid file names, if it lives and its command line has that in it. */
    static Optional<ProcessHandle> processOf(Path pidFile, String mark) {
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            String command =
                    new String(
                            Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")),
                            StandardCharsets.UTF_8);
            // A number may have been given to another process since.
            return command.contains(mark) ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<Path> list(Path directory, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
            files.forEach(found::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return found;
    }

    private static void removeTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path file : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String withoutSuffix(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - suffix.length());
    }
}
