package org.monostack.network.server;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.NETWORK_;
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
import org.monostack.network.store.SecurityGroups;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** Shows ports to compute, any number of them in six queries. */
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
        Map<String, SubnetRecord> subnets =
                tx.sql().selectFrom(SUBNET).where(SUBNET.ID.in(subnetIds)).fetchMap(SUBNET.ID);
        Map<String, NetworkRecord> networks =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.in(rows.stream().map(PortRecord::getNetworkId).toList()))
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
        Map<String, List<String>> groups = SecurityGroups.ofPorts(tx, ids);
        Set<String> groupIds = new HashSet<>();
        groups.values().forEach(groupIds::addAll);
        Map<String, String> groupNames =
                tx.sql()
                        .select(SECURITY_GROUP.ID, SECURITY_GROUP.NAME)
                        .from(SECURITY_GROUP)
                        .where(SECURITY_GROUP.ID.in(groupIds))
                        .fetchMap(SECURITY_GROUP.ID, SECURITY_GROUP.NAME);
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
                            groups.getOrDefault(row.getId(), List.of()).stream()
                                    .map(g ->
                                            new ServerPort.SecurityGroup(
                                                    UUID.fromString(g),
                                                    groupNames.getOrDefault(g, "")))
                                    .toList(),
                            row.getVnicType(),
                            !row.getMadeForServer(),
                            row.getStatus().equals("ACTIVE"),
                            Optional.ofNullable(row.getDeviceTag())));
        }
        return views;
    }

    private ServerPort.FixedIp fixedIp(IpAllocationRecord address, SubnetRecord subnet) {
        List<String> dns = new ArrayList<>();
        Json.read(subnet.getDnsNameservers()).forEach(node -> dns.add(node.stringValue()));
        List<ServerPort.Route> routes = new ArrayList<>();
        for (JsonNode route : Json.read(subnet.getHostRoutes())) {
            routes.add(
                    new ServerPort.Route(
                            route.path("destination").stringValue(),
                            route.path("nexthop").stringValue()));
        }
        return new ServerPort.FixedIp(
                UUID.fromString(subnet.getId()),
                address.getAddress(),
                subnet.getIpVersion(),
                subnet.getCidr(),
                Optional.ofNullable(subnet.getGatewayIp()),
                dns.isEmpty() && subnet.getIpVersion() == 4 ? config.dnsServers() : dns,
                routes,
                subnet.getEnableDhcp(),
                Optional.ofNullable(subnet.getIpv6AddressMode()));
    }
}
