package org.monostack.network.operation;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.ROUTER;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.RouterRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRuleRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;
import org.monostack.network.store.Addresses;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Routers;
import org.monostack.network.store.Routers.Leg;
import org.monostack.network.store.SecurityGroups;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** Reads what should be realised. Nothing is kept; each call looks at the tables. */
public final class Intents {
    private static final Set<String> NO_DEVICE =
            Set.of(Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY, Ports.FLOATING);

    private static final int PART = 512;

    private final NetworkConfig config;

    public Intents(NetworkConfig config) {
        this.config = config;
    }

    public Topology all(Transaction tx) {
        return new Topology(
                networks(tx, DSL.trueCondition()),
                ports(tx, DSL.trueCondition()),
                routers(tx, DSL.trueCondition()),
                securityGroups(tx, DSL.trueCondition()));
    }

    public Optional<NetworkIntent> network(Transaction tx, String id) {
        return networks(tx, NETWORK_.ID.eq(id)).stream().findFirst();
    }

    public Optional<PortIntent> port(Transaction tx, String id) {
        return ports(tx, PORT.ID.eq(id)).stream().findFirst();
    }

    /** Those of these ports that are there, by their ids. */
    public Map<String, PortIntent> ports(Transaction tx, Collection<String> ids) {
        return ports(tx, PORT.ID.in(ids)).stream()
                .collect(Collectors.toMap(port -> port.id().toString(), port -> port));
    }

    public Optional<RouterIntent> router(Transaction tx, String id) {
        return routers(tx, ROUTER.ID.eq(id)).stream().findFirst();
    }

    public Optional<SecurityGroupIntent> securityGroup(Transaction tx, String id) {
        return securityGroups(tx, SECURITY_GROUP.ID.eq(id)).stream().findFirst();
    }

    private List<NetworkIntent> networks(Transaction tx, Condition condition) {
        return inParts(
                tx.sql().selectFrom(NETWORK_).where(condition).fetch(), part -> networks(tx, part));
    }

    private List<NetworkIntent> networks(Transaction tx, List<NetworkRecord> rows) {
        List<String> ids = rows.stream().map(NetworkRecord::getId).toList();
        Map<String, List<SubnetRecord>> subnets =
                tx
                        .sql()
                        .selectFrom(SUBNET)
                        .where(SUBNET.NETWORK_ID.in(ids))
                        .orderBy(SUBNET.CREATED_AT, SUBNET.ID)
                        .fetch()
                        .stream()
                        .collect(Collectors.groupingBy(SubnetRecord::getNetworkId));
        Map<String, String> metadata =
                tx.sql()
                        .select(IP_ALLOCATION.SUBNET_ID, IP_ALLOCATION.ADDRESS)
                        .from(IP_ALLOCATION)
                        .join(PORT)
                        .on(PORT.ID.eq(IP_ALLOCATION.PORT_ID))
                        .where(PORT.NETWORK_ID.in(ids), PORT.DEVICE_OWNER.eq(Ports.METADATA))
                        .fetchMap(IP_ALLOCATION.SUBNET_ID, IP_ALLOCATION.ADDRESS);
        List<NetworkIntent> intents = new ArrayList<>();
        for (NetworkRecord row : rows) {
            intents.add(
                    new NetworkIntent(
                            uuid(row.getId()),
                            row.getName(),
                            row.getAdminStateUp(),
                            provider(row),
                            row.getMtu(),
                            subnets.getOrDefault(row.getId(), List.of()).stream()
                                    .map(subnet ->
                                            subnet(
                                                    subnet,
                                                    Optional.ofNullable(
                                                            metadata.get(subnet.getId()))))
                                    .toList(),
                            row.getRevision()));
        }
        return intents;
    }

    private static Optional<NetworkIntent.Provider> provider(NetworkRecord row) {
        return switch (row.getNetworkType()) {
            case "flat" ->
                    Optional.of(
                            new NetworkIntent.Provider(row.getPhysicalNetwork(), Optional.empty()));
            case "vlan" ->
                    Optional.of(
                            new NetworkIntent.Provider(
                                    row.getPhysicalNetwork(),
                                    Optional.of(row.getSegmentationId())));
            default -> Optional.empty();
        };
    }

    private NetworkIntent.SubnetIntent subnet(SubnetRecord row, Optional<String> metadata) {
        List<String> dns = texts(row.getDnsNameservers());
        if (dns.isEmpty() && row.getIpVersion() == 4) {
            dns = config.dnsServers();
        }
        return new NetworkIntent.SubnetIntent(
                uuid(row.getId()),
                row.getCidr(),
                row.getEnableDhcp(),
                Optional.ofNullable(row.getGatewayIp()),
                metadata,
                dns,
                routes(row.getHostRoutes()),
                // Guests follow what the router advertises, even where Neutron gives no addresses.
                Optional.ofNullable(row.getIpv6AddressMode())
                        .or(() -> Optional.ofNullable(row.getIpv6RaMode())));
    }

    private static List<String> texts(String json) {
        List<String> texts = new ArrayList<>();
        Json.read(json).forEach(node -> texts.add(node.stringValue()));
        return texts;
    }

    private static List<NetworkIntent.Route> routes(String json) {
        List<NetworkIntent.Route> routes = new ArrayList<>();
        for (JsonNode route : Json.read(json)) {
            routes.add(
                    new NetworkIntent.Route(
                            route.path("destination").stringValue(),
                            route.path("nexthop").stringValue()));
        }
        return routes;
    }

    private static List<PortIntent> ports(Transaction tx, Condition condition) {
        return inParts(
                tx.sql()
                        .selectFrom(PORT)
                        .where(condition, PORT.DEVICE_OWNER.notIn(NO_DEVICE))
                        .fetch(),
                part -> ports(tx, part));
    }

    /**
     * The intents of many rows, some at a time: what belongs to them is asked for by their ids, of
     * which a statement takes no more than 65,535.
     */
    private static <R, I> List<I> inParts(List<R> rows, Function<List<R>, List<I>> intents) {
        List<I> all = new ArrayList<>(rows.size());
        for (int from = 0; from < rows.size(); from += PART) {
            all.addAll(intents.apply(rows.subList(from, Math.min(from + PART, rows.size()))));
        }
        return all;
    }

    private static List<PortIntent> ports(Transaction tx, List<PortRecord> rows) {
        List<String> ids = rows.stream().map(PortRecord::getId).toList();
        Map<String, List<IpAllocationRecord>> addresses = Addresses.ofPorts(tx, ids);
        Map<String, List<String>> groups = SecurityGroups.ofPorts(tx, ids);
        Map<String, Integer> mtus =
                tx.sql()
                        .select(NETWORK_.ID, NETWORK_.MTU)
                        .from(NETWORK_)
                        .where(
                                NETWORK_.ID.in(
                                        rows.stream()
                                                .map(PortRecord::getNetworkId)
                                                .collect(Collectors.toSet())))
                        .fetchMap(NETWORK_.ID, NETWORK_.MTU);
        List<PortIntent> intents = new ArrayList<>();
        for (PortRecord row : rows) {
            intents.add(
                    new PortIntent(
                            uuid(row.getId()),
                            uuid(row.getNetworkId()),
                            row.getDeviceOwner().equals(Ports.METADATA)
                                    ? PortIntent.Kind.METADATA
                                    : PortIntent.Kind.DEVICE,
                            row.getMacAddress(),
                            addresses.getOrDefault(row.getId(), List.of()).stream()
                                    .map(a ->
                                            new PortIntent.FixedIp(
                                                    uuid(a.getSubnetId()), a.getAddress()))
                                    .toList(),
                            row.getAdminStateUp(),
                            row.getPortSecurityEnabled(),
                            groups.getOrDefault(row.getId(), List.of()).stream()
                                    .map(Intents::uuid)
                                    .collect(Collectors.toSet()),
                            pairs(row),
                            options(row),
                            Optional.of(row.getHostId()).filter(host -> !host.isEmpty()),
                            mtus.getOrDefault(row.getNetworkId(), 0),
                            row.getRevision()));
        }
        return intents;
    }

    private static List<PortIntent.AddressPair> pairs(PortRecord row) {
        List<PortIntent.AddressPair> pairs = new ArrayList<>();
        for (JsonNode pair : Json.read(row.getAllowedAddressPairs())) {
            JsonNode mac = pair.get("mac_address");
            pairs.add(
                    new PortIntent.AddressPair(
                            pair.path("ip_address").stringValue(),
                            mac == null ? row.getMacAddress() : mac.stringValue()));
        }
        return pairs;
    }

    private static Map<String, String> options(PortRecord row) {
        Map<String, String> options = new LinkedHashMap<>();
        for (JsonNode option : Json.read(row.getExtraDhcpOpts())) {
            options.put(
                    option.path("opt_name").stringValue(), option.path("opt_value").stringValue());
        }
        return options;
    }

    private static List<RouterIntent> routers(Transaction tx, Condition condition) {
        List<RouterIntent> intents = new ArrayList<>();
        for (RouterRecord row : tx.sql().selectFrom(ROUTER).where(condition).fetch()) {
            intents.add(router(tx, row));
        }
        return intents;
    }

    private static RouterIntent router(Transaction tx, RouterRecord row) {
        List<Leg> inner = Routers.interfaces(tx, row.getId());
        Optional<Leg> outer =
                row.getGatewayPortId() == null
                        ? Optional.empty()
                        : Routers.legs(tx, row.getId(), Ports.ROUTER_GATEWAY).stream().findFirst();
        List<RouterIntent.Interface> interfaces =
                inner.stream()
                        .map(leg ->
                                new RouterIntent.Interface(
                                        uuid(leg.port().getId()),
                                        uuid(leg.port().getNetworkId()),
                                        leg.port().getMacAddress(),
                                        addresses(leg),
                                        mtu(tx, leg.port())))
                        .toList();
        Optional<RouterIntent.Gateway> gateway =
                outer.map(leg ->
                        new RouterIntent.Gateway(
                                uuid(leg.port().getId()),
                                uuid(leg.port().getNetworkId()),
                                leg.port().getMacAddress(),
                                addresses(leg),
                                leg.subnets().stream()
                                        .map(SubnetRecord::getGatewayIp)
                                        .filter(java.util.Objects::nonNull)
                                        .toList(),
                                mtu(tx, leg.port())));
        List<String> sourceNat =
                row.getEnableSnat() && gateway.isPresent()
                        ? inner.stream()
                                .flatMap(leg -> leg.subnets().stream())
                                .filter(subnet -> subnet.getIpVersion() == 4)
                                .map(SubnetRecord::getCidr)
                                .distinct()
                                .toList()
                        : List.of();
        return new RouterIntent(
                uuid(row.getId()),
                row.getName(),
                row.getAdminStateUp(),
                interfaces,
                gateway,
                sourceNat,
                routes(row.getRoutes()),
                floatingIps(tx, row.getId()),
                row.getRevision());
    }

    private static List<String> addresses(Leg leg) {
        List<String> addresses = new ArrayList<>();
        for (IpAllocationRecord address : leg.addresses()) {
            leg.subnets().stream()
                    .filter(subnet -> subnet.getId().equals(address.getSubnetId()))
                    .findFirst()
                    .ifPresent(subnet ->
                            addresses.add(
                                    address.getAddress()
                                            + "/"
                                            + Cidr.of(subnet.getCidr()).prefix()));
        }
        return addresses;
    }

    private static int mtu(Transaction tx, PortRecord port) {
        return tx.sql()
                .select(NETWORK_.MTU)
                .from(NETWORK_)
                .where(NETWORK_.ID.eq(port.getNetworkId()))
                .fetchSingle(NETWORK_.MTU);
    }

    private static List<RouterIntent.FloatingIp> floatingIps(Transaction tx, String router) {
        List<RouterIntent.FloatingIp> floating = new ArrayList<>();
        tx.sql()
                .select(FLOATING_IP.asterisk(), PORT.MAC_ADDRESS)
                .from(FLOATING_IP)
                .join(PORT)
                .on(PORT.ID.eq(FLOATING_IP.FLOATING_PORT_ID))
                .where(FLOATING_IP.ROUTER_ID.eq(router))
                .orderBy(FLOATING_IP.ID)
                .forEach(row -> {
                    FloatingIpRecord ip = row.into(FLOATING_IP);
                    floating.add(
                            new RouterIntent.FloatingIp(
                                    uuid(ip.getId()),
                                    ip.getFloatingIpAddress(),
                                    ip.getFixedIpAddress(),
                                    uuid(ip.getPortId()),
                                    row.get(PORT.MAC_ADDRESS)));
                });
        return floating;
    }

    private static List<SecurityGroupIntent> securityGroups(Transaction tx, Condition condition) {
        return inParts(
                tx.sql().selectFrom(SECURITY_GROUP).where(condition).fetch(),
                part -> securityGroups(tx, part));
    }

    private static List<SecurityGroupIntent> securityGroups(
            Transaction tx, List<SecurityGroupRecord> rows) {
        Map<String, List<SecurityGroupRuleRecord>> rules =
                SecurityGroups.rules(tx, rows.stream().map(SecurityGroupRecord::getId).toList());
        return rows.stream()
                .map(row ->
                        new SecurityGroupIntent(
                                uuid(row.getId()),
                                row.getName(),
                                row.getStateful(),
                                rules.getOrDefault(row.getId(), List.of()).stream()
                                        .map(Intents::rule)
                                        .toList(),
                                row.getRevision()))
                .toList();
    }

    private static SecurityGroupIntent.Rule rule(SecurityGroupRuleRecord row) {
        return new SecurityGroupIntent.Rule(
                uuid(row.getId()),
                row.getDirection().equals("ingress"),
                row.getEthertype().equals("IPv6"),
                Optional.ofNullable(row.getProtocol()),
                Optional.ofNullable(row.getPortRangeMin()),
                Optional.ofNullable(row.getPortRangeMax()),
                Optional.ofNullable(row.getRemoteIpPrefix()).map(p -> Cidr.of(p).toString()),
                Optional.ofNullable(row.getRemoteGroupId()).map(Intents::uuid));
    }

    private static UUID uuid(String text) {
        return UUID.fromString(text);
    }
}
