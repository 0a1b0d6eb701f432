package org.monostack.compute.metadata;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.monostack.compute.model.Server;
import org.monostack.network.ServerPort;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what a server may read about itself. The one source of both the metadata service and
 * config drives. Stateless.
 */
public final class MetadataDocuments {
    /** The dated versions of OpenStack's format, oldest first. */
    public static final List<String> OPENSTACK_VERSIONS =
            List.of(
                    "2012-08-10",
                    "2013-04-04",
                    "2013-10-17",
                    "2015-10-15",
                    "2016-06-30",
                    "2016-10-06",
                    "2017-02-22",
                    "2018-08-27",
                    "2020-10-14",
                    "latest");

    /** The dated versions of EC2's format, oldest first. */
    public static final List<String> EC2_VERSIONS =
            List.of(
                    "1.0",
                    "2007-01-19",
                    "2007-03-01",
                    "2007-08-29",
                    "2007-10-10",
                    "2007-12-15",
                    "2008-02-01",
                    "2008-09-01",
                    "2009-04-04");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String defaultZone;

    public MetadataDocuments(String defaultZone) {
        this.defaultZone = defaultZone;
    }

    /** OpenStack's documents by name; user_data is absent when there is none. */
    public Map<String, byte[]> openStack(Server server, List<ServerPort> ports) {
        Map<String, byte[]> documents = new LinkedHashMap<>();
        documents.put("meta_data.json", Json.bytes(metaData(server, ports)));
        userData(server).ifPresent(content -> documents.put("user_data", content));
        documents.put("password", new byte[0]);
        documents.put("vendor_data.json", Json.bytes(Json.object()));
        documents.put("network_data.json", Json.bytes(networkData(ports)));
        ObjectNode vendor = Json.object();
        vendor.putObject("static");
        documents.put("vendor_data2.json", Json.bytes(vendor));
        return documents;
    }

    /** Every file of a config drive by path. */
    public Map<String, byte[]> configDrive(Server server, List<ServerPort> ports) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, byte[]> documents = openStack(server, ports);
        for (String version : OPENSTACK_VERSIONS) {
            documents.forEach((name, content) -> {
                // A password can only be posted over HTTP.
                if (!name.equals("password")) {
                    files.put("openstack/" + version + "/" + name, content);
                }
            });
        }
        int index = 0;
        for (String content : server.wish().personality().values()) {
            files.put(
                    String.format("openstack/content/%04d", index++),
                    Base64.getMimeDecoder().decode(content));
        }
        byte[] ec2 = Json.bytes(Ec2Tree.json(server, ports, defaultZone));
        files.put("ec2/2009-04-04/meta-data.json", ec2);
        files.put("ec2/latest/meta-data.json", ec2);
        userData(server)
                .ifPresent(content -> {
                    files.put("ec2/2009-04-04/user-data", content);
                    files.put("ec2/latest/user-data", content);
                });
        return files;
    }

    /** The user's own data, decoded. */
    public Optional<byte[]> userData(Server server) {
        return server.wish().userData().map(text -> Base64.getMimeDecoder().decode(text));
    }

    public Map<String, Object> ec2(Server server, List<ServerPort> ports) {
        return Ec2Tree.of(server, ports, defaultZone);
    }

    private ObjectNode metaData(Server server, List<ServerPort> ports) {
        ObjectNode document = Json.object();
        document.put("uuid", server.id().toString());
        if (!server.metadata().isEmpty()) {
            ObjectNode meta = document.putObject("meta");
            server.metadata().forEach(meta::put);
        }
        server.wish()
                .key()
                .ifPresent(key -> {
                    document.putObject("public_keys").put(key.name(), key.publicKey());
                    document.putArray("keys")
                            .addObject()
                            .put("name", key.name())
                            .put("type", key.type())
                            .put("data", key.publicKey());
                });
        if (!server.wish().personality().isEmpty()) {
            ArrayNode files = document.putArray("files");
            int index = 0;
            for (String path : server.wish().personality().keySet()) {
                files.addObject()
                        .put("path", path)
                        .put("content_path", String.format("/content/%04d", index++));
            }
        }
        document.put("hostname", server.wish().hostname());
        document.put("name", server.wish().name());
        document.put("launch_index", server.wish().launchIndex());
        document.put("availability_zone", server.wish().availabilityZone().orElse(defaultZone));
        document.put("random_seed", seed());
        document.put("project_id", server.projectId());
        document.set("devices", devices(ports));
        document.putArray("dedicated_cpus");
        return document;
    }

    private static ArrayNode devices(List<ServerPort> ports) {
        ArrayNode devices = Json.array();
        for (ServerPort port : ports) {
            port.tag()
                    .ifPresent(tag -> {
                        ObjectNode device = devices.addObject();
                        device.put("type", "nic");
                        device.put("mac", port.mac());
                        device.putArray("tags").add(tag);
                        device.put("bus", "none");
                        device.put("address", "none");
                    });
        }
        return devices;
    }

    /** Entropy for the guest's first boot; nobody else may know or guess it. */
    private static String seed() {
        byte[] bytes = new byte[512];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static ObjectNode networkData(List<ServerPort> ports) {
        ObjectNode document = Json.object();
        ArrayNode links = document.putArray("links");
        ArrayNode networks = document.putArray("networks");
        ArrayNode services = document.putArray("services");
        int number = 0;
        Map<String, Boolean> named = new TreeMap<>();
        for (ServerPort port : ports) {
            String link = "tap" + port.portId().toString().substring(0, 11);
            links.addObject()
                    .put("id", link)
                    .put("vif_id", port.portId().toString())
                    .put("type", "ovs")
                    .put("mtu", port.mtu())
                    .put("ethernet_mac_address", port.mac());
            for (ServerPort.FixedIp ip : port.fixedIps()) {
                networks.add(network(port, ip, link, "network" + number++));
                for (String dns : ip.dnsServers()) {
                    if (named.put(dns, true) == null) {
                        services.addObject().put("type", "dns").put("address", dns);
                    }
                }
            }
        }
        return document;
    }

    private static ObjectNode network(
            ServerPort port, ServerPort.FixedIp ip, String link, String id) {
        ObjectNode network = Json.object();
        network.put("id", id);
        network.put("link", link);
        network.put("network_id", port.networkId().toString());
        if (ip.dhcp() && ip.version() == 4) {
            network.put("type", "ipv4_dhcp");
            return network;
        }
        if (ip.version() == 6 && ip.ipv6Mode().isPresent()) {
            String mode = ip.ipv6Mode().get();
            network.put("type", mode.equals("slaac") ? "ipv6_slaac" : "ipv6_" + mode);
        } else {
            network.put("type", "ipv" + ip.version());
        }
        network.put("ip_address", ip.address());
        int prefix = Integer.parseInt(ip.cidr().substring(ip.cidr().indexOf('/') + 1));
        network.put("netmask", ip.version() == 4 ? netmask4(prefix) : netmask6(prefix));
        ArrayNode routes = network.putArray("routes");
        ip.gateway()
                .ifPresent(gateway ->
                        routes.addObject()
                                .put("network", ip.version() == 4 ? "0.0.0.0" : "::")
                                .put("netmask", ip.version() == 4 ? "0.0.0.0" : "::")
                                .put("gateway", gateway));
        for (ServerPort.Route route : ip.hostRoutes()) {
            int slash = route.destination().indexOf('/');
            int bits = Integer.parseInt(route.destination().substring(slash + 1));
            routes.addObject()
                    .put("network", route.destination().substring(0, slash))
                    .put("netmask", ip.version() == 4 ? netmask4(bits) : netmask6(bits))
                    .put("gateway", route.nexthop());
        }
        ArrayNode services = network.putArray("services");
        ip.dnsServers().forEach(dns -> services.addObject().put("type", "dns").put("address", dns));
        return network;
    }

    private static String netmask4(int prefix) {
        int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
        return Stream.of(24, 16, 8, 0)
                .map(shift -> Integer.toString((mask >>> shift) & 0xff))
                .collect(java.util.stream.Collectors.joining("."));
    }

    private static String netmask6(int prefix) {
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < 8; group++) {
            int bits = Math.clamp(prefix - group * 16L, 0, 16);
            int value = bits == 0 ? 0 : (0xffff << (16 - bits)) & 0xffff;
            text.append(group == 0 ? "" : ":").append(Integer.toHexString(value));
        }
        return text.toString().replaceFirst("(:0){2,}$", "::");
    }

    /** UTF-8 bytes of a text. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
