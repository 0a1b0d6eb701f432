package org.monostack.driver.ovn.north;

import static org.monostack.driver.ovn.north.NorthboundSchema.DHCP;
import static org.monostack.driver.ovn.north.NorthboundSchema.PORT_GROUP;
import static org.monostack.driver.ovn.north.NorthboundSchema.SUBNET;
import static org.monostack.driver.ovn.north.NorthboundSchema.SWITCH_PORT;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.monostack.driver.ovn.north.Change.Ref;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.driver.ovn.ovsdb.Value;
import org.monostack.network.spi.PortIntent;

/** A port: its logical switch port, its place in port groups, DHCP options of its own. */
final class PortRows {

    /** Entry of {@code external_ids}: the subnets of the port's addresses, in order. */
    private static final String SUBNETS = "monostack:subnets";

    private static final String ADDRESSES = "monostack:addresses";
    private static final String NO_DHCP = "monostack:no-dhcp";
    private static final String OWN_OPTION = "monostack:option:";

    private PortRows() {}

    static void apply(Change change, PortIntent port) {
        boolean metadata = port.kind() == PortIntent.Kind.METADATA;
        Ref logicalSwitch = NetworkRows.logicalSwitch(change, port.network());
        Map<String, Value> columns = new HashMap<>();
        columns.put("name", Value.of(port.id().toString()));
        columns.put("type", Value.of(metadata ? "localport" : ""));
        columns.put("addresses", Value.set(addresses(port)));
        columns.put("enabled", Value.of(port.adminStateUp()));
        columns.put("port_security", Value.set(metadata ? List.of() : portSecurity(port)));
        Map<String, String> options = new HashMap<>();
        if (!metadata) {
            port.host().ifPresent(host -> options.put("requested-chassis", host));
        }
        columns.put("options", Value.map(options));
        columns.put("dhcpv4_options", reference(dhcp(change, port, false)));
        columns.put("dhcpv6_options", reference(dhcp(change, port, true)));
        Ref row =
                change.wantIn(
                        logicalSwitch, SWITCH_PORT, Names.port(port.id()), columns, tags(port));
        change.memberOf(PORT_GROUP, "ports", row, metadata ? List.of() : groups(change, port));
        change.removeUnwanted();
    }

    /** Points a port without options of its own at those of its subnets. */
    static void relink(Change change, Row port, Map<UUID, Ref> dhcp4, Map<UUID, Ref> dhcp6) {
        if (port.entry("external_ids", NO_DHCP).isPresent()) {
            return;
        }
        Map<String, Value> columns = new HashMap<>();
        if (!hasOwnOptions(change, port, "dhcpv4_options")) {
            columns.put("dhcpv4_options", reference(firstOf(port, dhcp4)));
        }
        if (!hasOwnOptions(change, port, "dhcpv6_options")) {
            columns.put("dhcpv6_options", reference(firstOf(port, dhcp6)));
        }
        change.patch(SWITCH_PORT, port, columns);
    }

    private static Optional<Ref> firstOf(Row port, Map<UUID, Ref> dhcpBySubnet) {
        for (String subnet : port.entry("external_ids", SUBNETS).orElse("").split(" ")) {
            Ref ref = subnet.isEmpty() ? null : dhcpBySubnet.get(UUID.fromString(subnet));
            if (ref != null) {
                return Optional.of(ref);
            }
        }
        return Optional.empty();
    }

    private static Value reference(Optional<Ref> ref) {
        return ref.map(target -> Value.of(target.uuid())).orElse(Value.none());
    }

    /** The addresses of a port as they were intended. */
    static List<String> intendedAddresses(Row port) {
        String text = port.entry("external_ids", ADDRESSES).orElse("");
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    /** What a port's own DHCP options add to its subnet's. */
    static Map<String, String> ownOptions(Row dhcp) {
        Map<String, String> own = new TreeMap<>();
        dhcp.map("external_ids")
                .forEach((key, value) -> {
                    if (key.startsWith(OWN_OPTION)) {
                        own.put(key.substring(OWN_OPTION.length()), value);
                    }
                });
        return own;
    }

    private static boolean hasOwnOptions(Change change, Row port, String column) {
        return port.references(column).stream()
                .flatMap(uuid -> change.replica().row(DHCP, uuid).stream())
                .anyMatch(row -> row.entry("external_ids", SUBNET).isPresent());
    }

    private static List<String> addresses(PortIntent port) {
        Set<String> addresses = new HashSet<>();
        addresses.add(withAddresses(port.mac(), fixed(port)));
        if (port.kind() == PortIntent.Kind.DEVICE) {
            if (port.portSecurity()) {
                // Traffic to another hardware address must find its way here too.
                for (PortIntent.AddressPair pair : port.allowedAddressPairs()) {
                    if (!pair.mac().equalsIgnoreCase(port.mac())) {
                        addresses.add(pair.mac().toLowerCase(Locale.ROOT));
                    }
                }
            } else {
                addresses.add("unknown");
            }
        }
        return List.copyOf(addresses);
    }

    /** Who the port may claim to be; nothing means anybody. */
    private static List<String> portSecurity(PortIntent port) {
        if (!port.portSecurity()) {
            return List.of();
        }
        Map<String, Set<String>> byMac = new LinkedHashMap<>();
        byMac.computeIfAbsent(port.mac().toLowerCase(Locale.ROOT), m -> new TreeSet<>())
                .addAll(fixed(port));
        for (PortIntent.AddressPair pair : port.allowedAddressPairs()) {
            byMac.computeIfAbsent(pair.mac().toLowerCase(Locale.ROOT), m -> new TreeSet<>())
                    .add(pair.cidr());
        }
        List<String> entries = new ArrayList<>();
        byMac.forEach((mac, addresses) -> entries.add(withAddresses(mac, addresses)));
        return entries;
    }

    private static List<String> fixed(PortIntent port) {
        return port.fixedIps().stream().map(PortIntent.FixedIp::address).toList();
    }

    private static String withAddresses(String mac, Collection<String> addresses) {
        return addresses.isEmpty()
                ? mac.toLowerCase(Locale.ROOT)
                : mac.toLowerCase(Locale.ROOT) + " " + String.join(" ", addresses);
    }

    private static Map<String, String> tags(PortIntent port) {
        Map<String, String> tags = new HashMap<>();
        tags.put("neutron:network_name", Names.logicalSwitch(port.network()));
        tags.put(Names.REVISION, Long.toString(port.revision()));
        tags.put(
                "neutron:security_group_ids",
                port.securityGroups().stream()
                        .map(UUID::toString)
                        .sorted()
                        .collect(Collectors.joining(" ")));
        tags.put(
                SUBNETS,
                port.fixedIps().stream()
                        .map(ip -> ip.subnet().toString())
                        .distinct()
                        .collect(Collectors.joining(" ")));
        tags.put(ADDRESSES, String.join(" ", fixed(port)));
        if (dhcpDisabled(port)) {
            tags.put(NO_DHCP, "true");
        }
        return tags;
    }

    private static List<Ref> groups(Change change, PortIntent port) {
        if (!port.portSecurity()) {
            return List.of();
        }
        List<Ref> groups = new ArrayList<>();
        groups.add(SecurityGroupRows.dropGroup(change));
        for (UUID group : port.securityGroups()) {
            groups.add(SecurityGroupRows.portGroup(change, group));
        }
        return groups;
    }

    /** The DHCP options the port is to use: its own, or those of its first subnet with some. */
    private static Optional<Ref> dhcp(Change change, PortIntent port, boolean ipv6) {
        if (port.kind() == PortIntent.Kind.METADATA || dhcpDisabled(port)) {
            return Optional.empty();
        }
        for (PortIntent.FixedIp ip : port.fixedIps()) {
            String key = ipv6 ? Names.dhcp6(ip.subnet()) : Names.dhcp4(ip.subnet());
            Optional<Ref> shared = change.find(DHCP, key);
            if (shared.isPresent()) {
                return own(change, port, ip.subnet(), ipv6, key, shared.get()).or(() -> shared);
            }
        }
        return Optional.empty();
    }

    private static boolean dhcpDisabled(PortIntent port) {
        return "true".equalsIgnoreCase(port.dhcpOptions().getOrDefault("dhcp_disabled", ""));
    }

    private static Optional<Ref> own(
            Change change, PortIntent port, UUID subnet, boolean ipv6, String key, Ref shared) {
        Map<String, String> extra = DhcpOptions.extra(port.dhcpOptions(), ipv6);
        if (extra.isEmpty() || shared.row().isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> merged = new TreeMap<>(shared.row().get().map("options"));
        merged.putAll(extra);
        Map<String, String> tags = new HashMap<>();
        tags.put("subnet_id", subnet.toString());
        tags.put("port_id", port.id().toString());
        tags.put(SUBNET, subnet.toString());
        extra.forEach((name, value) -> tags.put(OWN_OPTION + name, value));
        return Optional.of(
                change.want(
                        DHCP,
                        key + "/" + port.id(),
                        Map.of(
                                "cidr",
                                Value.of(shared.row().get().string("cidr")),
                                "options",
                                Value.map(merged)),
                        tags));
    }
}
