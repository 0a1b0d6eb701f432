package org.monostack.driver.fake;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;

/**
 * Networks that carry no packet. Remembers what was put, says that a port is up as soon as it is
 * plugged, and opens no metadata socket. Thread-safe; listeners are called on the caller's thread.
 */
public final class FakeNetworkDriver implements NetworkDriver {

    private final KeptMap plugged;
    private final Set<Thing> realised = ConcurrentHashMap.newKeySet();
    private final List<PortStatusListener> listeners = new CopyOnWriteArrayList<>();

    private record Thing(IntentKind kind, UUID id) {}

    /** Forgets everything with the process. */
    public FakeNetworkDriver() {
        this(Optional.empty());
    }

    /**
     * @param directory where plugged ports are kept
     */
    public FakeNetworkDriver(Optional<Path> directory) {
        plugged = new KeptMap(directory);
    }

    @Override
    public void put(NetworkIntent network) {
        realised.add(new Thing(IntentKind.NETWORK, network.id()));
    }

    @Override
    public void put(PortIntent port) {
        realised.add(new Thing(IntentKind.PORT, port.id()));
    }

    @Override
    public void put(RouterIntent router) {
        realised.add(new Thing(IntentKind.ROUTER, router.id()));
    }

    @Override
    public void put(SecurityGroupIntent group) {
        realised.add(new Thing(IntentKind.SECURITY_GROUP, group.id()));
    }

    @Override
    public void remove(IntentKind kind, UUID id) {
        realised.remove(new Thing(kind, id));
    }

    @Override
    public int synchronise(Topology topology) {
        Set<Thing> wanted = things(topology);
        int changed = 0;
        for (Thing thing : wanted) {
            changed += realised.add(thing) ? 1 : 0;
        }
        for (Thing thing : Set.copyOf(realised)) {
            changed += !wanted.contains(thing) && realised.remove(thing) ? 1 : 0;
        }
        return changed;
    }

    @Override
    public List<String> differences(Topology topology) {
        Set<Thing> wanted = things(topology);
        return Stream.concat(
                        wanted.stream().filter(thing -> !realised.contains(thing)),
                        realised.stream().filter(thing -> !wanted.contains(thing)))
                .map(thing -> thing.kind().name().toLowerCase(Locale.ROOT) + "/" + thing.id())
                .toList();
    }

    private static Set<Thing> things(Topology topology) {
        return Stream.of(
                        topology.networks().stream()
                                .map(each -> new Thing(IntentKind.NETWORK, each.id())),
                        topology.ports().stream()
                                .map(each -> new Thing(IntentKind.PORT, each.id())),
                        topology.routers().stream()
                                .map(each -> new Thing(IntentKind.ROUTER, each.id())),
                        topology.securityGroups().stream()
                                .map(each -> new Thing(IntentKind.SECURITY_GROUP, each.id())))
                .flatMap(each -> each)
                .collect(Collectors.toSet());
    }

    @Override
    public String plug(PortIntent port) {
        realised.add(new Thing(IntentKind.PORT, port.id()));
        boolean fresh = plugged.get(port.id()).isEmpty();
        String tap = NetworkDriver.device(port.id());
        plugged.put(port.id(), tap);
        if (fresh) {
            tell(port.id(), true);
        }
        return tap;
    }

    @Override
    public void unplug(UUID port) {
        if (plugged.get(port).isPresent()) {
            plugged.remove(port);
            tell(port, false);
        }
    }

    private void tell(UUID port, boolean up) {
        for (PortStatusListener listener : listeners) {
            listener.changed(port, up);
        }
    }

    @Override
    public Set<UUID> plugged() {
        return plugged.all().keySet();
    }

    @Override
    public void onPortStatus(PortStatusListener listener) {
        listeners.add(listener);
    }

    @Override
    public boolean isUp(UUID port) {
        return plugged.get(port).isPresent();
    }

    @Override
    public void onMetadataSocket(MetadataSocketListener listener) {
        // There is no guest that could ask.
    }

    /** Whether something of this kind is realised now. */
    public boolean realised(IntentKind kind, UUID id) {
        return realised.contains(new Thing(kind, id));
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
