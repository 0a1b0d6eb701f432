package org.monostack.network.resource;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.monostack.network.jooq.tables.records.SecurityGroupRuleRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.model.IpAddress;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/** What makes a security group rule well-formed. */
final class SecurityGroupRules {
    /** IANA's numbers of the protocols that have a name here. */
    private static final Map<String, Integer> PROTOCOLS =
            Map.ofEntries(
                    Map.entry("ah", 51),
                    Map.entry("dccp", 33),
                    Map.entry("egp", 8),
                    Map.entry("esp", 50),
                    Map.entry("gre", 47),
                    Map.entry("hopopt", 0),
                    Map.entry("icmp", 1),
                    Map.entry("icmpv6", 58),
                    Map.entry("igmp", 2),
                    Map.entry("ip", 0),
                    Map.entry("ipip", 4),
                    Map.entry("ipv6-encap", 41),
                    Map.entry("ipv6-frag", 44),
                    Map.entry("ipv6-icmp", 58),
                    Map.entry("ipv6-nonxt", 59),
                    Map.entry("ipv6-opts", 60),
                    Map.entry("ipv6-route", 43),
                    Map.entry("ospf", 89),
                    Map.entry("pgm", 113),
                    Map.entry("rsvp", 46),
                    Map.entry("sctp", 132),
                    Map.entry("tcp", 6),
                    Map.entry("udp", 17),
                    Map.entry("udplite", 136),
                    Map.entry("vrrp", 112));

    private static final Set<Integer> WITH_PORTS = Set.of(6, 17, 33, 132, 136);
    private static final Set<String> ONLY_IPV6 =
            Set.of(
                    "icmpv6",
                    "ipv6-encap",
                    "ipv6-frag",
                    "ipv6-icmp",
                    "ipv6-nonxt",
                    "ipv6-opts",
                    "ipv6-route");

    private SecurityGroupRules() {}

    static JsonNode ethertype(JsonNode value) {
        String text = value.isString() ? value.stringValue() : value.toString();
        for (String known : List.of("IPv4", "IPv6")) {
            if (known.equalsIgnoreCase(text)) {
                return StringNode.valueOf(known);
            }
        }
        throw bad(
                "SecurityGroupRuleInvalidEtherType",
                "Security group rule for ethertype '"
                        + text
                        + "' not supported. Allowed values are ['IPv4', 'IPv6'].");
    }

    static JsonNode protocol(JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        String text =
                (value.isString() ? value.stringValue() : value.toString())
                        .toLowerCase(Locale.ROOT);
        if (text.equals("any") || text.isEmpty()) {
            return NullNode.getInstance();
        }
        boolean number = text.matches("\\d{1,3}") && Integer.parseInt(text) <= 255;
        if (!number && !PROTOCOLS.containsKey(text)) {
            throw bad(
                    "SecurityGroupRuleInvalidProtocol",
                    "Security group rule protocol "
                            + text
                            + " not supported. Only protocol values "
                            + PROTOCOLS.keySet().stream().sorted().toList()
                            + " and integer representations [0 to 255] are supported.");
        }
        return StringNode.valueOf(number ? String.valueOf(Integer.parseInt(text)) : text);
    }

    static JsonNode portNumber(JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        try {
            int number = Kind.integer(value);
            if (number >= 0 && number <= 65_535) {
                return IntNode.valueOf(number);
            }
        } catch (Kind.Invalid e) {
            // Refused below, with those out of range.
        }
        throw bad(
                "SecurityGroupInvalidPortValue",
                "Invalid value for port " + Kind.shown(value) + ".");
    }

    static JsonNode remotePrefix(JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        String text = value.isString() ? value.stringValue() : "";
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isPresent()) {
            return StringNode.valueOf(text + "/" + address.get().bits());
        }
        if (Cidr.parse(text).isEmpty()) {
            throw Kind.invalid("'" + Kind.shown(value) + "' is not a valid IP subnet.");
        }
        return value;
    }

    /** IANA's number of a protocol that was checked before; empty for any. */
    static Optional<Integer> number(SecurityGroupRuleRecord rule) {
        String protocol = rule.getProtocol();
        if (protocol == null) {
            return Optional.empty();
        }
        Integer known = PROTOCOLS.get(protocol);
        int number = known == null ? Integer.parseInt(protocol) : known;
        // Users write icmp for IPv6 too.
        return Optional.of(number == 1 && rule.getEthertype().equals("IPv6") ? 58 : number);
    }

    static void check(SecurityGroupRuleRecord rule) {
        if (rule.getRemoteIpPrefix() != null && rule.getRemoteGroupId() != null) {
            throw bad(
                    "SecurityGroupRemoteGroupAndRemoteIpPrefix",
                    "Only remote_ip_prefix or remote_group_id may be provided.");
        }
        boolean ipv6 = rule.getEthertype().equals("IPv6");
        if (rule.getRemoteIpPrefix() != null
                && Cidr.of(rule.getRemoteIpPrefix()).version() != (ipv6 ? 6 : 4)) {
            throw bad(
                    "SecurityGroupRuleParameterConflict",
                    "Conflicting value ethertype "
                            + rule.getEthertype()
                            + " for CIDR "
                            + rule.getRemoteIpPrefix());
        }
        if (rule.getProtocol() != null && ONLY_IPV6.contains(rule.getProtocol()) && !ipv6) {
            throw bad(
                    "SecurityGroupEthertypeConflictWithProtocol",
                    "Invalid ethertype "
                            + rule.getEthertype()
                            + " for protocol "
                            + rule.getProtocol()
                            + ".");
        }
        checkPorts(rule);
    }

    private static void checkPorts(SecurityGroupRuleRecord rule) {
        Integer min = rule.getPortRangeMin();
        Integer max = rule.getPortRangeMax();
        if (min == null && max == null) {
            return;
        }
        if (rule.getProtocol() == null) {
            throw bad(
                    "SecurityGroupProtocolRequiredWithPorts",
                    "Must also specify protocol if port range is given.");
        }
        int protocol = number(rule).orElse(0);
        if (WITH_PORTS.contains(protocol)) {
            if (min == null || max == null || min > max) {
                throw bad(
                        "SecurityGroupInvalidPortRange",
                        "For TCP/UDP protocols, port_range_min must be <= port_range_max");
            }
            if (min == 0) {
                throw bad("SecurityGroupInvalidPortValue", "Invalid value for port 0");
            }
        } else if (protocol == 1 || protocol == 58) {
            requireIcmp("port_range_min", "type", min);
            requireIcmp("port_range_max", "code", max);
            if (min == null) {
                throw bad(
                        "SecurityGroupMissingIcmpType",
                        "ICMP code (port-range-max) "
                                + max
                                + " is provided but ICMP type (port-range-min) is missing.");
            }
        } else {
            throw bad(
                    "SecurityGroupInvalidProtocolForPort",
                    "Invalid protocol "
                            + rule.getProtocol()
                            + " for port range, only supported for TCP, UDP, UDPLITE, SCTP and"
                            + " DCCP.");
        }
    }

    private static void requireIcmp(
            String attribute, String field, @org.jspecify.annotations.Nullable Integer value) {
        if (value != null && value > 255) {
            throw bad(
                    "SecurityGroupInvalidIcmpValue",
                    "Invalid value for ICMP "
                            + field
                            + " ("
                            + attribute
                            + ") "
                            + value
                            + ". It must be 0 to 255.");
        }
    }

    /** Whether two rules let through the same. */
    static boolean same(SecurityGroupRuleRecord one, SecurityGroupRuleRecord other) {
        return one.getDirection().equals(other.getDirection())
                && one.getEthertype().equals(other.getEthertype())
                && number(one).equals(number(other))
                && Objects.equals(one.getPortRangeMin(), other.getPortRangeMin())
                && Objects.equals(one.getPortRangeMax(), other.getPortRangeMax())
                && Objects.equals(one.getRemoteGroupId(), other.getRemoteGroupId())
                && block(one).equals(block(other));
    }

    /** What addresses a rule speaks of; the whole world is the same as no prefix. */
    private static Optional<Cidr> block(SecurityGroupRuleRecord rule) {
        return Optional.ofNullable(rule.getRemoteIpPrefix())
                .map(Cidr::of)
                .filter(cidr -> cidr.prefix() > 0);
    }

    private static ApiException bad(String type, String message) {
        return NetworkErrors.badRequest(type, message);
    }
}
