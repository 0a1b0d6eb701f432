package org.monostack.driver.ovn;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.driver.ovn.engine.ChassisDatabase;
import org.monostack.driver.ovn.engine.HostLinks;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.PortIntent;

/**
 * The taps of this host's ports. A tap is known by its name, derived from the port's id, and by the
 * tags of its interface in the switch's database; nothing is remembered here. Thread-safe.
 */
final class HostDevices {

    /** Entries of an interface's {@code external_ids}: whose tap it is. */
    private static final String PORT_TAG = "monostack:port";

    private static final String NETWORK_TAG = "monostack:network";

    private final ChassisDatabase chassis;
    private final String integrationBridge;
    private final Object lock = new Object();

    HostDevices(ChassisDatabase chassis, String integrationBridge) {
        this.chassis = chassis;
        this.integrationBridge = integrationBridge;
    }

    String plug(PortIntent port) {
        String device = NetworkDriver.device(port.id());
        Map<String, String> tags = new HashMap<>();
        tags.put("iface-id", port.id().toString());
        tags.put("iface-status", "active");
        tags.put("attached-mac", port.mac().toLowerCase(Locale.ROOT));
        tags.put(PORT_TAG, port.id().toString());
        tags.put(NETWORK_TAG, port.network().toString());
        synchronized (lock) {
            if (!HostLinks.exists(device)) {
                // The switch may still hold on to a namesake that has gone.
                chassis.removePorts(List.of(device));
            }
            HostLinks.ensureTap(device, port.mtu());
            chassis.ensurePort(integrationBridge, device, tags);
        }
        return device;
    }

    void unplug(UUID port) {
        synchronized (lock) {
            chassis.removePorts(List.of(NetworkDriver.device(port)));
            HostLinks.delete(NetworkDriver.device(port));
        }
    }

    /** Ports that are connected and whose device exists. */
    Set<UUID> plugged() {
        Set<String> devices = HostLinks.names();
        Set<UUID> ports = new HashSet<>();
        for (UUID port : connected()) {
            if (devices.contains(NetworkDriver.device(port))) {
                ports.add(port);
            }
        }
        return ports;
    }

    /** Ports that are connected, even if their devices were lost with a reboot. */
    Set<UUID> connected() {
        return ids(PORT_TAG);
    }

    /** Networks of the connected ports. */
    Set<UUID> networks() {
        return ids(NETWORK_TAG);
    }

    private Set<UUID> ids(String tag) {
        Set<UUID> ids = new HashSet<>();
        chassis.valuesOf(tag).forEach(value -> ids.add(UUID.fromString(value)));
        return ids;
    }
}
