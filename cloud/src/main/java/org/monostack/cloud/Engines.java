package org.monostack.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.engine.BrokerEngine;
import org.monostack.cloud.engine.DatabaseEngine;
import org.monostack.cloud.engine.Engine;
import org.monostack.cloud.engine.NetworkEngine;
import org.monostack.cloud.engine.PrivateRabbitMq;
import org.monostack.cloud.engine.ServerEngine;
import org.monostack.cloud.engine.Supervisor;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.driver.libvirt.LibvirtConfig;
import org.monostack.driver.libvirt.LibvirtModule;
import org.monostack.driver.libvirt.engine.Acceleration;
import org.monostack.driver.ovn.OvnConfig;
import org.monostack.driver.ovn.OvnModule;
import org.monostack.driver.ovn.engine.EngineConfig;
import org.monostack.driver.ovn.engine.OvnEngines;
import org.monostack.identity.BrokerConfig;
import org.monostack.platform.database.DatabaseConfig;
import org.monostack.platform.database.PrivateMariaDb;

/**
 * How the configuration translates to the engines below the services. Makes handles; starts nothing
 * by itself. The engines' daemons outlive this process, and a handle finds them again.
 */
public final class Engines {

    static final Duration DATABASE_PATIENCE = Duration.ofSeconds(60);

    /** Nobody waits so long but the supervisor. */
    static final Duration BROKER_PATIENCE = Duration.ofMinutes(3);

    private final CloudConfig config;
    private final DataDirectory data;

    public Engines(CloudConfig config) {
        this.config = config;
        this.data = DataDirectory.of(config);
    }

    /** Starts the private database if the configuration names no other; says how to connect. */
    public DatabaseConfig startDatabase(Credentials credentials) {
        Optional<String> external = config.database().external();
        if (external.isPresent()) {
            String[] parts = external.get().split(":", 2);
            return DatabaseConfig.of(
                    parts[0],
                    parts.length == 2 ? Integer.parseInt(parts[1]) : 3306,
                    config.database().user(),
                    credentials.database());
        }
        PrivateMariaDb database = privateDatabase(credentials);
        database.ensureStarted(DATABASE_PATIENCE);
        return database.connection();
    }

    /** The database daemon that is ours, if the configuration does not name another. */
    public Optional<PrivateMariaDb> ownDatabase(Credentials credentials) {
        return config.database().external().isPresent()
                ? Optional.empty()
                : Optional.of(privateDatabase(credentials));
    }

    /** The broker daemon that is ours, if there is to be one and no other is named. */
    public Optional<PrivateRabbitMq> ownBroker(Credentials credentials) {
        return config.broker()
                .filter(it -> it.external().isEmpty())
                .map(it -> new PrivateRabbitMq(data.broker(), it.user(), credentials.broker()));
    }

    /** How to reach the broker, if there is to be one. It need not run yet. */
    Optional<BrokerConfig> broker(Credentials credentials) {
        return config.broker()
                .map(it ->
                        new BrokerConfig(
                                it.external().orElse("127.0.0.1"),
                                ownBroker(credentials).map(PrivateRabbitMq::port).orElse(it.port()),
                                it.user(),
                                credentials.broker(),
                                "/",
                                it.durable()));
    }

    /** Looks at every daemon of this cloud's own and starts none. */
    public Supervisor observer() {
        List<Engine> found = new ArrayList<>();
        Optional<Credentials> credentials = Credentials.find(config);
        credentials
                .flatMap(this::ownDatabase)
                .ifPresent(database -> found.add(new DatabaseEngine(database, DATABASE_PATIENCE)));
        credentials
                .flatMap(this::ownBroker)
                .ifPresent(broker ->
                        found.add(
                                new BrokerEngine(
                                        broker,
                                        BROKER_PATIENCE,
                                        CompletableFuture.completedFuture(broker))));
        if (!config.servers().fake()) {
            OvnEngines networks = new OvnEngines(networkConfig().engine());
            found.add(new NetworkEngine(networks));
            found.add(new ServerEngine(LibvirtModule.engine(hypervisorConfig())));
        }
        return new Supervisor(found, Supervisor.Pace.standard());
    }

    private PrivateMariaDb privateDatabase(Credentials credentials) {
        Path portFile = data.run().resolve("mariadb.port");
        try {
            if (Files.exists(portFile)) {
                int port = Integer.parseInt(Files.readString(portFile).strip());
                PrivateMariaDb database =
                        new PrivateMariaDb(data.database(), port, credentials.database());
                if (database.process().isPresent() || free(port)) {
                    return database;
                }
            }
            // The classic port if nobody has it: a system's own MariaDB is left alone.
            int port = free(3306) ? 3306 : anyFree();
            Files.createDirectories(data.run());
            Files.writeString(portFile, port + "\n");
            return new PrivateMariaDb(data.database(), port, credentials.database());
        } catch (IOException | NumberFormatException e) {
            throw new LaunchFailed("cannot choose a port for MariaDB: " + e.getMessage(), e);
        }
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int anyFree() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** How networks are realised here. */
    public OvnConfig networkConfig() {
        CloudConfig.Public external = config.networks().external();
        return new OvnConfig(
                new EngineConfig(
                        data.ovn(),
                        config.host().name(),
                        config.host().address().toString(),
                        "br-int",
                        config.networks().bridgeMappings(),
                        external.bridge(),
                        external.networkInterface(),
                        List.of(external.gateway() + "/" + external.range().prefix()),
                        Optional.empty()),
                namespacePrefix());
    }

    /** All clouds of a machine see the same network namespaces, so a second one's differ. */
    private String namespacePrefix() {
        return data.root().equals(Path.of("/opt/stack/data"))
                ? "ovnmeta"
                : "ovnmeta%04x".formatted(data.root().toString().hashCode() & 0xffff);
    }

    /** Ends the network engine and takes its devices from the host; says what it did. */
    public String stopNetwork() {
        if (!Files.isDirectory(data.ovn())) {
            return "were never started";
        }
        OvnConfig network = networkConfig();
        try (OvnEngines engines = new OvnEngines(network.engine())) {
            if (engines.health().stream().noneMatch(OvnEngines.Health::running)) {
                return "were not running";
            }
        }
        OvnModule.start(network).stop();
        return "stopped";
    }

    /** Where the fake drivers keep what they pretend. */
    Path fakeServers() {
        return data.compute().resolve("fake");
    }

    Path fakeNetworks() {
        return data.root().resolve("network/fake");
    }

    public LibvirtConfig hypervisorConfig() {
        Acceleration.Wish wish =
                switch (config.servers().libvirtType().orElse("")) {
                    case "kvm" -> Acceleration.Wish.KVM;
                    case "qemu" -> Acceleration.Wish.EMULATION;
                    default -> Acceleration.Wish.TRY;
                };
        return new LibvirtConfig(
                data.compute(), config.host().name(), config.host().address().toString(), wish);
    }
}
