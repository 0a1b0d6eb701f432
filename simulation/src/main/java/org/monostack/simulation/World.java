package org.monostack.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.network.spi.NetworkDriver.IntentKind;

/**
 * What is outside the control plane, one host of it, and outlives every process: machines with
 * their disks, plugged ports, realised networks. Notices at once what must never be asked of it.
 */
final class World {
    private final Map<UUID, Machine> machines = new LinkedHashMap<>();
    private final Map<UUID, Integer> disksMade = new HashMap<>();
    private final Set<UUID> plugged = new LinkedHashSet<>();
    private final Map<IntentKind, Set<UUID>> realised = new HashMap<>();
    private final Set<UUID> fellDown = new LinkedHashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<ControlProcess, Consumer<UUID>> powerListeners = new LinkedHashMap<>();
    private final Map<ControlProcess, Consumer<UUID>> portListeners = new LinkedHashMap<>();

    World() {
        for (IntentKind kind : IntentKind.values()) {
            realised.put(kind, new LinkedHashSet<>());
        }
    }

    /** A server's disk, and its domain once it is defined. */
    static final class Machine {
        private Optional<PowerState> power = Optional.empty();
        private final Set<UUID> nics = new LinkedHashSet<>();

        /** Empty while only the disk is there. */
        Optional<PowerState> power() {
            return power;
        }

        Set<UUID> nics() {
            return nics;
        }

        void become(PowerState state) {
            power = Optional.of(state);
        }
    }

    Map<UUID, Machine> machines() {
        return machines;
    }

    Set<UUID> plugged() {
        return plugged;
    }

    Set<UUID> realised(IntentKind kind) {
        return realised.getOrDefault(kind, Set.of());
    }

    /** Machines that went off by themselves. */
    Set<UUID> fellDown() {
        return fellDown;
    }

    /** A guest powers itself off. */
    void fallDown(UUID server, Machine machine) {
        fellDown.add(server);
        machine.become(PowerState.OFF);
        powerListeners.forEach((process, listener) ->
                process.spawn("power change", () -> listener.accept(server)));
    }

    List<String> violations() {
        return violations;
    }

    void violation(String what) {
        violations.add(what);
    }

    /** How many disks were ever made for a server by whom it was for to make them. */
    int disksMade(UUID server) {
        return disksMade.getOrDefault(server, 0);
    }

    Machine makeDisk(UUID server, boolean rightfully) {
        if (rightfully) {
            disksMade.merge(server, 1, Integer::sum);
        }
        Machine machine = new Machine();
        machines.put(server, machine);
        return machine;
    }

    /** Gives a machine exactly these network devices. */
    void define(UUID server, Machine machine, List<UUID> ports) {
        for (UUID port : ports) {
            if (!plugged.contains(port)) {
                violation("machine " + server + " uses port " + port + ", which is not plugged");
            }
            machines.forEach((other, theirs) -> {
                if (!other.equals(server) && theirs.nics.contains(port)) {
                    violation("port " + port + " is in machines " + other + " and " + server);
                }
            });
        }
        machine.nics.clear();
        machine.nics.addAll(ports);
    }

    void onPower(ControlProcess process, Consumer<UUID> listener) {
        powerListeners.put(process, listener);
    }

    void onPort(ControlProcess process, Consumer<UUID> listener) {
        portListeners.put(process, listener);
    }

    Map<ControlProcess, Consumer<UUID>> portListeners() {
        return portListeners;
    }
}
