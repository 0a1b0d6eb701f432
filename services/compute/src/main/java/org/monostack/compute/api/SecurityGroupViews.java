package org.monostack.compute.api;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Neutron's security groups and rules in Nova's form, which knows of incoming traffic alone. Looks
 * up each peer group once; belongs to one request.
 */
final class SecurityGroupViews {
    private static final Set<String> WITH_PORTS = Set.of("TCP", "UDP");

    private final Request request;
    private final Neutron neutron;
    private final Map<String, Optional<JsonNode>> peers = new HashMap<>();

    SecurityGroupViews(Request request, Neutron neutron) {
        this.request = request;
        this.neutron = neutron;
    }

    ObjectNode group(JsonNode group) {
        ObjectNode node = Json.object();
        node.set("id", group.path("id"));
        node.set("name", group.path("name"));
        node.put("description", group.path("description").asString(""));
        node.set("tenant_id", group.path("project_id"));
        ArrayNode rules = node.putArray("rules");
        for (JsonNode rule : group.path("security_group_rules")) {
            if (rule.path("direction").asString().equals("ingress")) {
                rule(rule).ifPresent(rules::add);
            }
        }
        return node;
    }

    /** Empty for a rule whose peer group the caller does not see. */
    Optional<ObjectNode> rule(JsonNode rule) {
        Optional<String> protocol = Inputs.text(rule, "protocol");
        Optional<Long> from = Inputs.number(rule, "port_range_min", Long.MIN_VALUE);
        Optional<Long> to = Inputs.number(rule, "port_range_max", Long.MIN_VALUE);
        if (protocol.isPresent() && from.isEmpty() && to.isEmpty()) {
            boolean ports = WITH_PORTS.contains(protocol.get().toUpperCase(Locale.ROOT));
            from = Optional.of(ports ? 1L : -1L);
            to = Optional.of(ports ? 65535L : -1L);
        }
        ObjectNode node = Json.object();
        node.set("id", rule.path("id"));
        node.set("parent_group_id", rule.path("security_group_id"));
        node.put("ip_protocol", protocol.orElse(null));
        node.put("from_port", from.orElse(null));
        node.put("to_port", to.orElse(null));
        ObjectNode peer = node.putObject("group");
        ObjectNode range = node.putObject("ip_range");
        Optional<String> peerId = Inputs.text(rule, "remote_group_id");
        if (peerId.isEmpty()) {
            boolean six = rule.path("ethertype").asString().equals("IPv6");
            range.put(
                    "cidr",
                    Inputs.text(rule, "remote_ip_prefix").orElse(six ? "::/0" : "0.0.0.0/0"));
            return Optional.of(node);
        }
        Optional<JsonNode> group =
                peers.computeIfAbsent(
                        peerId.get(), id -> neutron.find(request, "security-groups", id));
        group.ifPresent(found -> {
            peer.set("name", found.path("name"));
            peer.set("tenant_id", found.path("project_id"));
        });
        return group.map(found -> node);
    }
}
