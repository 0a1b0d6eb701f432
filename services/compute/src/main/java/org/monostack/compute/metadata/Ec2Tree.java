package org.monostack.compute.metadata;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.monostack.compute.model.Server;
import org.monostack.network.ServerPort;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A server in the words of EC2's metadata: nested maps, whose leaves are texts. Stateless. */
final class Ec2Tree {
    private Ec2Tree() {}

    static Map<String, Object> of(Server server, List<ServerPort> ports, String defaultZone) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("ami-id", "ami-" + String.format("%08x", server.image().id().hashCode()));
        tree.put("ami-launch-index", Integer.toString(server.wish().launchIndex()));
        Map<String, Object> devices = new LinkedHashMap<>();
        devices.put("ami", "vda");
        devices.put("root", "/dev/vda");
        tree.put("block-device-mapping", devices);
        tree.put("hostname", server.wish().hostname());
        tree.put("instance-action", "none");
        tree.put("instance-id", server.ec2Id());
        tree.put("instance-type", server.flavor().name());
        tree.put("local-hostname", server.wish().hostname());
        tree.put("local-ipv4", fixedIpv4(ports));
        tree.put(
                "placement",
                Map.of("availability-zone", server.wish().availabilityZone().orElse(defaultZone)));
        tree.put("public-hostname", server.wish().hostname());
        tree.put("public-ipv4", floating(ports));
        server.wish()
                .key()
                .ifPresent(key ->
                        tree.put(
                                "public-keys",
                                Map.of(
                                        "0",
                                        new Named(
                                                key.name(),
                                                Map.of("openssh-key", key.publicKey())))));
        tree.put("reservation-id", server.wish().reservationId());
        tree.put(
                "security-groups",
                ports.stream()
                        .flatMap(port -> port.securityGroups().stream())
                        .map(ServerPort.SecurityGroup::name)
                        .distinct()
                        .collect(Collectors.joining("\n")));
        return tree;
    }

    /** A branch that a listing shows as {@code 0=name} instead of {@code 0/}. */
    record Named(String name, Map<String, String> leaves) {}

    static ObjectNode json(Server server, List<ServerPort> ports, String defaultZone) {
        ObjectNode document = Json.object();
        fill(document, of(server, ports, defaultZone));
        return document;
    }

    private static void fill(ObjectNode node, Map<?, ?> tree) {
        tree.forEach((key, value) -> {
            switch (value) {
                case Named named -> fill(node.putObject(key.toString()), named.leaves());
                case Map<?, ?> branch -> fill(node.putObject(key.toString()), branch);
                default -> node.put(key.toString(), value.toString());
            }
        });
    }

    private static String fixedIpv4(List<ServerPort> ports) {
        return ports.stream()
                .flatMap(port -> port.fixedIps().stream())
                .filter(ip -> ip.version() == 4)
                .map(ServerPort.FixedIp::address)
                .findFirst()
                .orElse("");
    }

    private static String floating(List<ServerPort> ports) {
        return ports.stream()
                .flatMap(port -> port.floatingIps().stream())
                .map(ServerPort.FloatingAddress::address)
                .findFirst()
                .orElse("");
    }
}
