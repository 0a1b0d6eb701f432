package org.monostack.driver.ovn.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way from the public bridge to the world. With a physical interface, that becomes a port of
 * the bridge, and its addresses and routes move to the bridge's own device; what was moved is
 * written to a file first, so that it can be moved back after any crash. Without one, the bridge's
 * device gets the public network's gateway address, so that at least this host reaches floating
 * IPs.
 *
 * <p>A userspace switch that is started again makes the bridge's device anew and bare: {@link
 * #apply} is therefore repeated whenever {@link #isApplied} says no. Not thread-safe; called by
 * {@link OvnEngines} alone, one call at a time.
 */
final class PublicBridge {

    private static final Logger log = LoggerFactory.getLogger(PublicBridge.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final EngineConfig config;
    private final Path stateFile;
    private final ChassisDatabase chassis;

    PublicBridge(EngineConfig config, Path stateFile, ChassisDatabase chassis) {
        this.config = config;
        this.stateFile = stateFile;
        this.chassis = chassis;
    }

    /** What was taken from the physical interface. */
    record Taken(
            String device,
            String mac,
            List<String> addresses,
            List<String> routes,
            List<String> routes6) {}

    void apply(Datapath datapath) {
        String bridge = config.publicBridge();
        Optional<Taken> taken = taken();
        Optional<String> physical =
                config.publicInterface().filter(name -> !name.isEmpty() && HostLinks.exists(name));
        if (physical.isPresent()) {
            Taken moved = taken.isPresent() ? taken.get() : remember(physical.get());
            chassis.bridgeMac(bridge, Optional.of(moved.mac()));
            if (datapath == Datapath.USERSPACE) {
                HostLinks.disableOffloads(moved.device());
            }
            chassis.ensurePort(bridge, moved.device(), Map.of());
            Command.run("ip", "link", "set", "dev", moved.device(), "up");
            bringUp(bridge, datapath);
            Command.run("ip", "address", "flush", "dev", moved.device(), "scope", "global");
            give(bridge, moved);
        } else {
            config.publicInterface()
                    .filter(name -> !name.isEmpty())
                    .ifPresent(name ->
                            log.info(
                                    "There is no device {}: {} gets the public network's"
                                            + " gateway address instead",
                                    name,
                                    bridge));
            // Else each new start of a userspace switch invents another address, and routers
            // and hosts go on sending to the old one until their entries expire.
            chassis.bridgeMac(bridge, Optional.of(stableMac()));
            bringUp(bridge, datapath);
            for (String address : config.publicAddresses()) {
                Command.run("ip", "address", "replace", address, "dev", bridge);
            }
        }
    }

    /** Whether the bridge's device still has what {@link #apply} gave it; costs no process. */
    boolean isApplied() {
        List<String> wanted = taken().map(Taken::addresses).orElse(config.publicAddresses());
        if (wanted.isEmpty()) {
            return true;
        }
        try {
            NetworkInterface device = NetworkInterface.getByName(config.publicBridge());
            if (device == null || !device.isUp()) {
                return false;
            }
            Set<InetAddress> present = new HashSet<>();
            device.getInterfaceAddresses().forEach(found -> present.add(found.getAddress()));
            return wanted.stream()
                    .map(text -> InetAddress.ofLiteral(text.substring(0, text.indexOf('/'))))
                    .allMatch(present::contains);
        } catch (SocketException e) {
            return false;
        }
    }

    /** Gives the physical interface back what was taken from it. */
    void undo() {
        Optional<Taken> taken = taken();
        if (taken.isPresent()) {
            Taken moved = taken.get();
            chassis.removePorts(List.of(moved.device()));
            chassis.bridgeMac(config.publicBridge(), Optional.empty());
            if (HostLinks.exists(config.publicBridge())) {
                Command.attempt(
                        "ip", "address", "flush", "dev", config.publicBridge(), "scope", "global");
            }
            if (HostLinks.exists(moved.device())) {
                Command.run("ip", "link", "set", "dev", moved.device(), "up");
                give(moved.device(), moved);
            }
            forget();
        } else if (HostLinks.exists(config.publicBridge())) {
            for (String address : config.publicAddresses()) {
                Command.attempt("ip", "address", "delete", address, "dev", config.publicBridge());
            }
        }
    }

    private static void give(String device, Taken moved) {
        for (String address : moved.addresses()) {
            Command.run("ip", "address", "replace", address, "dev", device);
        }
        // Routes over a gateway need the routes to it first: those come without "via".
        for (boolean via : new boolean[] {false, true}) {
            for (String route : moved.routes()) {
                addRoute("-4", route, device, via);
            }
            for (String route : moved.routes6()) {
                addRoute("-6", route, device, via);
            }
        }
    }

    private static void addRoute(String family, String route, String device, boolean via) {
        if (route.contains(" via ") != via) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("ip", family, "route", "replace"));
        command.addAll(List.of(route.split(" +")));
        command.addAll(List.of("dev", device));
        Command.Result result = Command.attempt(command.toArray(String[]::new));
        if (!result.succeeded()) {
            log.warn("Cannot move route '{}' to {}: {}", route, device, result.output().strip());
        }
    }

    private String stableMac() {
        int hash = (config.hostName() + "/" + config.publicBridge()).hashCode();
        return "fa:16:3f:%02x:%02x:%02x"
                .formatted(hash >> 16 & 0xff, hash >> 8 & 0xff, hash & 0xff);
    }

    private static void bringUp(String bridge, Datapath datapath) {
        Command.run("ip", "link", "set", "dev", bridge, "up");
        if (datapath == Datapath.USERSPACE) {
            HostLinks.disableOffloads(bridge);
        }
    }

    private Taken remember(String device) {
        Taken taken =
                new Taken(
                        device,
                        HostLinks.mac(device),
                        HostLinks.addresses(device),
                        HostLinks.routes(device, false),
                        HostLinks.routes(device, true));
        try {
            Path temporary = stateFile.resolveSibling(stateFile.getFileName() + ".new");
            Files.write(temporary, JSON.writeValueAsBytes(taken));
            Files.move(temporary, stateFile, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EngineException("cannot write " + stateFile, e);
        }
        return taken;
    }

    private Optional<Taken> taken() {
        try {
            return Files.exists(stateFile)
                    ? Optional.of(JSON.readValue(Files.readAllBytes(stateFile), Taken.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw new EngineException("cannot read " + stateFile, e);
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(stateFile);
        } catch (IOException e) {
            throw new EngineException("cannot remove " + stateFile, e);
        }
    }
}
