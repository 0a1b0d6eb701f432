package org.monostack.driver.ovn.metadata;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.monostack.driver.ovn.engine.ChassisDatabase;
import org.monostack.driver.ovn.engine.Command;
import org.monostack.driver.ovn.engine.EngineException;
import org.monostack.driver.ovn.engine.HostLinks;
import org.monostack.driver.ovn.north.Northbound.MetadataPort;
import org.monostack.network.spi.NetworkDriver.MetadataSocketListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network namespace per network that has guests on this host. A pair of virtual Ethernet
 * devices joins it to the integration bridge; its end inside bears the network's metadata addresses
 * and 169.254.169.254, on which a socket listens. Namespaces and devices outlive this process and
 * are found again by their names; sockets do not, and are opened anew. Thread-safe.
 */
public final class MetadataSockets {

    private static final Logger log = LoggerFactory.getLogger(MetadataSockets.class);
    private static final String ADDRESS = "169.254.169.254";
    private static final int PORT = 80;

    /** Entry of an interface's {@code external_ids}: whose metadata device it is. */
    public static final String INTERFACE_TAG = "monostack:metadata";

    private final ChassisDatabase chassis;
    private final String integrationBridge;
    private final String prefix;

    // Guarded by this.
    private final Map<UUID, MetadataPort> served = new HashMap<>();
    private final Set<UUID> open = new HashSet<>();
    private @Nullable MetadataSocketListener listener;

    /**
     * @param prefix begins the names of this cloud's namespaces; unique to it on the machine
     */
    public MetadataSockets(ChassisDatabase chassis, String integrationBridge, String prefix) {
        this.chassis = chassis;
        this.integrationBridge = integrationBridge;
        this.prefix = prefix;
    }

    public synchronized void listener(MetadataSocketListener newListener) {
        listener = newListener;
        served.forEach((network, port) -> openSocket(network));
    }

    public String namespace(UUID network) {
        return prefix + "-" + network;
    }

    /** Makes the network's guests reach metadata, as its port says. */
    public synchronized void ensure(UUID network, MetadataPort port) {
        boolean hasIpv4 = port.addresses().stream().anyMatch(a -> a.indexOf(':') < 0);
        if (!hasIpv4) {
            remove(network);
            return;
        }
        if (!port.equals(served.get(network)) || !chassis.hasPort(outside(network))) {
            connect(network, port);
            served.put(network, port);
        }
        openSocket(network);
    }

    /** Networks that have a namespace of this cloud. */
    public synchronized Set<UUID> networks() {
        Set<UUID> networks = new HashSet<>();
        if (!Files.isDirectory(NetworkNamespaces.DIRECTORY)) {
            return networks;
        }
        try (Stream<Path> files = Files.list(NetworkNamespaces.DIRECTORY)) {
            files.map(file -> file.getFileName().toString())
                    .forEach(name -> networkOf(name).ifPresent(networks::add));
        } catch (IOException e) {
            throw new EngineException("cannot list network namespaces", e);
        }
        return networks;
    }

    public synchronized void remove(UUID network) {
        served.remove(network);
        MetadataSocketListener told = listener;
        if (open.remove(network) && told != null) {
            told.closed(network);
        }
        chassis.removePorts(List.of(outside(network)));
        HostLinks.delete(outside(network));
        if (Files.exists(NetworkNamespaces.DIRECTORY.resolve(namespace(network)))) {
            Command.run("ip", "netns", "delete", namespace(network));
        }
    }

    /** Forgets the sockets, telling their owner to close them; namespaces stay. */
    public synchronized void close() {
        MetadataSocketListener told = listener;
        for (UUID network : List.copyOf(open)) {
            open.remove(network);
            if (told != null) {
                told.closed(network);
            }
        }
        served.clear();
        listener = null;
    }

    private void connect(UUID network, MetadataPort port) {
        String namespace = namespace(network);
        String outside = outside(network);
        String inside = "md" + shortId(network) + "g";
        if (!Files.exists(NetworkNamespaces.DIRECTORY.resolve(namespace))) {
            Command.run("ip", "netns", "add", namespace);
        }
        boolean there =
                HostLinks.exists(outside)
                        && Command.attempt("ip", "-n", namespace, "link", "show", "dev", inside)
                                .succeeded();
        if (!there) {
            chassis.removePorts(List.of(outside));
            HostLinks.delete(outside);
            Command.run(
                    "ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns",
                    namespace);
        }
        Command.run("ip", "link", "set", "dev", outside, "up");
        List<String> script = new ArrayList<>();
        script.add("ip link set lo up");
        script.add("ip address flush dev " + inside + " scope global");
        script.add("ip link set dev " + inside + " address " + port.mac() + " up");
        for (String address : port.addresses()) {
            boolean ipv6 = address.indexOf(':') >= 0;
            script.add("ip address replace " + address + " dev " + inside + (ipv6 ? " nodad" : ""));
        }
        script.add("ip address replace " + ADDRESS + "/32 dev " + inside);
        // Else the kernel leaves TCP checksums to a device that never computes them.
        script.add("ethtool -K " + inside + " tx off >/dev/null");
        Command.run("ip", "netns", "exec", namespace, "sh", "-e", "-c", String.join("\n", script));
        chassis.ensurePort(
                integrationBridge,
                outside,
                Map.of("iface-id", port.port().toString(), INTERFACE_TAG, network.toString()));
    }

    private void openSocket(UUID network) {
        MetadataSocketListener told = listener;
        if (told == null || open.contains(network)) {
            return;
        }
        try {
            ServerSocketChannel channel =
                    NetworkNamespaces.listen(
                            namespace(network),
                            new InetSocketAddress(InetAddress.ofLiteral(ADDRESS), PORT));
            open.add(network);
            told.opened(network, channel);
            log.debug("Metadata of network {} is served", network);
        } catch (IOException e) {
            throw new EngineException("no metadata socket for network " + network, e);
        }
    }

    private Optional<UUID> networkOf(String namespace) {
        if (!namespace.startsWith(prefix + "-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(namespace.substring(prefix.length() + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String outside(UUID network) {
        return "md" + shortId(network) + "h";
    }

    private static String shortId(UUID id) {
        return id.toString().substring(0, 11);
    }
}
