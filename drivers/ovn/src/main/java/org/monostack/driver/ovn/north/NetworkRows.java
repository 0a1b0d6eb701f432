package org.monostack.driver.ovn.north;

import static org.monostack.driver.ovn.north.NorthboundSchema.DHCP;
import static org.monostack.driver.ovn.north.NorthboundSchema.SUBNET;
import static org.monostack.driver.ovn.north.NorthboundSchema.SWITCH;
import static org.monostack.driver.ovn.north.NorthboundSchema.SWITCH_PORT;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.monostack.driver.ovn.north.Change.Ref;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.driver.ovn.ovsdb.Value;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.NetworkIntent.SubnetIntent;

/**
 * A network: its logical switch, its way to the physical network, its subnets' DHCP options. Ports
 * and router ports that are there already learn of changed subnets here.
 */
final class NetworkRows {

    private NetworkRows() {}

    static void apply(Change change, NetworkIntent network) {
        Map<String, String> tags = new HashMap<>(SubnetTag.write(network.subnets()));
        tags.put("neutron:network_id", network.id().toString());
        tags.put("neutron:network_name", network.name());
        tags.put("neutron:mtu", Integer.toString(network.mtu()));
        tags.put(Names.REVISION, Long.toString(network.revision()));
        Map<String, String> config = new HashMap<>();
        config.put("mcast_snoop", "false");
        config.put("mcast_flood_unregistered", "false");
        config.put("vlan-passthru", "false");
        Ref logicalSwitch =
                change.want(
                        SWITCH,
                        Names.network(network.id()),
                        Map.of(
                                "name",
                                Value.of(Names.logicalSwitch(network.id())),
                                "other_config",
                                Value.map(config)),
                        tags);
        network.provider()
                .ifPresent(provider -> localnet(change, logicalSwitch, network, provider));
        Map<UUID, Ref> dhcp4 = dhcp(change, network, false);
        Map<UUID, Ref> dhcp6 = dhcp(change, network, true);
        logicalSwitch.row().ifPresent(row -> relink(change, row, tags, dhcp4, dhcp6));
        extendPortOptions(change, network);
        change.removeUnwanted();
    }

    /** The switch of a network whose own intent may not have come yet. */
    static Ref logicalSwitch(Change change, UUID network) {
        return change.placeholder(
                SWITCH,
                Names.network(network),
                Names.network(network),
                Map.of("name", Value.of(Names.logicalSwitch(network))));
    }

    private static void localnet(
            Change change,
            Ref logicalSwitch,
            NetworkIntent network,
            NetworkIntent.Provider provider) {
        change.wantIn(
                logicalSwitch,
                SWITCH_PORT,
                "localnet/" + network.id(),
                Map.of(
                        "name", Value.of(Names.localnetPort(network.id())),
                        "type", Value.of("localnet"),
                        "addresses", Value.of("unknown"),
                        "tag", provider.vlan().map(Value::of).orElse(Value.none()),
                        "options", Value.map(Map.of("network_name", provider.physicalNetwork()))),
                Map.of());
    }

    private static Map<UUID, Ref> dhcp(Change change, NetworkIntent network, boolean ipv6) {
        Map<UUID, Ref> rows = new HashMap<>();
        for (SubnetIntent subnet : network.subnets()) {
            options(subnet, network.mtu())
                    .filter(options -> Cidr.isIpv6(subnet.cidr()) == ipv6)
                    .ifPresent(options ->
                            rows.put(
                                    subnet.id(),
                                    change.want(
                                            DHCP,
                                            key(subnet),
                                            Map.of(
                                                    "cidr",
                                                    Value.of(subnet.cidr()),
                                                    "options",
                                                    Value.map(options)),
                                            Map.of("subnet_id", subnet.id().toString()))));
        }
        return rows;
    }

    private static Optional<Map<String, String>> options(SubnetIntent subnet, int mtu) {
        if (!subnet.dhcp()) {
            return Optional.empty();
        }
        return Cidr.isIpv6(subnet.cidr())
                ? DhcpOptions.version6(subnet)
                : Optional.of(DhcpOptions.version4(subnet, mtu));
    }

    private static String key(SubnetIntent subnet) {
        return Cidr.isIpv6(subnet.cidr()) ? Names.dhcp6(subnet.id()) : Names.dhcp4(subnet.id());
    }

    /** Points ports at the options of their subnets, and router ports at their advertisements. */
    private static void relink(
            Change change,
            Row logicalSwitch,
            Map<String, String> tags,
            Map<UUID, Ref> dhcp4,
            Map<UUID, Ref> dhcp6) {
        List<SubnetTag> subnets = SubnetTag.read(tags);
        for (UUID uuid : logicalSwitch.references("ports")) {
            Optional<Row> port = change.replica().row(SWITCH_PORT, uuid);
            if (port.isEmpty()) {
                continue;
            }
            switch (port.get().string("type")) {
                case "" -> PortRows.relink(change, port.get(), dhcp4, dhcp6);
                case "router" -> RouterRows.advertise(change, port.get(), subnets);
                default -> {}
            }
        }
    }

    /** Ports with options of their own have rows that repeat the subnet's. */
    private static void extendPortOptions(Change change, NetworkIntent network) {
        for (SubnetIntent subnet : network.subnets()) {
            Optional<Map<String, String>> base = options(subnet, network.mtu());
            if (base.isEmpty()) {
                continue;
            }
            for (Row own : change.replica().tagged(DHCP, SUBNET, subnet.id().toString())) {
                Map<String, String> merged = new TreeMap<>(base.get());
                merged.putAll(PortRows.ownOptions(own));
                change.patch(
                        DHCP,
                        own,
                        Map.of("cidr", Value.of(subnet.cidr()), "options", Value.map(merged)));
            }
        }
    }
}
