package org.monostack.cloud.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Debian's package manager. Installs without questions and without starting the daemons that
 * packages bring: the cloud starts its own, on directories of its own.
 */
public final class DebianPackages {

    private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");
    private static final Map<String, String> QUIET =
            Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C");

    private final List<String> prefix;
    private final Consumer<String> log;

    /**
     * @param prefix begins the commands that download; empty for none
     * @param log told every line that the package manager prints
     */
    public DebianPackages(List<String> prefix, Consumer<String> log) {
        this.prefix = List.copyOf(prefix);
        this.log = log;
    }

    /** Reads lists of package names, one a line; what follows a # is a comment. */
    public static List<String> read(List<Path> lists) {
        List<String> names = new ArrayList<>();
        for (Path list : lists) {
            try {
                for (String line : Files.readAllLines(list)) {
                    String name = line.replaceFirst("#.*", "").strip();
                    if (!name.isEmpty() && !names.contains(name)) {
                        names.add(name);
                    }
                }
            } catch (IOException e) {
                throw new LaunchFailed("cannot read " + list + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(names);
    }

    /** Whether this machine has Debian's package manager at all. */
    public static boolean available() {
        return Shell.has("dpkg-query") && Shell.has("apt-get");
    }

    /** Those that are not installed, in the order given. */
    public List<String> missing(List<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "dpkg-query",
                                "-W",
                                "-f",
                                "${binary:Package} ${db:Status-Status}\\n"));
        command.addAll(names);
        // It complains about packages it has never heard of and answers for the others.
        Set<String> installed =
                Shell.run(command, QUIET, line -> {})
                        .output()
                        .lines()
                        .filter(line -> line.endsWith(" installed"))
                        .map(line -> line.substring(0, line.indexOf(' ')).replaceFirst(":.*", ""))
                        .collect(Collectors.toSet());
        return names.stream().filter(name -> !installed.contains(name)).toList();
    }

    /** Installs packages; refreshes the package lists first if there are none or they are stale. */
    public void install(List<String> names) {
        boolean ours = forbidDaemons();
        // Also when the user interrupts: left behind, the file would stop every package's daemons.
        Thread atExit = new Thread(DebianPackages::allowDaemons);
        if (ours) {
            Runtime.getRuntime().addShutdownHook(atExit);
        }
        try {
            if (!listsThere()) {
                run(List.of("apt-get", "update", "-q"), "the package lists cannot be fetched");
            }
            List<String> install =
                    new ArrayList<>(
                            List.of(
                                    "apt-get",
                                    "install",
                                    "-y",
                                    "-q",
                                    "--no-install-recommends",
                                    "-o",
                                    "DPkg::Lock::Timeout=300"));
            install.addAll(names);
            Shell.Result result = Shell.run(prefixed(install), QUIET, log);
            if (!result.ok()) {
                // Old lists name files that the mirror no longer has.
                run(List.of("apt-get", "update", "-q"), "the package lists cannot be fetched");
                run(install, "packages cannot be installed");
            }
        } finally {
            if (ours) {
                allowDaemons();
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        }
        disableUnits(names);
    }

    private void run(List<String> command, String otherwise) {
        Shell.Result result = Shell.run(prefixed(command), QUIET, log);
        if (!result.ok()) {
            throw new LaunchFailed(otherwise + ":\n" + result.tail());
        }
    }

    private List<String> prefixed(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    private static boolean listsThere() {
        try (var lists = Files.list(Path.of("/var/lib/apt/lists"))) {
            return lists.anyMatch(list -> list.toString().contains("_Packages"));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean forbidDaemons() {
        if (Files.exists(POLICY)) {
            return false;
        }
        try {
            Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
            Files.setPosixFilePermissions(POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
            return true;
        } catch (IOException e) {
            throw new LaunchFailed("cannot write " + POLICY + ": " + e.getMessage(), e);
        }
    }

    private static void allowDaemons() {
        try {
            Files.deleteIfExists(POLICY);
        } catch (IOException e) {
            throw new LaunchFailed("cannot remove " + POLICY + ": " + e.getMessage(), e);
        }
    }

    /** What was installed for us must not start by itself at the next boot either. */
    private void disableUnits(List<String> names) {
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
            return;
        }
        List<String> list = new ArrayList<>(List.of("dpkg-query", "-L"));
        list.addAll(names);
        Set<String> units = new TreeSet<>();
        Shell.run(list, QUIET, line -> {})
                .output()
                .lines()
                .filter(line -> line.matches(".*/systemd/system/[^/@]+\\.(service|socket|timer)"))
                .forEach(line -> units.add(line.substring(line.lastIndexOf('/') + 1)));
        if (!units.isEmpty()) {
            List<String> disable = new ArrayList<>(List.of("systemctl", "disable"));
            disable.addAll(units);
            Shell.run(disable, QUIET, log);
        }
    }
}
