package org.monostack.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.NetworkDriverException;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;

/**
 * Remembers what it was told. The fake driver that is shipped stands on this module, so this
 * module's own tests need a small one of their own. Thread-safe.
 */
final class TestNetworkDriver implements NetworkDriver {
    private final Map<UUID, Object> intents = new HashMap<>();
    private final Set<UUID> plugged = new HashSet<>();
    private PortStatusListener listener = (port, up) -> {};
    private boolean away;

    synchronized void away(boolean isAway) {
        away = isAway;
    }

    /** What was last put under this id. */
    synchronized <T> Optional<T> find(UUID id, Class<T> type) {
        return Optional.ofNullable(intents.get(id)).map(type::cast);
    }

    private synchronized void keep(UUID id, Object intent) {
        if (away) {
            throw NetworkDriverException.away(
                    "the test's network engine is away", new IllegalStateException("away"));
        }
        intents.put(id, intent);
    }

    @Override
    public void put(NetworkIntent network) {
        keep(network.id(), network);
    }

    @Override
    public void put(PortIntent port) {
        keep(port.id(), port);
    }

    @Override
    public void put(RouterIntent router) {
        keep(router.id(), router);
    }

    @Override
    public void put(SecurityGroupIntent group) {
        keep(group.id(), group);
    }

    @Override
    public synchronized void remove(IntentKind kind, UUID id) {
        intents.remove(id);
    }

    @Override
    public synchronized List<String> differences(Topology topology) {
        List<String> missing = new ArrayList<>();
        topology.ports().stream()
                .filter(port -> !intents.containsKey(port.id()))
                .forEach(port -> missing.add("port/" + port.id()));
        return missing;
    }

    @Override
    public synchronized int synchronise(Topology topology) {
        intents.clear();
        topology.networks().forEach(this::put);
        topology.ports().forEach(this::put);
        topology.routers().forEach(this::put);
        topology.securityGroups().forEach(this::put);
        return 0;
    }

    @Override
    public String plug(PortIntent port) {
        synchronized (this) {
            plugged.add(port.id());
        }
        listener.changed(port.id(), true);
        return NetworkDriver.device(port.id());
    }

    @Override
    public void unplug(UUID port) {
        synchronized (this) {
            plugged.remove(port);
        }
        listener.changed(port, false);
    }

    @Override
    public synchronized Set<UUID> plugged() {
        return Set.copyOf(plugged);
    }

    @Override
    public void onPortStatus(PortStatusListener statusListener) {
        listener = statusListener;
    }

    @Override
    public synchronized boolean isUp(UUID port) {
        return plugged.contains(port);
    }

    @Override
    public void onMetadataSocket(MetadataSocketListener socketListener) {}

    @Override
    public void close() {}
}
