package org.monostack.compute.api;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.NetworkRequest;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import tools.jackson.databind.JsonNode;

/**
 * What a client wants of a new server, read from the body and checked as far as that goes without
 * the database.
 */
record CreateRequest(
        String name,
        Optional<String> description,
        Optional<String> hostname,
        Optional<String> adminPassword,
        UUID image,
        String flavor,
        Optional<String> keyName,
        Optional<String> userData,
        boolean configDrive,
        Map<String, String> personality,
        Map<String, String> metadata,
        List<String> tags,
        Optional<String> zone,
        Optional<String> host,
        int least,
        int most,
        boolean reservation,
        List<NetworkRequest> networks,
        boolean networksNamed,
        List<String> securityGroups,
        String accessIpv4,
        String accessIpv6,
        String diskConfig,
        JsonNode hints) {

    static CreateRequest of(Request request) {
        JsonNode body = request.json();
        JsonNode server = body.path("server");
        boolean modern = request.microversion().atLeast(2, 1);
        String name = Inputs.text(server, "name").orElseThrow().strip();
        Optional<String> zone = Inputs.text(server, "availability_zone");
        Optional<String> host = Inputs.text(server, "host");
        if (host.isEmpty()) {
            host = Inputs.text(server, "hypervisor_hostname");
        }
        if (zone.isPresent() && zone.get().contains(":")) {
            String[] parts = zone.get().split(":", -1);
            if (parts.length > 3 || parts.length == 3 && parts[2].contains(":")) {
                throw ApiException.badRequest("Unable to parse availability_zone");
            }
            zone = Optional.of(parts[0]).filter(text -> !text.isEmpty());
            Optional<String> named =
                    Optional.of(parts.length == 3 && parts[1].isEmpty() ? parts[2] : parts[1])
                            .filter(text -> !text.isEmpty());
            host = named.isPresent() ? named : host;
        }
        int least = Inputs.number(server, "min_count", 1).orElse(1L).intValue();
        int most = Inputs.number(server, "max_count", 1).orElse((long) least).intValue();
        if (least > most) {
            throw ApiException.badRequest("min_count must be <= max_count");
        }
        List<NetworkRequest> networks = networks(server, most);
        return new CreateRequest(
                name,
                Inputs.text(server, "description"),
                Inputs.text(server, "hostname"),
                Inputs.text(server, "adminPass"),
                image(server),
                Inputs.text(server, "flavorRef").orElseThrow(),
                Inputs.text(server, "key_name"),
                userData(server),
                Inputs.bool(server, "config_drive", false),
                personality(server),
                Inputs.strings(server.path("metadata")),
                tags(server),
                zone,
                host,
                least,
                most,
                Inputs.bool(server, "return_reservation_id", false),
                networks,
                server.path("networks").isArray() && !server.path("networks").isEmpty(),
                securityGroups(server),
                Inputs.text(server, "accessIPv4").orElse(""),
                Inputs.ipv6("accessIPv6", Inputs.text(server, "accessIPv6").orElse("")),
                Inputs.text(server, "OS-DCF:diskConfig").orElse(modern ? "MANUAL" : "AUTO"),
                hints(body, server));
    }

    private static JsonNode hints(JsonNode body, JsonNode server) {
        for (JsonNode candidate :
                List.of(
                        body.path("os:scheduler_hints"),
                        body.path("OS-SCH-HNT:scheduler_hints"),
                        server.path("os:scheduler_hints"))) {
            if (candidate.isObject()) {
                return candidate;
            }
        }
        return org.monostack.platform.json.Json.object();
    }

    private static UUID image(JsonNode server) {
        Optional<String> named = Inputs.text(server, "imageRef").filter(text -> !text.isEmpty());
        List<JsonNode> devices = new ArrayList<>();
        server.path("block_device_mapping_v2").forEach(devices::add);
        if (!server.path("block_device_mapping").isMissingNode()
                && !server.path("block_device_mapping").isEmpty()) {
            throw ApiException.badRequest(
                    "Block Device Mapping is Invalid: volumes are not available.");
        }
        for (JsonNode device : devices) {
            boolean imageToLocal =
                    device.path("source_type").asString("").equals("image")
                            && device.path("destination_type").asString("local").equals("local")
                            && device.path("boot_index").asString("0").equals("0");
            if (!imageToLocal || devices.size() > 1) {
                throw ApiException.badRequest(
                        "Block Device Mapping is Invalid: only one local disk made from an image"
                                + " is available.");
            }
            named = named.or(() -> Inputs.text(device, "uuid"));
        }
        return named.flatMap(Inputs::uuid)
                .orElseThrow(() -> ApiException.badRequest("Invalid imageRef provided."));
    }

    private static Optional<String> userData(JsonNode server) {
        Optional<String> text = Inputs.text(server, "user_data").filter(t -> !t.isEmpty());
        text.ifPresent(CreateRequest::requireBase64);
        return text;
    }

    static void requireBase64(String text) {
        try {
            Base64.getDecoder().decode(text.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("User data needs to be valid base 64.");
        }
    }

    static Map<String, String> personality(JsonNode server) {
        Map<String, String> files = new LinkedHashMap<>();
        for (JsonNode file : server.path("personality")) {
            String path = file.path("path").asString();
            String content = file.path("contents").asString().replaceAll("\\s", "");
            try {
                Base64.getDecoder().decode(content);
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest(
                        "Personality content for " + path + " cannot be decoded");
            }
            files.put(path, content);
        }
        return files;
    }

    private static List<String> tags(JsonNode server) {
        Set<String> tags = new LinkedHashSet<>();
        server.path("tags").forEach(tag -> tags.add(tag.asString()));
        return List.copyOf(tags);
    }

    private static List<String> securityGroups(JsonNode server) {
        Set<String> names = new LinkedHashSet<>();
        server.path("security_groups")
                .forEach(group -> Inputs.text(group, "name").ifPresent(names::add));
        return List.copyOf(names);
    }

    private static List<NetworkRequest> networks(JsonNode server, int most) {
        JsonNode networks = server.path("networks");
        if (networks.isString()) {
            return networks.asString().equals("none")
                    ? List.of()
                    : List.of(new NetworkRequest.OnlyOne(true));
        }
        if (networks.isMissingNode() || networks.isEmpty()) {
            return List.of(new NetworkRequest.OnlyOne(false));
        }
        List<NetworkRequest> requests = new ArrayList<>();
        for (JsonNode network : networks) {
            requests.add(network(network, most));
        }
        return requests;
    }

    private static NetworkRequest network(JsonNode network, int most) {
        Optional<String> tag = Inputs.text(network, "tag");
        Optional<String> address =
                Inputs.text(network, "fixed_ip").map(text -> text.toLowerCase(Locale.ROOT));
        Optional<UUID> port = Inputs.text(network, "port").flatMap(Inputs::uuid);
        if (port.isPresent()) {
            if (address.isPresent()) {
                throw ApiException.badRequest(
                        "Specified Fixed IP '"
                                + address.get()
                                + "' cannot be used with port '"
                                + port.get()
                                + "': the two cannot be specified together.");
            }
            if (most > 1) {
                throw ApiException.badRequest(
                        "Unable to launch multiple instances with a single configured port ID."
                                + " Please launch your instance one by one with different ports.");
            }
            return new NetworkRequest.OnPort(port.get(), tag);
        }
        UUID id =
                Inputs.text(network, "uuid")
                        .flatMap(Inputs::uuid)
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Bad network format: network uuid is not in proper"
                                                + " format ("
                                                + Inputs.text(network, "uuid").orElse("")
                                                + ")"));
        if (address.isPresent() && most > 1) {
            throw ApiException.badRequest(
                    "max_count cannot be greater than 1 if an fixed_ip is specified.");
        }
        return new NetworkRequest.OnNetwork(id, address, tag);
    }

    /** A name that DNS takes, made of a server's name. */
    static String hostnameOf(String name, UUID id) {
        String text =
                name.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[ _]", "-")
                        .replaceAll("[^a-z0-9.-]", "")
                        .replaceAll("^[.-]+", "");
        text = text.length() > 63 ? text.substring(0, 63) : text;
        text = text.replaceAll("[.-]+$", "");
        return text.isEmpty() ? "server-" + id : text;
    }
}
