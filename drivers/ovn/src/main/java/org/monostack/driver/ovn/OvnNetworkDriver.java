package org.monostack.driver.ovn;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.monostack.driver.ovn.engine.EngineException;
import org.monostack.driver.ovn.metadata.MetadataSockets;
import org.monostack.driver.ovn.north.Northbound;
import org.monostack.driver.ovn.ovsdb.OvsdbException;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.NetworkDriverException;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks by OVN. Keeps nothing that matters: intents live as rows in the northbound database,
 * plugged ports as interfaces tagged in this host's switch database, devices and namespaces under
 * names derived from ids. A new process finds all of it again.
 *
 * <p>Thread-safe. Listeners are told on one thread of the driver, in order.
 */
public final class OvnNetworkDriver implements NetworkDriver {

    private static final Logger log = LoggerFactory.getLogger(OvnNetworkDriver.class);

    private final Northbound northbound;
    private final HostDevices devices;
    private final MetadataSockets metadata;
    private final List<PortStatusListener> statusListeners = new CopyOnWriteArrayList<>();
    private final ExecutorService events =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("ovn-events").factory());

    OvnNetworkDriver(Northbound northbound, HostDevices devices, MetadataSockets metadata) {
        this.northbound = northbound;
        this.devices = devices;
        this.metadata = metadata;
        northbound.onPortStatus((port, up) -> {
            if (!events.isShutdown()) {
                events.execute(() -> tell(port, up));
            }
        });
    }

    @Override
    public void put(NetworkIntent network) {
        call(() -> {
            northbound.put(network);
            refreshMetadata(network.id());
            return true;
        });
    }

    @Override
    public void put(PortIntent port) {
        call(() -> {
            northbound.put(port);
            if (port.kind() == PortIntent.Kind.METADATA) {
                refreshMetadata(port.network());
            }
            return true;
        });
    }

    @Override
    public void put(RouterIntent router) {
        call(() -> northbound.put(router));
    }

    @Override
    public void put(SecurityGroupIntent group) {
        call(() -> northbound.put(group));
    }

    @Override
    public void remove(IntentKind kind, UUID id) {
        call(() -> {
            northbound.remove(kind, id);
            if (kind == IntentKind.NETWORK) {
                refreshMetadata(id);
            } else if (kind == IntentKind.PORT) {
                // A metadata port may have been the one removed.
                metadata.networks().stream()
                        .filter(network -> northbound.metadataPort(network).isEmpty())
                        .forEach(this::refreshMetadata);
            }
            return true;
        });
    }

    @Override
    public int synchronise(Topology topology) {
        return call(() -> {
            int changed = northbound.synchronise(topology);
            Set<UUID> known = new HashSet<>();
            topology.ports().forEach(port -> known.add(port.id()));
            for (UUID port : devices.connected()) {
                if (!known.contains(port)) {
                    log.info("Removing the device of port {}, which is no more", port);
                    devices.unplug(port);
                    changed++;
                }
            }
            Set<UUID> networks = new HashSet<>(metadata.networks());
            networks.addAll(devices.networks());
            networks.forEach(this::refreshMetadata);
            return changed;
        });
    }

    @Override
    public List<String> differences(Topology topology) {
        return call(() -> northbound.differences(topology));
    }

    @Override
    public String plug(PortIntent port) {
        return call(() -> {
            String device = devices.plug(port);
            refreshMetadata(port.network());
            return device;
        });
    }

    @Override
    public void unplug(UUID port) {
        call(() -> {
            devices.unplug(port);
            return true;
        });
    }

    @Override
    public Set<UUID> plugged() {
        return call(devices::plugged);
    }

    @Override
    public void onPortStatus(PortStatusListener listener) {
        statusListeners.add(listener);
    }

    @Override
    public boolean isUp(UUID port) {
        return call(() -> northbound.isUp(port));
    }

    @Override
    public void onMetadataSocket(MetadataSocketListener listener) {
        call(() -> {
            metadata.listener(listener);
            return true;
        });
    }

    @Override
    public void close() {
        events.shutdown();
        metadata.close();
        try {
            if (!events.awaitTermination(2, TimeUnit.SECONDS)) {
                events.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Serves metadata where guests are on this host, and nowhere else. */
    private void refreshMetadata(UUID network) {
        var port = northbound.metadataPort(network);
        if (port.isPresent()
                && (devices.networks().contains(network)
                        || metadata.networks().contains(network))) {
            metadata.ensure(network, port.get());
        } else if (port.isEmpty() && metadata.networks().contains(network)) {
            metadata.remove(network);
        }
    }

    private void tell(UUID port, boolean up) {
        for (PortStatusListener listener : statusListeners) {
            try {
                listener.changed(port, up);
            } catch (RuntimeException e) {
                log.error("A listener failed on the status of port {}", port, e);
            }
        }
    }

    private static <T> T call(Supplier<T> work) {
        try {
            return work.get();
        } catch (OvsdbException e) {
            if (e.reason() == OvsdbException.Reason.AWAY) {
                throw NetworkDriverException.away(String.valueOf(e.getMessage()), e);
            }
            throw new NetworkDriverException(String.valueOf(e.getMessage()), e);
        } catch (EngineException e) {
            throw new NetworkDriverException(String.valueOf(e.getMessage()), e);
        }
    }
}
