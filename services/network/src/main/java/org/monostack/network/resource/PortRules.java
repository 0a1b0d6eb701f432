package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.PORT;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks of single attributes of ports. */
final class PortRules {
    private static final int MAX_PAIRS = 10;
    private static final int MAX_OPTIONS = 100;

    private PortRules() {}

    /** A list of address pairs; what each pair must hold is checked by {@link #checkedPairs}. */
    static Kind addressPairs() {
        return Kind.list(
                Kind.object(
                        Map.of(),
                        Map.of("ip_address", Kind.addressOrCidr(), "mac_address", Kind.mac())));
    }

    static Kind dhcpOptions() {
        return Kind.list(
                Kind.object(
                        Map.of("opt_name", Kind.nonEmptyText(64)),
                        Map.of(
                                "opt_value",
                                Kind.orNull(Kind.nonEmptyText(255)),
                                "ip_version",
                                value -> {
                                    int version = Kind.integer(value);
                                    if (version != 4 && version != 6) {
                                        throw Kind.invalid("'" + version + "' is not in [4, 6].");
                                    }
                                    return tools.jackson.databind.node.IntNode.valueOf(version);
                                })));
    }

    /** The pairs as they are stored. */
    static String checkedPairs(List<JsonNode> pairs) {
        if (pairs.size() > MAX_PAIRS) {
            throw NetworkErrors.badRequest(
                    "AllowedAddressPairExhausted",
                    "The number of allowed address pair exceeds the maximum " + MAX_PAIRS + ".");
        }
        ArrayNode checked = Json.array();
        for (JsonNode pair : pairs) {
            if (!pair.has("ip_address")) {
                throw NetworkErrors.badRequest(
                        "AllowedAddressPairsMissingIP",
                        "AllowedAddressPair must contain ip_address");
            }
            checked.add(pair);
        }
        return checked.toString();
    }

    /** The pairs as users see them: without a MAC address, the port's own counts. */
    static ArrayNode shownPairs(PortRecord port) {
        ArrayNode shown = Json.array();
        for (JsonNode pair : Json.read(port.getAllowedAddressPairs())) {
            ObjectNode item = shown.addObject();
            item.set("ip_address", pair.get("ip_address"));
            JsonNode mac = pair.get("mac_address");
            item.put("mac_address", mac == null ? port.getMacAddress() : mac.stringValue());
        }
        return shown;
    }

    static void requireSecurityForPairs(PortRecord port) {
        if (!port.getPortSecurityEnabled() && !port.getAllowedAddressPairs().equals("[]")) {
            throw NetworkErrors.conflict(
                    "AddressPairAndPortSecurityRequired",
                    "Port Security must be enabled in order to have allowed address pairs on a"
                            + " port.");
        }
    }

    static ApiException portSecurityRequired() {
        return NetworkErrors.badRequest(
                "PortSecurityAndIPRequiredForSecurityGroups",
                "Port security must be enabled and port must have an IP address in order to use"
                        + " security groups.");
    }

    /** Stored options with new ones in place of those of the same name; null values remove. */
    static String mergedOptions(String stored, List<JsonNode> changes) {
        ArrayNode merged = Json.array();
        Set<String> changed = new LinkedHashSet<>();
        for (JsonNode option : changes) {
            if (!changed.add(key(option))) {
                throw NetworkErrors.invalid(
                        "extra_dhcp_opts", "Duplicate option '" + key(option) + "'.");
            }
        }
        for (JsonNode option : Json.read(stored)) {
            if (!changed.contains(key(option))) {
                merged.add(option);
            }
        }
        for (JsonNode option : changes) {
            if (option.hasNonNull("opt_value")) {
                merged.addObject()
                        .put("opt_name", option.path("opt_name").stringValue())
                        .put("opt_value", option.path("opt_value").stringValue())
                        .put("ip_version", option.path("ip_version").asInt(4));
            }
        }
        if (merged.size() > MAX_OPTIONS) {
            throw NetworkErrors.invalid("extra_dhcp_opts", "There are too many options.");
        }
        return merged.toString();
    }

    private static String key(JsonNode option) {
        return option.path("opt_name").stringValue() + "/" + option.path("ip_version").asInt(4);
    }

    /** What {@code fixed_ips=ip_address=10.0.0.3} and the like demand. */
    static Condition fixedIpFilter(List<String> values) {
        List<String> addresses = new ArrayList<>();
        List<String> subnets = new ArrayList<>();
        Condition parts = DSL.trueCondition();
        for (String value : values) {
            int equals = value.indexOf('=');
            String name = equals < 0 ? "" : value.substring(0, equals);
            String wanted = value.substring(equals + 1);
            switch (name) {
                case "ip_address" -> addresses.add(wanted);
                case "subnet_id" -> subnets.add(wanted);
                case "ip_address_substr" ->
                        parts = parts.and(IP_ALLOCATION.ADDRESS.contains(wanted));
                case "subnet" -> subnets.add(wanted);
                default ->
                        throw NetworkErrors.invalidInput(
                                "fixed_ips filters by ip_address, ip_address_substr or subnet_id,"
                                        + " not by '"
                                        + value
                                        + "'");
            }
        }
        if (!addresses.isEmpty()) {
            parts = parts.and(IP_ALLOCATION.ADDRESS.in(addresses));
        }
        if (!subnets.isEmpty()) {
            parts = parts.and(IP_ALLOCATION.SUBNET_ID.in(subnets));
        }
        return PORT.ID.in(DSL.select(IP_ALLOCATION.PORT_ID).from(IP_ALLOCATION).where(parts));
    }
}
