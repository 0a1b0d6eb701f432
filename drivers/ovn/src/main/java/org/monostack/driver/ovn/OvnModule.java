package org.monostack.driver.ovn;

import java.time.Duration;
import java.util.List;
import org.monostack.driver.ovn.engine.ChassisDatabase;
import org.monostack.driver.ovn.engine.OvnEngines;
import org.monostack.driver.ovn.metadata.MetadataSockets;
import org.monostack.driver.ovn.north.Northbound;
import org.monostack.driver.ovn.north.NorthboundSchema;
import org.monostack.driver.ovn.ovsdb.OvsdbClient;

/**
 * Builds the driver and its engine. {@link #close} lets go of the engine, whose daemons go on
 * carrying guests' traffic; {@link #stop} ends them.
 */
public final class OvnModule implements AutoCloseable {

    private static final Duration READY_PATIENCE = Duration.ofSeconds(15);

    private final OvnEngines engines;
    private final OvsdbClient northbound;
    private final HostDevices devices;
    private final MetadataSockets metadata;
    private final OvnNetworkDriver driver;

    private OvnModule(OvnEngines engines, OvsdbClient northbound, OvnConfig config) {
        this.engines = engines;
        this.northbound = northbound;
        this.devices = devices(engines.chassis(), config);
        this.metadata = metadata(engines.chassis(), config);
        this.driver =
                new OvnNetworkDriver(
                        new Northbound(northbound, List.of(config.engine().hostName())),
                        devices,
                        metadata);
    }

    /**
     * Fetches what {@link #start} may need from the distribution's packages; optional, for a start
     * where those are out of reach.
     */
    public static void prepare(OvnConfig config) {
        OvnEngines.prepare(config.engine());
    }

    /** Starts what does not run yet and returns when the engine serves. */
    public static OvnModule start(OvnConfig config) {
        OvnEngines engines = new OvnEngines(config.engine());
        OvsdbClient client =
                new OvsdbClient(
                        engines.northbound(),
                        NorthboundSchema.DATABASE,
                        NorthboundSchema.monitored(),
                        NorthboundSchema.TAG_KEYS);
        try {
            engines.ensureStarted();
            client.start().awaitReady(READY_PATIENCE);
            return new OvnModule(engines, client, config);
        } catch (RuntimeException e) {
            client.close();
            engines.close();
            throw e;
        }
    }

    public OvnNetworkDriver driver() {
        return driver;
    }

    public OvnEngines engines() {
        return engines;
    }

    /**
     * Removes this cloud's devices and namespaces from the host, ends the engine's daemons and
     * gives the physical interface back. Databases stay.
     */
    public void stop() {
        removeDevices(devices, metadata);
        driver.close();
        northbound.close();
        engines.stop();
        engines.close();
    }

    /**
     * As {@link #stop()}, for an engine that another process has started and left behind; harmless
     * when nothing runs.
     */
    public static void stop(OvnConfig config) {
        try (OvnEngines engines = new OvnEngines(config.engine())) {
            engines.existingChassis()
                    .ifPresent(chassis ->
                            removeDevices(devices(chassis, config), metadata(chassis, config)));
            engines.stop();
        }
    }

    @Override
    public void close() {
        driver.close();
        northbound.close();
        engines.close();
    }

    private static void removeDevices(HostDevices devices, MetadataSockets metadata) {
        devices.connected().forEach(devices::unplug);
        metadata.networks().forEach(metadata::remove);
    }

    private static HostDevices devices(ChassisDatabase chassis, OvnConfig config) {
        return new HostDevices(chassis, config.engine().integrationBridge());
    }

    private static MetadataSockets metadata(ChassisDatabase chassis, OvnConfig config) {
        return new MetadataSockets(
                chassis, config.engine().integrationBridge(), config.namespacePrefix());
    }
}
