package org.monostack.cloud.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.localconf.LocalConf;
import org.monostack.cloud.localconf.LocalConfException;
import org.monostack.cloud.localconf.LocalConfParser;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.Machine;
import org.monostack.cloud.machine.NetworkNamespace;

/**
 * What a command is run with.
 *
 * @param home the directory of stack.sh
 * @param configFile the local.conf, if there is one
 */
record Invocation(Path home, Optional<Path> configFile, CloudConfig config) {

    /** Reads local.conf (LOCAL_CONF, or the one beside stack.sh) and the environment. */
    static Invocation read() {
        Map<String, String> environment = System.getenv();
        Path home = Path.of(System.getProperty("monostack.home", ".")).toAbsolutePath().normalize();
        Optional<Path> file =
                Optional.ofNullable(environment.get("LOCAL_CONF"))
                        .filter(name -> !name.isEmpty())
                        .map(name -> Path.of(name).toAbsolutePath());
        if (file.isEmpty() && Files.exists(home.resolve("local.conf"))) {
            file = Optional.of(home.resolve("local.conf"));
        }
        try {
            LocalConf conf =
                    file.isPresent()
                            ? LocalConfParser.parse(Files.readString(file.get()))
                            : LocalConf.empty();
            return new Invocation(home, file, CloudConfig.of(conf, environment, new Machine()));
        } catch (LocalConfException e) {
            throw new LaunchFailed(file.map(path -> path + ": ").orElse("") + e.getMessage(), e);
        } catch (IOException e) {
            throw new LaunchFailed("cannot read " + file.orElseThrow() + ": " + e, e);
        }
    }

    /**
     * If the configuration asks for a network namespace that this process is not in, runs the same
     * command in it and returns its exit status; empty when this process is where it should be.
     */
    Optional<Integer> elsewhere(List<String> arguments) {
        if (config.networkNamespace().isEmpty()) {
            return Optional.empty();
        }
        NetworkNamespace namespace = new NetworkNamespace(config.networkNamespace().get());
        if (!namespace.exists()) {
            throw config.wrongNetworkNamespace(
                    "is not there; make it with: ip netns add " + namespace.name());
        }
        if (namespace.entered()) {
            return Optional.empty();
        }
        if (!config.host().root()) {
            throw config.wrongNetworkNamespace("can be entered by root only");
        }
        List<String> command = new ArrayList<>(namespace.prefix());
        // Services talk to one another over loopback, which is down in a fresh namespace.
        command.addAll(List.of("sh", "-c", "ip link set lo up 2>/dev/null; exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(
                java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add(
                "-D%s=/proc/%d/ns/net"
                        .formatted(NetworkNamespace.OUTSIDE, ProcessHandle.current().pid()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(arguments);
        try {
            return Optional.of(new ProcessBuilder(command).inheritIO().start().waitFor());
        } catch (IOException e) {
            throw new LaunchFailed("cannot enter the network namespace: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchFailed("interrupted", e);
        }
    }
}
