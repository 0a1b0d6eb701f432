package org.monostack.network.spi;

import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.UUID;

/**
 * Realises networks. Called by the network service's realisation worker with whole intents, never
 * with differences: each {@code put} makes the outside equal to the intent, whatever was there
 * before, so repeating a call is harmless. Methods may be called from any thread, also at the same
 * time for different resources, and block. They throw {@link NetworkDriverException} when the
 * engine is away or refuses.
 *
 * <p>An intent may name things whose own {@code put} has not come yet (a port's security group);
 * the driver then makes an empty one, to be filled by the later call.
 */
public interface NetworkDriver extends AutoCloseable {

    void put(NetworkIntent network);

    void put(PortIntent port);

    void put(RouterIntent router);

    void put(SecurityGroupIntent group);

    /** Removes what a {@code put} of that kind made. Unknown ids are ignored. */
    void remove(IntentKind kind, UUID id);

    /**
     * Makes the outside equal to the whole topology and removes whatever this cloud made that the
     * topology does not name.
     *
     * @return how many rows were created, changed or removed; 0 when all was right already
     */
    int synchronise(Topology topology);

    /**
     * What {@link #synchronise} would put right, by the names under which the engine knows it;
     * changes nothing.
     */
    List<String> differences(Topology topology);

    /** The name of a port's tap device, as Neutron gives it; Linux allows 15 characters. */
    static String device(UUID port) {
        return "tap" + port.toString().substring(0, 11);
    }

    /**
     * Creates the tap device of a port on this host and connects it to the integration bridge.
     * Idempotent.
     *
     * @return {@link #device} of the port
     */
    String plug(PortIntent port);

    /** Removes the tap device of a port from this host, if it is there. */
    void unplug(UUID port);

    /** Ports that have a device on this host now. */
    java.util.Set<UUID> plugged();

    /** Registers the listener told when a port's data plane comes up or goes down. A hint. */
    void onPortStatus(PortStatusListener listener);

    /** Whether the data plane serves this port now; the truth behind {@link #onPortStatus}. */
    boolean isUp(UUID port);

    /**
     * Registers who serves metadata. The driver opens, per network whose subnets want metadata, a
     * listening socket on 169.254.169.254:80 that only guests of that network reach.
     */
    void onMetadataSocket(MetadataSocketListener listener);

    @Override
    void close();

    /** Told of a port's data plane. Called on a thread of the driver. */
    @FunctionalInterface
    interface PortStatusListener {
        void changed(UUID port, boolean up);
    }

    /** Takes over listening sockets for metadata. Called on a thread of the driver. */
    interface MetadataSocketListener {
        /** The receiver owns the channel from now on and closes it. */
        void opened(UUID network, ServerSocketChannel channel);

        void closed(UUID network);
    }

    /** What can be realised. */
    enum IntentKind {
        NETWORK,
        PORT,
        ROUTER,
        SECURITY_GROUP
    }
}
