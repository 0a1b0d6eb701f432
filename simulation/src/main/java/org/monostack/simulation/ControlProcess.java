package org.monostack.simulation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.monostack.compute.ComputeConfig;
import org.monostack.compute.ComputeModule;
import org.monostack.image.ImageConfig;
import org.monostack.image.ImageModule;
import org.monostack.network.NetworkConfig;
import org.monostack.network.NetworkModule;
import org.monostack.placement.PlacementModule;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;

/**
 * One control process from its start to its end: the services as the cloud wires them, on simulated
 * drivers and threads. Two of them share the database and the host.
 */
final class ControlProcess extends SimulatedProcess {
    static final String HOST = "host";
    private static final Duration LEASE = Duration.ofSeconds(8);

    private final Operations operations;
    private final ImageModule image;
    private final NetworkModule network;
    private final ComputeModule compute;

    /** What all processes of a history have in common. */
    record Common(
            Scheduler scheduler,
            Faults faults,
            World world,
            Flaws flaws,
            Database database,
            Path images,
            Authenticator authenticator) {}

    ControlProcess(String name, Common common) {
        super(name, common.scheduler());
        SimulatedThreads threads = new SimulatedThreads(common.scheduler(), this);
        Database database = common.database().observedBy(common.faults().transactions(this));
        OperationConfig engine = new OperationConfig(name, 16, LEASE, Duration.ofSeconds(3), 6);
        operations = new Operations(database, engine, threads);
        image =
                new ImageModule(
                        database,
                        ImageConfig.defaults(common.images()),
                        common.authenticator(),
                        operations,
                        Map.of());
        PlacementModule placement = new PlacementModule(database, common.authenticator(), Map.of());
        network =
                new NetworkModule(
                        database,
                        NetworkConfig.defaults(HOST),
                        common.authenticator(),
                        Map.of(),
                        new SimulatedNetworkDriver(
                                common.world(), common.faults(), this, common.flaws()),
                        threads);
        ComputeConfig defaults = ComputeConfig.defaults(HOST);
        compute =
                new ComputeModule(
                        database,
                        new ComputeConfig(
                                HOST,
                                defaults.defaultZone(),
                                1.0,
                                1.0,
                                1.0,
                                0,
                                true,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(20),
                                defaults.consoleProxyUrl()),
                        common.authenticator(),
                        Map.of(),
                        operations,
                        new ComputeModule.Neighbours(
                                image.images(),
                                placement.placement(),
                                network.networks(),
                                new SimulatedHypervisor(
                                        common.world(), common.faults(), this, common.flaws())));
    }

    /** In the order in which the cloud starts its parts. */
    @Override
    void start() {
        network.start();
        compute.start();
        operations.start();
    }

    ImageModule image() {
        return image;
    }

    NetworkModule network() {
        return network;
    }

    ComputeModule compute() {
        return compute;
    }

    HttpService computeService() {
        return compute.httpService();
    }
}
