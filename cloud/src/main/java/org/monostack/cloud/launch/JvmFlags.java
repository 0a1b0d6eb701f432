package org.monostack.cloud.launch;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How the JVM of the background process is set up: small, and quick to start. */
final class JvmFlags {

    private JvmFlags() {}

    /** What a start-up cache must agree on with the JVM that uses it. */
    private static List<String> common() {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED");
    }

    /** Megabytes: a thirty-second of the machine, within bounds; 384 if it does not tell. */
    private static long mostHeap() {
        long machine =
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize() >> 20
                        : 0;
        return Math.clamp(machine / 32, 384, 1024);
    }

    private static Path cache(Path home) {
        return home.resolve("cloud/target/monostack.aot");
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin/java");
    }

    static List<String> serve(Path home) {
        List<String> flags = new ArrayList<>(common());
        flags.addAll(
                List.of(
                        // A young generation that is larger than what a burst of requests has in
                        // its hands, else each collection copies it.
                        "-XX:NewSize=40m",
                        "-Xms64m",
                        "-Xmx" + mostHeap() + "m",
                        "-XX:MaxMetaspaceSize=192m",
                        "-XX:+ExitOnOutOfMemoryError"));
        if (fits(home)) {
            flags.add("-XX:AOTCache=" + cache(home));
            // A cache of another JDK is not used; that is no reason to say anything.
            flags.add("-Xlog:aot=off");
        }
        return flags;
    }

    /** The JVM takes a cache only with the very jars that it was made with. */
    private static boolean fits(Path home) {
        Path target = home.resolve("cloud/target");
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            FileTime made = Files.getLastModifiedTime(cache(home));
            for (Path jar :
                    Stream.concat(libraries, Stream.of(target.resolve("monostack.jar"))).toList()) {
                if (Files.getLastModifiedTime(jar).compareTo(made) >= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Makes the start-up cache in the background, at the lowest priority, if this build has none: a
     * scratch cloud is started while the JVM records what it loads and links.
     *
     * @param log where that JVM writes
     * @return whether one is being made
     */
    static boolean prepareCache(Path home, Path log) {
        if (fits(home) || !Files.isWritable(home.resolve("cloud/target"))) {
            return false;
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "setsid",
                                "sh",
                                "-c",
                                // One at a time; a lock left by a JVM that was killed is taken
                                // over.
                                "exec 9>\"$0.lock\"; flock -n 9 || exit 0; umask 077;"
                                        + " nice -n 19 \"$@\" 9>&- && mv \"$0.new\" \"$0\";"
                                        + " rm -f \"$0.new\" \"$0.lock\"",
                                cache(home).toString(),
                                java().toString()));
        command.addAll(common());
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "-XX:AOTCacheOutput=" + cache(home) + ".new",
                        "-Dmonostack.home=" + home,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.monostack.cloud.command.Main",
                        "rehearse"));
        try {
            new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
