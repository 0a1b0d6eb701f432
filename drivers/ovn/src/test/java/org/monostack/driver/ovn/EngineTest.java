package org.monostack.driver.ovn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.monostack.driver.ovn.engine.Command;

/**
 * Runs scenarios in a network namespace of its own, so that its bridges and devices meet nobody's.
 * Needs root and the installed engine; skipped otherwise.
 */
class EngineTest {

    private final String prefix = "mso" + ProcessHandle.current().pid();
    private Optional<Path> directory = Optional.empty();

    @BeforeEach
    void makeNamespace() throws IOException {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: only root can make network namespaces");
        for (String program :
                List.of(
                        "ovs-vswitchd",
                        "ovn-controller",
                        "ovn-northd",
                        "ip",
                        "nsenter",
                        "ethtool",
                        "busybox")) {
            assumeTrue(
                    Command.attempt("sh", "-c", "command -v " + program).succeeded(),
                    "skipped: " + program + " is not installed");
        }
        assumeTrue(
                Command.attempt("ip", "netns", "add", prefix).succeeded(),
                "skipped: network namespaces cannot be made here");
        Command.run("ip", "-n", prefix, "link", "set", "lo", "up");
        directory = Optional.of(Files.createTempDirectory("mso"));
    }

    @AfterEach
    void removeNamespace() throws IOException {
        if (directory.isPresent()) {
            Command.attempt("ip", "netns", "delete", prefix);
            try (Stream<Path> files = Files.walk(directory.get())) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    @Test
    void guestsGetAllThatANetworkGives() {
        assertPasses(EngineScenario.class);
    }

    @Test
    void thePublicInterfaceMovesAndComesBack() {
        assertPasses(PublicInterfaceScenario.class);
    }

    private void assertPasses(Class<?> scenario) {
        Path newerSwitch = Path.of("target", "ovs-3.5").toAbsolutePath();
        OvnModule.prepare(
                OvnConfig.singleHost(directory.orElseThrow(), "scenario")
                        .withNewerSwitch(newerSwitch));
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + prefix));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        scenario.getName(),
                        directory.orElseThrow().toString(),
                        prefix,
                        newerSwitch.toString()));
        Command.Result result = Command.attempt(Duration.ofMinutes(3), Map.of(), command);
        assertThat(result.output()).contains("scenario passed");
        assertThat(result.status()).isZero();
    }
}
