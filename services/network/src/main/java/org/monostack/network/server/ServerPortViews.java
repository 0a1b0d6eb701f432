package org.monostack.network.server;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT_SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.NetworkConfig;
import org.monostack.network.ServerPort;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.store.Addresses;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** Shows ports to compute, any number of them in five queries. */
public final class ServerPortViews {
    private final NetworkConfig config;

    public ServerPortViews(NetworkConfig config) {
        this.config = config;
    }

    List<ServerPort> of(Transaction tx, List<PortRecord> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        List<String> ids = rows.stream().map(PortRecord::getId).toList();
        Map<String, List<IpAllocationRecord>> addresses = Addresses.ofPorts(tx, ids);
        Set<String> subnetIds = new HashSet<>();
        addresses.values().forEach(list -> list.forEach(a -> subnetIds.add(a.getSubnetId())));
        Map<String, KnownSubnet> subnets =
                tx.sql()
                        .selectFrom(SUBNET)
                        .where(SUBNET.ID.in(subnetIds))
                        .fetchMap(SUBNET.ID, this::known);
        Set<String> networkIds = new HashSet<>();
        rows.forEach(row -> networkIds.add(row.getNetworkId()));
        Map<String, NetworkRecord> networks =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.in(networkIds))
                        .fetchMap(NETWORK_.ID);
        Map<String, List<FloatingIpRecord>> floating =
                tx
                        .sql()
                        .selectFrom(FLOATING_IP)
                        .where(FLOATING_IP.PORT_ID.in(ids))
                        .orderBy(FLOATING_IP.ID)
                        .fetch()
                        .stream()
                        .collect(
                                java.util.stream.Collectors.groupingBy(
                                        FloatingIpRecord::getPortId));
        Map<String, List<ServerPort.SecurityGroup>> groups = groups(tx, ids);
        List<ServerPort> views = new ArrayList<>(rows.size());
        for (PortRecord row : rows) {
            NetworkRecord network =
                    java.util.Objects.requireNonNull(networks.get(row.getNetworkId()));
            views.add(
                    new ServerPort(
                            UUID.fromString(row.getId()),
                            UUID.fromString(row.getNetworkId()),
                            network.getName(),
                            row.getName(),
                            row.getMacAddress(),
                            addresses.getOrDefault(row.getId(), List.of()).stream()
                                    .map(a ->
                                            fixedIp(
                                                    a,
                                                    java.util.Objects.requireNonNull(
                                                            subnets.get(a.getSubnetId()))))
                                    .toList(),
                            floating.getOrDefault(row.getId(), List.of()).stream()
                                    .map(f ->
                                            new ServerPort.FloatingAddress(
                                                    f.getFloatingIpAddress(),
                                                    f.getFixedIpAddress()))
                                    .toList(),
                            network.getMtu(),
                            groups.getOrDefault(row.getId(), List.of()),
                            row.getVnicType(),
                            !row.getMadeForServer(),
                            row.getStatus().equals("ACTIVE"),
                            Optional.ofNullable(row.getDeviceTag())));
        }
        return views;
    }

    private static Map<String, List<ServerPort.SecurityGroup>> groups(
            Transaction tx, List<String> ports) {
        return tx.sql()
                .select(
                        PORT_SECURITY_GROUP.PORT_ID,
                        PORT_SECURITY_GROUP.SECURITY_GROUP_ID,
                        SECURITY_GROUP.NAME)
                .from(PORT_SECURITY_GROUP)
                .join(SECURITY_GROUP)
                .on(SECURITY_GROUP.ID.eq(PORT_SECURITY_GROUP.SECURITY_GROUP_ID))
                .where(PORT_SECURITY_GROUP.PORT_ID.in(ports))
                .orderBy(PORT_SECURITY_GROUP.SECURITY_GROUP_ID)
                .fetchGroups(
                        row -> row.value1(),
                        row ->
                                new ServerPort.SecurityGroup(
                                        UUID.fromString(row.value2()), row.value3()));
    }

    /** A subnet with its lists read, once for all the addresses on it. */
    private record KnownSubnet(
            SubnetRecord row, List<String> dnsServers, List<ServerPort.Route> routes) {}

    private KnownSubnet known(SubnetRecord subnet) {
        List<String> dns = new ArrayList<>();
        Json.read(subnet.getDnsNameservers()).forEach(node -> dns.add(node.stringValue()));
        List<ServerPort.Route> routes = new ArrayList<>();
        for (JsonNode route : Json.read(subnet.getHostRoutes())) {
            routes.add(
                    new ServerPort.Route(
                            route.path("destination").stringValue(),
                            route.path("nexthop").stringValue()));
        }
        return new KnownSubnet(
                subnet,
                dns.isEmpty() && subnet.getIpVersion() == 4 ? config.dnsServers() : dns,
                routes);
    }

    private static ServerPort.FixedIp fixedIp(IpAllocationRecord address, KnownSubnet known) {
        SubnetRecord subnet = known.row();
        return new ServerPort.FixedIp(
                UUID.fromString(subnet.getId()),
                address.getAddress(),
                subnet.getIpVersion(),
                subnet.getCidr(),
                Optional.ofNullable(subnet.getGatewayIp()),
                known.dnsServers(),
                known.routes(),
                subnet.getEnableDhcp(),
                Optional.ofNullable(subnet.getIpv6AddressMode()));
    }
}
