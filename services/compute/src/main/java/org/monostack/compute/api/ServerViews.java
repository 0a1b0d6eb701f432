package org.monostack.compute.api;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.ServerStatus;
import org.monostack.network.ServerPort;
import org.monostack.platform.http.Microversion;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Servers as the API shows them, by microversion and by what the caller may see. Stateless. */
final class ServerViews {
    private static final String RULE = "os_compute_api:";

    private final String defaultZone;

    ServerViews(String defaultZone) {
        this.defaultZone = defaultZone;
    }

    /** What differs between the answers that show a whole server. */
    enum Kind {
        SHOW,
        DETAIL,
        UPDATE,
        REBUILD
    }

    /**
     * A server with what is shown beside its row.
     *
     * @param hostUp whether its host's nova-compute is up
     */
    record Shown(Server server, List<ServerPort> ports, boolean hostUp) {}

    ObjectNode brief(Request request, Server server) {
        ObjectNode node = Json.object();
        node.put("id", server.id().toString());
        node.put("name", server.wish().name());
        node.set("links", Links.both(request, "servers", server.id().toString()));
        return node;
    }

    ObjectNode full(Request request, Shown shown, Kind kind) {
        Server server = shown.server();
        Microversion version = request.microversion();
        ObjectNode node = Json.object();
        String status = server.status();
        node.put("id", server.id().toString());
        node.put("name", server.wish().name());
        node.put("status", status);
        node.put("tenant_id", server.projectId());
        node.put("user_id", server.userId());
        ObjectNode metadata = node.putObject("metadata");
        server.metadata().forEach(metadata::put);
        node.put("hostId", hostId(server));
        ObjectNode image = node.putObject("image");
        image.put("id", server.image().id());
        image.set("links", Links.bookmarkOnly(request, "images", server.image().id()));
        node.set("flavor", flavor(request, server.flavor(), version));
        node.put("created", Links.time(server.createdAt()));
        node.put("updated", Links.time(server.updatedAt()));
        boolean extended = kind == Kind.SHOW || kind == Kind.DETAIL || version.atLeast(2, 75);
        node.set("addresses", addresses(shown.ports(), extended));
        node.put("accessIPv4", server.wish().accessIpv4());
        node.put("accessIPv6", server.wish().accessIpv6());
        node.set("links", Links.both(request, "servers", server.id().toString()));
        node.put("OS-DCF:diskConfig", server.wish().diskConfig());
        if (ServerStatus.WITH_PROGRESS.contains(status)) {
            node.put("progress", server.state().progress());
        }
        if (ServerStatus.WITH_FAULT.contains(status)) {
            server.state().fault().ifPresent(fault -> node.set("fault", fault(request, fault)));
        }
        if (version.atLeast(2, 9)) {
            node.put("locked", server.locked());
        }
        if (version.atLeast(2, 19)) {
            node.put("description", server.wish().description().orElse(null));
        }
        if (version.atLeast(2, 26)) {
            node.set("tags", Json.strings(server.tags()));
        }
        if (version.atLeast(2, 63)) {
            node.putNull("trusted_image_certificates");
        }
        if (version.atLeast(2, 73)) {
            node.put("locked_reason", server.state().lockedReason().orElse(null));
        }
        if (version.atLeast(2, 71) && kind != Kind.DETAIL) {
            ArrayNode groups = node.putArray("server_groups");
            server.wish().group().ifPresent(group -> groups.add(group.toString()));
        }
        if (extended) {
            extended(request, shown, version, node);
        }
        if (kind == Kind.REBUILD && version.atLeast(2, 54)) {
            node.put("key_name", keyName(server));
        }
        if (kind == Kind.REBUILD && version.atLeast(2, 57)) {
            // A rebuild names it without the prefix that every other view gives it.
            node.remove("OS-EXT-SRV-ATTR:user_data");
            node.put("user_data", server.wish().userData().orElse(null));
        }
        return node;
    }

    private void extended(Request request, Shown shown, Microversion version, ObjectNode node) {
        Server server = shown.server();
        Map<String, Object> target = target(server);
        node.put("key_name", keyName(server));
        node.put("config_drive", server.wish().configDrive() ? "True" : "");
        node.put("OS-EXT-AZ:availability_zone", zone(server));
        node.put("OS-EXT-STS:task_state", server.taskText());
        node.put("OS-EXT-STS:vm_state", server.state().vm().text());
        node.put("OS-EXT-STS:power_state", server.state().power());
        node.put(
                "OS-SRV-USG:launched_at",
                server.state().launchedAt().map(Links::micros).orElse(null));
        node.put(
                "OS-SRV-USG:terminated_at",
                server.state().terminatedAt().map(Links::micros).orElse(null));
        node.putArray("os-extended-volumes:volumes_attached");
        ArrayNode groups = securityGroups(shown.ports());
        if (!groups.isEmpty()) {
            node.set("security_groups", groups);
        }
        if (request.allowed(RULE + "os-extended-server-attributes", target)) {
            String host = server.state().host().orElse(null);
            node.put("OS-EXT-SRV-ATTR:host", host);
            node.put("OS-EXT-SRV-ATTR:instance_name", server.instanceName());
            node.put("OS-EXT-SRV-ATTR:hypervisor_hostname", host);
            if (version.atLeast(2, 3)) {
                node.put("OS-EXT-SRV-ATTR:reservation_id", server.wish().reservationId());
                node.put("OS-EXT-SRV-ATTR:launch_index", server.wish().launchIndex());
                node.put("OS-EXT-SRV-ATTR:hostname", server.wish().hostname());
                node.put("OS-EXT-SRV-ATTR:kernel_id", "");
                node.put("OS-EXT-SRV-ATTR:ramdisk_id", "");
                node.put("OS-EXT-SRV-ATTR:root_device_name", "/dev/vda");
                node.put("OS-EXT-SRV-ATTR:user_data", server.wish().userData().orElse(null));
            }
        } else if (version.atLeast(2, 90)) {
            node.put("OS-EXT-SRV-ATTR:hostname", server.wish().hostname());
        }
        if (version.atLeast(2, 16) && request.allowed(RULE + "servers:show:host_status", target)) {
            node.put("host_status", hostStatus(shown));
        }
    }

    private static String hostStatus(Shown shown) {
        if (shown.server().state().host().isEmpty()) {
            return "";
        }
        return shown.hostUp() ? "UP" : "DOWN";
    }

    private static @org.jspecify.annotations.Nullable String keyName(Server server) {
        return server.wish().key().map(Server.KeyRef::name).orElse(null);
    }

    private String zone(Server server) {
        return server.wish()
                .availabilityZone()
                .orElse(server.state().host().isPresent() ? defaultZone : "");
    }

    /** What policies compare the caller with. */
    static Map<String, Object> target(Server server) {
        return Map.of("project_id", server.projectId(), "user_id", server.userId());
    }

    /** The same host has different ids for different projects, so that nobody can map hosts. */
    static String hostId(Server server) {
        return server.state().host().map(host -> hostId(server.projectId(), host)).orElse("");
    }

    static String hostId(String project, String host) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-224")
                            .digest((project + host).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode fault(Request request, Server.Fault fault) {
        ObjectNode node = Json.object();
        node.put("code", fault.code());
        node.put("created", Links.time(fault.at()));
        node.put("message", fault.message());
        if (fault.details().isPresent()
                && (fault.code() != 500 || request.allowed("context_is_admin", Map.of()))) {
            node.put("details", fault.details().get());
        }
        return node;
    }

    private static ObjectNode flavor(Request request, Flavor flavor, Microversion version) {
        ObjectNode node = Json.object();
        if (!version.atLeast(2, 47)) {
            node.put("id", flavor.id());
            node.set("links", Links.bookmarkOnly(request, "flavors", flavor.id()));
            return node;
        }
        node.put("vcpus", flavor.vcpus());
        node.put("ram", flavor.memoryMb());
        node.put("disk", flavor.rootGb());
        node.put("ephemeral", flavor.ephemeralGb());
        node.put("swap", flavor.swapMb());
        node.put("original_name", flavor.name());
        ObjectNode specs = node.putObject("extra_specs");
        flavor.extraSpecs().forEach(specs::put);
        return node;
    }

    /**
     * Addresses by network name.
     *
     * @param extended with the MAC address and the type of address, as servers show them
     */
    static ObjectNode addresses(List<ServerPort> ports, boolean extended) {
        Map<String, ArrayNode> networks = new LinkedHashMap<>();
        for (ServerPort port : ports) {
            ArrayNode list = networks.computeIfAbsent(port.networkName(), key -> Json.array());
            port.fixedIps().stream()
                    .sorted(ServerViews::inOrder)
                    .forEach(ip -> {
                        add(list, port, ip.version(), ip.address(), "fixed", extended);
                        port.floatingIps().stream()
                                .filter(f -> f.fixedAddress().equals(ip.address()))
                                .forEach(
                                        f -> add(list, port, 4, f.address(), "floating", extended));
                    });
        }
        ObjectNode node = Json.object();
        networks.forEach((name, list) -> {
            if (!list.isEmpty()) {
                node.set(name, list);
            }
        });
        return node;
    }

    private static int inOrder(ServerPort.FixedIp one, ServerPort.FixedIp other) {
        return Integer.compare(one.version(), other.version());
    }

    private static void add(
            ArrayNode list,
            ServerPort port,
            int version,
            String address,
            String type,
            boolean extended) {
        ObjectNode node = list.addObject();
        node.put("version", version);
        node.put("addr", address);
        if (extended) {
            node.put("OS-EXT-IPS:type", type);
            node.put("OS-EXT-IPS-MAC:mac_addr", port.mac());
        }
    }

    static ArrayNode securityGroups(List<ServerPort> ports) {
        ArrayNode groups = Json.array();
        for (String name :
                new TreeSet<>(
                        ports.stream()
                                .flatMap(port -> port.securityGroups().stream())
                                .map(ServerPort.SecurityGroup::name)
                                .toList())) {
            groups.addObject().put("name", name);
        }
        return groups;
    }

    /** A reservation's id: r- and eight characters. */
    static String reservationId(UUID random) {
        return "r-"
                + new BigInteger(1, HexFormat.of().parseHex(random.toString().substring(0, 8)))
                        .add(BigInteger.ONE.shiftLeft(42))
                        .toString(36)
                        .substring(0, 8);
    }

    static Optional<ServerPort> port(List<ServerPort> ports, UUID id) {
        return ports.stream().filter(port -> port.portId().equals(id)).findFirst();
    }
}
