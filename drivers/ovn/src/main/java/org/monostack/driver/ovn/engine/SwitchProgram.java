package org.monostack.driver.ovn.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ovs-vswitchd to start. For the kernel's datapath the system's own. In userspace, versions
 * before 3.3 abort in their connection tracker once a guest renews its DHCP lease after a minute's
 * pause, so there a newer one is unpacked beside the system's and run with its own loader.
 *
 * @param executable a path or a name on PATH
 */
record SwitchProgram(String executable, String version) {

    private static final Logger log = LoggerFactory.getLogger(SwitchProgram.class);
    private static final String SYSTEM = "ovs-vswitchd";
    private static final String NEWER_SUITE = "trixie";
    private static final Duration FETCH_PATIENCE = Duration.ofMinutes(3);
    private static final Pattern VERSION = Pattern.compile("\\(Open vSwitch\\) (\\d+)\\.(\\d+)");

    static SwitchProgram choose(Datapath datapath, Path newer) {
        SwitchProgram system =
                ask(SYSTEM)
                        .orElseThrow(() ->
                                new EngineException(
                                        "ovs-vswitchd is not installed or does not start"));
        if (datapath == Datapath.KERNEL || system.userspaceIsSound()) {
            return system;
        }
        String newerExecutable = newer.resolve(SYSTEM).toString();
        Optional<SwitchProgram> found = ask(newerExecutable);
        if (found.isEmpty()) {
            log.info(
                    "Open vSwitch {} is unsafe without kernel support; unpacking a newer one",
                    system.version());
            try {
                fetch(newer);
                found = ask(newerExecutable);
            } catch (EngineException e) {
                log.warn("Cannot unpack a newer Open vSwitch", e);
            }
        }
        if (found.isPresent()) {
            return found.get();
        }
        log.warn(
                "USING OPEN VSWITCH {} WITHOUT KERNEL SUPPORT: it aborts when guests renew their"
                        + " DHCP leases, and all networking of this host pauses for seconds each"
                        + " time. Install version 3.3 or newer.",
                system.version());
        return system;
    }

    private boolean userspaceIsSound() {
        Matcher matcher = Pattern.compile("(\\d+)\\.(\\d+)").matcher(version);
        if (!matcher.find()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        return major > 3 || (major == 3 && minor >= 3);
    }

    private static Optional<SwitchProgram> ask(String executable) {
        try {
            Command.Result result = Command.attempt(executable, "--version");
            Matcher matcher = VERSION.matcher(result.output());
            if (result.succeeded() && matcher.find()) {
                return Optional.of(
                        new SwitchProgram(executable, matcher.group(1) + "." + matcher.group(2)));
            }
        } catch (EngineException e) {
            log.debug("{} does not start", executable, e);
        }
        return Optional.empty();
    }

    private static void fetch(Path destination) {
        Path script;
        try (InputStream resource = SwitchProgram.class.getResourceAsStream("newer-switch.sh")) {
            if (resource == null) {
                throw new EngineException("newer-switch.sh is missing from the program");
            }
            Files.createDirectories(destination.toAbsolutePath().resolve("..").normalize());
            script = Files.createTempFile("newer-switch", ".sh");
            Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new EngineException("cannot write newer-switch.sh", e);
        }
        List<String> command = new ArrayList<>();
        if (!sameNetwork("self", "1")) {
            // A cloud that lives in a network namespace may have no way to the packages; the
            // machine around it has.
            command.addAll(List.of("nsenter", "--net=/proc/1/ns/net"));
        }
        command.addAll(List.of("sh", script.toString(), destination.toString(), NEWER_SUITE));
        try {
            Command.run(FETCH_PATIENCE, Map.of(), command);
        } finally {
            script.toFile().delete();
        }
    }

    private static boolean sameNetwork(String one, String other) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", one, "ns/net"))
                    .equals(Files.readSymbolicLink(Path.of("/proc", other, "ns/net")));
        } catch (IOException e) {
            // Not ours to look at, so not ours to enter either.
            return true;
        }
    }
}
