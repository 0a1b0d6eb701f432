package org.monostack.driver.ovn.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Network devices of the network namespace this process lives in, through {@code ip} and {@code
 * ethtool}. Holds no state. Never looks into /sys, which shows the devices of the namespace it was
 * mounted in.
 */
public final class HostLinks {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private HostLinks() {}

    public static Set<String> names() {
        Set<String> names = new HashSet<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/net/dev"))) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    names.add(line.substring(0, colon).strip());
                }
            }
        } catch (IOException e) {
            throw new EngineException("cannot list network devices", e);
        }
        return names;
    }

    public static boolean exists(String device) {
        return names().contains(device);
    }

    /** Makes a tap that outlives whoever opens it, up and ready; finds one made before. */
    public static void ensureTap(String device, int mtu) {
        if (!exists(device)) {
            Command.Result result =
                    Command.attempt("ip", "tuntap", "add", "dev", device, "mode", "tap");
            // Somebody may have been quicker; anything else shows in the next command.
            if (!result.succeeded() && !exists(device)) {
                throw new EngineException(
                        "cannot make tap device " + device + ": " + result.output().strip());
            }
        }
        Command.run("ip", "link", "set", "dev", device, "mtu", Integer.toString(mtu), "up");
    }

    public static void delete(String device) {
        if (exists(device)) {
            Command.Result result = Command.attempt("ip", "link", "delete", "dev", device);
            if (!result.succeeded() && exists(device)) {
                throw new EngineException(
                        "cannot remove device " + device + ": " + result.output().strip());
            }
        }
    }

    /**
     * Stops the kernel from leaving checksums and segmentation to a device that, with packets
     * switched in userspace, would never do them: TCP would carry nothing. What a device cannot
     * switch off, it does not do.
     */
    public static void disableOffloads(String device) {
        for (String feature : List.of("tx", "tso", "gso", "gro", "lro")) {
            Command.attempt("ethtool", "-K", device, feature, "off");
        }
    }

    public static String mac(String device) {
        return describe(device).path("address").asString();
    }

    /** The lasting addresses of a device with prefix length, without link-local ones. */
    public static List<String> addresses(String device) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode address : describe(device).path("addr_info")) {
            if (!"link".equals(address.path("scope").asString())) {
                addresses.add(
                        address.path("local").asString() + "/" + address.path("prefixlen").asInt());
            }
        }
        return addresses;
    }

    /** A device's routes as {@code ip route add} takes them, without those the kernel makes. */
    public static List<String> routes(String device, boolean ipv6) {
        return Command.run("ip", ipv6 ? "-6" : "-4", "route", "show", "dev", device)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.contains("proto kernel"))
                .map(line -> line.replace(" linkdown", "").replaceAll(" pref \\w+", ""))
                .toList();
    }

    private static JsonNode describe(String device) {
        return JSON.readTree(Command.run("ip", "-json", "address", "show", "dev", device)).path(0);
    }
}
