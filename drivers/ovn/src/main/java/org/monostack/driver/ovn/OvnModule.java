package org.monostack.driver.ovn;

import java.time.Duration;
import java.util.List;
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
    private final OvnNetworkDriver driver;

    private OvnModule(OvnEngines engines, OvsdbClient northbound, OvnNetworkDriver driver) {
        this.engines = engines;
        this.northbound = northbound;
        this.driver = driver;
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
        try {
            engines.ensureStarted();
            OvsdbClient client =
                    new OvsdbClient(
                                    engines.northbound(),
                                    NorthboundSchema.DATABASE,
                                    NorthboundSchema.monitored(),
                                    NorthboundSchema.TAG_KEYS)
                            .start();
            client.awaitReady(READY_PATIENCE);
            String bridge = config.engine().integrationBridge();
            OvnNetworkDriver driver =
                    new OvnNetworkDriver(
                            new Northbound(client, List.of(config.engine().hostName())),
                            engines.chassis(),
                            new MetadataSockets(
                                    engines.chassis(), bridge, config.namespacePrefix()),
                            bridge);
            return new OvnModule(engines, client, driver);
        } catch (RuntimeException e) {
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
        driver.removeDevices();
        driver.close();
        northbound.close();
        engines.stop();
        engines.close();
    }

    @Override
    public void close() {
        driver.close();
        northbound.close();
        engines.close();
    }
}
