package org.monostack.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;

/** One process's way to the networks of the {@link World}; every call that acts may go wrong. */
final class SimulatedNetworkDriver implements NetworkDriver {
    private final World world;
    private final Faults faults;
    private final ControlProcess process;
    private final Flaws flaws;

    SimulatedNetworkDriver(World world, Faults faults, ControlProcess process, Flaws flaws) {
        this.world = world;
        this.faults = faults;
        this.process = process;
        this.flaws = flaws;
    }

    @Override
    public void put(NetworkIntent network) {
        put(IntentKind.NETWORK, network.id());
    }

    @Override
    public void put(PortIntent port) {
        put(IntentKind.PORT, port.id());
    }

    @Override
    public void put(RouterIntent router) {
        put(IntentKind.ROUTER, router.id());
    }

    @Override
    public void put(SecurityGroupIntent group) {
        put(IntentKind.SECURITY_GROUP, group.id());
    }

    private void put(IntentKind kind, UUID id) {
        faults.network("put " + kind + " " + id, () -> world.realised(kind).add(id));
    }

    @Override
    public void remove(IntentKind kind, UUID id) {
        faults.network("remove " + kind + " " + id, () -> world.realised(kind).remove(id));
    }

    @Override
    public int synchronise(Topology topology) {
        faults.network(
                "synchronise",
                () -> {
                    keep(IntentKind.NETWORK, topology.networks().stream().map(NetworkIntent::id));
                    keep(IntentKind.PORT, topology.ports().stream().map(PortIntent::id));
                    keep(IntentKind.ROUTER, topology.routers().stream().map(RouterIntent::id));
                    keep(
                            IntentKind.SECURITY_GROUP,
                            topology.securityGroups().stream().map(SecurityGroupIntent::id));
                    Set<UUID> gone = new HashSet<>(world.plugged());
                    gone.removeAll(world.realised(IntentKind.PORT));
                    gone.forEach(this::pull);
                });
        return 0;
    }

    /** What is wrong with the world is found by the properties that each history ends with. */
    @Override
    public List<String> differences(Topology topology) {
        return List.of();
    }

    private void keep(IntentKind kind, Stream<UUID> wanted) {
        Set<UUID> ids = wanted.collect(Collectors.toSet());
        world.realised(kind).retainAll(ids);
        world.realised(kind).addAll(ids);
    }

    @Override
    public String plug(PortIntent port) {
        faults.network(
                "plug " + port.id(),
                () -> {
                    world.realised(IntentKind.PORT).add(port.id());
                    if (world.plugged().add(port.id())) {
                        tell(port.id());
                    }
                });
        return NetworkDriver.device(port.id());
    }

    @Override
    public void unplug(UUID port) {
        if (!flaws.leavesTraces()) {
            faults.network("unplug " + port, () -> pull(port));
        }
    }

    private void pull(UUID port) {
        if (world.plugged().remove(port)) {
            tell(port);
        }
    }

    private void tell(UUID port) {
        world.portListeners()
                .forEach((listening, listener) ->
                        listening.spawn("port status", () -> hint(listener, port)));
    }

    /** What a listener throws is the driver's to log: a port's status is told as a hint. */
    private static void hint(Consumer<UUID> listener, UUID port) {
        try {
            listener.accept(port);
        } catch (RuntimeException e) {
            // The next comparison tells again.
        }
    }

    @Override
    public Set<UUID> plugged() {
        return Set.copyOf(world.plugged());
    }

    @Override
    public void onPortStatus(PortStatusListener listener) {
        world.onPort(process, port -> listener.changed(port, world.plugged().contains(port)));
    }

    @Override
    public boolean isUp(UUID port) {
        return world.plugged().contains(port);
    }

    @Override
    public void onMetadataSocket(MetadataSocketListener listener) {
        // There is no guest that could ask.
    }

    @Override
    public void close() {
        // What is plugged stays.
    }
}
