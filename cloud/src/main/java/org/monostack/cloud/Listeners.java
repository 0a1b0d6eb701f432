package org.monostack.cloud;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.http.HttpServer.Binding;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.RequestObserver;
import org.monostack.platform.http.TunnelServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the services to their ports: each to its classic one on HOST_IP and on loopback, all of
 * them to one more under prefixes, the operator's to one on loopback alone, and metadata to the
 * sockets that the network driver opens inside networks. Owns those sockets until closed.
 */
final class Listeners implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int OPERATOR_PORT = 9180;
    private static final int[] COMBINED_INSTEAD = {8080, 0};

    /** Where DevStack's console proxy listens. */
    private static final int CONSOLES = 6080;

    private final CloudConfig config;
    private final HttpServer server;
    private final TunnelServer consoles;
    private final Map<String, String> urls = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param consoleGate lets browsers through to consoles
     * @param observer is told of every request
     */
    Listeners(CloudConfig config, TunnelServer.Gate consoleGate, RequestObserver observer) {
        this.config = config;
        this.consoles = new TunnelServer(consoleGate, new NoVncPages(NoVncPages.INSTALLED));
        this.server =
                new HttpServer(
                        "http://"
                                + config.host().serviceAddress()
                                + ":"
                                + config.ports().identity(),
                        observer);
    }

    /** Takes the ports; nothing is answered yet. */
    void bind(Services services) {
        CloudConfig.Ports ports = config.ports();
        classic("identity", ports.identity(), services.identity().httpService());
        classic("image", ports.image(), services.image().httpService());
        classic("placement", ports.placement(), services.placement().httpService());
        classic("network", ports.network(), services.network().httpService());
        classic("compute", ports.compute(), services.compute().httpService());
        classic("metadata", ports.metadata(), services.compute().metadataService());
        everywhere("consoles", CONSOLES, address -> consoles.listen(address, CONSOLES));
        combined(
                List.of(
                        new Binding("/identity", services.identity().httpService()),
                        new Binding("/image", services.image().httpService()),
                        new Binding("/placement", services.placement().httpService()),
                        new Binding("/networking", services.network().httpService()),
                        new Binding("/compute", services.compute().httpService())));
    }

    /** What an operator asks, on loopback only, whatever HOST_IP is. */
    void bindOperator(HttpService operator) {
        List<Binding> all = List.of(new Binding("", operator));
        int port;
        try {
            port = server.listen(LOOPBACK, OPERATOR_PORT, all);
        } catch (IOException taken) {
            try {
                port = server.listen(LOOPBACK, 0, all);
            } catch (IOException e) {
                throw new LaunchFailed("no port can be had for the operator", e);
            }
            notes.add("metrics are on port " + port + ", for " + OPERATOR_PORT + " is taken");
        }
        urls.put("operator", "http://" + LOOPBACK + ":" + port);
    }

    private Set<String> addresses() {
        Set<String> addresses = new LinkedHashSet<>();
        addresses.add(config.host().address().toString());
        addresses.add(LOOPBACK);
        return addresses;
    }

    /** Where browsers find a server's console. */
    static String consoleUrl(CloudConfig config) {
        return "http://" + config.host().serviceAddress() + ":" + CONSOLES + "/vnc_lite.html";
    }

    private interface Listening {
        void on(String address) throws IOException;
    }

    private void classic(String name, int port, HttpService service) {
        everywhere(
                name,
                port,
                address -> server.listen(address, port, List.of(new Binding("", service))));
        urls.put(name, "http://" + config.host().serviceAddress() + ":" + port);
    }

    /** Listens on this host's address, and on loopback if that can be had. */
    private void everywhere(String name, int port, Listening listening) {
        for (String address : addresses()) {
            try {
                listening.on(address);
            } catch (IOException e) {
                if (!address.equals(LOOPBACK) || addresses().size() == 1) {
                    throw new LaunchFailed(
                            "port %d on %s, for %s, is taken by another program"
                                    .formatted(port, address, name),
                            e);
                }
                LOG.warn("{} is not served on {}:{}: {}", name, address, port, e.getMessage());
            }
        }
    }

    private void combined(List<Binding> bindings) {
        int wanted = config.ports().combined();
        int port = wanted;
        for (int attempt = 0; ; attempt++) {
            try {
                int bound = server.listen(config.host().address().toString(), port, bindings);
                if (wanted != 0 && bound != wanted) {
                    notes.add(
                            "port "
                                    + wanted
                                    + " (API_PORT) cannot be had; /identity, /compute and the others"
                                    + " are under port "
                                    + bound);
                }
                urls.put(
                        "combined",
                        "http://"
                                + config.host().serviceAddress()
                                + (bound == 80 ? "" : ":" + bound));
                return;
            } catch (IOException e) {
                if (attempt == COMBINED_INSTEAD.length) {
                    throw new LaunchFailed("no port can be had for all services together", e);
                }
                port = COMBINED_INSTEAD[attempt];
            }
        }
    }

    Endpoints endpoints() {
        return new Endpoints(Map.copyOf(urls));
    }

    /** What the user should be told. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Serves metadata on every socket that the driver opens from now on. */
    void serveMetadata(NetworkDriver driver, HttpService metadata) {
        driver.onMetadataSocket(new MetadataSockets(metadata));
    }

    /** Begins to answer. */
    void start() {
        server.start();
        consoles.start();
    }

    @Override
    public void close() {
        consoles.close();
        server.close();
    }

    /** The sockets inside networks, by network. Called on threads of the driver. */
    private final class MetadataSockets implements NetworkDriver.MetadataSocketListener {

        private final HttpService metadata;
        private final Map<UUID, AutoCloseable> served = new ConcurrentHashMap<>();

        private MetadataSockets(HttpService metadata) {
            this.metadata = metadata;
        }

        @Override
        public void opened(UUID network, ServerSocketChannel channel) {
            closed(network);
            try {
                served.put(
                        network,
                        server.adopt(channel, metadata, Map.of("network", network.toString())));
            } catch (IOException e) {
                LOG.error("metadata of network {} cannot be served", network, e);
            }
        }

        @Override
        public void closed(UUID network) {
            AutoCloseable socket = served.remove(network);
            if (socket != null) {
                try {
                    socket.close();
                } catch (Exception e) {
                    LOG.warn("metadata socket of network {} does not close", network, e);
                }
            }
        }
    }
}
