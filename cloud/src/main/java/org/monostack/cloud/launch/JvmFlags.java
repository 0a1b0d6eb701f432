package org.monostack.cloud.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the JVM of the background process is set up: small, and quick to start. */
final class JvmFlags {

    private JvmFlags() {}

    static List<String> serve(Path home) {
        List<String> flags =
                new ArrayList<>(
                        List.of(
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "-Xms48m",
                                "-Xmx384m",
                                "-XX:MaxMetaspaceSize=192m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "--enable-native-access=ALL-UNNAMED"));
        Path cache = home.resolve("cloud/target/monostack.aot");
        if (Files.exists(cache)) {
            // A cache of another build or JDK is not used, and said so in the log, no more.
            flags.add("-XX:AOTCache=" + cache);
            flags.add("-Xlog:aot=off");
        }
        return flags;
    }
}
