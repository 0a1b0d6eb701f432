package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.store.Changes;
import org.monostack.network.store.MetadataPorts;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Rows;
import org.monostack.network.store.Sharing;
import org.monostack.network.store.SubnetPools;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Subnets: address blocks, pools, gateways and what DHCP tells guests. */
final class SubnetResource implements Resource<SubnetRecord> {
    private final Ports ports;
    private final MetadataPorts metadataPorts;
    private final Changes changes;
    private final ResourceType<SubnetRecord> type;

    SubnetResource(Ports ports, MetadataPorts metadataPorts, Changes changes) {
        this.ports = ports;
        this.metadataPorts = metadataPorts;
        this.changes = changes;
        this.type = describe();
    }

    private static ResourceType<SubnetRecord> describe() {
        Kind mode = Kind.orNull(Kind.oneOf("dhcpv6-stateful", "dhcpv6-stateless", "slaac"));
        return ResourceType.of("subnet", "subnets", "Subnet", SUBNET)
                .named()
                .tagged()
                .with(
                        Attribute.of("network_id")
                                .in(SUBNET.NETWORK_ID)
                                .creatable(Kind.uuid())
                                .mandatory(),
                        Attribute.of("ip_version")
                                .in(SUBNET.IP_VERSION)
                                .creatable(value -> {
                                    int version = Kind.integer(value);
                                    if (version != 4 && version != 6) {
                                        throw Kind.invalid("'" + version + "' is not in [4, 6].");
                                    }
                                    return tools.jackson.databind.node.IntNode.valueOf(version);
                                }),
                        Attribute.of("cidr").in(SUBNET.CIDR).creatable(Kind.orNull(Kind.cidr())),
                        Attribute.of("gateway_ip")
                                .in(SUBNET.GATEWAY_IP)
                                .writable(Kind.orNull(Kind.address())),
                        Attribute.of("allocation_pools")
                                .jsonIn(SUBNET.ALLOCATION_POOLS)
                                .writable(Kind.pools()),
                        Attribute.of("enable_dhcp")
                                .in(SUBNET.ENABLE_DHCP)
                                .writable(Kind.flag())
                                .or(true),
                        Attribute.of("dns_nameservers")
                                .jsonIn(SUBNET.DNS_NAMESERVERS)
                                .writable(Kind.list(Kind.address()))
                                .or(Json.array()),
                        Attribute.of("host_routes")
                                .jsonIn(SUBNET.HOST_ROUTES)
                                .writable(Kind.routes())
                                .or(Json.array()),
                        Attribute.of("ipv6_address_mode")
                                .in(SUBNET.IPV6_ADDRESS_MODE)
                                .creatable(mode)
                                .orNull(),
                        Attribute.of("ipv6_ra_mode")
                                .in(SUBNET.IPV6_RA_MODE)
                                .creatable(mode)
                                .orNull(),
                        Attribute.of("service_types")
                                .jsonIn(SUBNET.SERVICE_TYPES)
                                .writable(Kind.list(Kind.text(255)))
                                .or(Json.array()),
                        Attribute.of("subnetpool_id")
                                .in(SUBNET.SUBNETPOOL_ID)
                                .creatable(Kind.orNull(Kind.text(36))),
                        Attribute.of("use_default_subnetpool")
                                .creatable(Kind.flag())
                                .or(false)
                                .hidden(),
                        Attribute.of("prefixlen").creatable(Kind.range(0, 128)).hidden(),
                        Attribute.of("network:project_id").hidden(),
                        Attribute.of("shared").hidden())
                .filter(
                        "shared",
                        values -> {
                            Condition shared = Sharing.withEverybody(SUBNET.NETWORK_ID);
                            return Listing.flag("shared", values.getLast())
                                    ? shared
                                    : DSL.not(shared);
                        })
                .build();
    }

    @Override
    public ResourceType<SubnetRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return SUBNET.PROJECT_ID
                .eq(scope.project())
                .or(Sharing.with(SUBNET.NETWORK_ID, scope.project(), Sharing.SHARED))
                .or(
                        DSL.exists(
                                DSL.selectOne()
                                        .from(NETWORK_)
                                        .where(
                                                NETWORK_.ID.eq(SUBNET.NETWORK_ID),
                                                NETWORK_.PROJECT_ID.eq(scope.project()))));
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<SubnetRecord> rows, List<ObjectNode> views) {
        NetworkOwners.decorate(
                tx, scope, rows.stream().map(SubnetRecord::getNetworkId).toList(), views);
    }

    @Override
    public Map<String, Object> createTarget(Transaction tx, Scope scope, Values values) {
        Map<String, Object> target = new HashMap<>(values.asTarget());
        target.putAll(NetworkOwners.target(tx, scope, values.text("network_id")));
        return target;
    }

    @Override
    public void create(Transaction tx, Scope scope, SubnetRecord row, Values values) {
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(row.getNetworkId()))
                        .forUpdate()
                        .fetchOptional()
                        .orElseThrow(() -> NetworkErrors.notFound("Network", row.getNetworkId()));
        List<SubnetRecord> others = Ports.subnets(tx, network.getId());
        if (SubnetPools.isWanted(
                values.optionalText("subnetpool_id"), values.flag("use_default_subnetpool"))) {
            SubnetPools.allocate(
                    tx,
                    row,
                    scope.project(),
                    scope.admin(),
                    values.has("prefixlen")
                            ? Optional.of(values.integer("prefixlen"))
                            : Optional.empty(),
                    others);
        } else {
            row.setSubnetpoolId(null);
        }
        SubnetRules.completeBlock(row);
        SubnetRules.requireNoOverlap(row, others);
        SubnetRules.completeGateway(row, values.has("gateway_ip"));
        SubnetRules.completePools(row, values.has("allocation_pools"));
        SubnetRules.check(row);
        row.insert();
        metadataPorts.ensure(tx, network);
        if (Ports.isAutomatic(row)) {
            ports.addAutomatic(tx, row);
        }
        Rows.touch(network);
        network.update();
        changes.network(tx, network.getId());
    }

    @Override
    public void update(
            Transaction tx, Scope scope, SubnetRecord row, SubnetRecord before, Values values) {
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(row.getNetworkId()))
                        .forUpdate()
                        .fetchSingle();
        if (values.has("gateway_ip")
                && before.getGatewayIp() != null
                && !before.getGatewayIp().equals(row.getGatewayIp())) {
            requireGatewayUnused(tx, before);
        }
        if (values.has("gateway_ip") && !values.has("allocation_pools")) {
            SubnetRules.requireGatewayOutsidePools(row);
        }
        SubnetRules.check(row);
        row.update();
        metadataPorts.ensure(tx, network);
        changes.network(tx, row.getNetworkId());
        routersOn(tx, row).forEach(router -> changes.router(tx, router));
    }

    private static void requireGatewayUnused(Transaction tx, SubnetRecord subnet) {
        tx.sql()
                .select(PORT.ID)
                .from(IP_ALLOCATION)
                .join(PORT)
                .on(PORT.ID.eq(IP_ALLOCATION.PORT_ID))
                .where(
                        IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()),
                        IP_ALLOCATION.ADDRESS.eq(subnet.getGatewayIp()),
                        PORT.DEVICE_OWNER.eq(Ports.ROUTER_INTERFACE))
                .fetchOptional(PORT.ID)
                .ifPresent(port -> {
                    throw NetworkErrors.conflict(
                            "GatewayIpInUse",
                            "Current gateway ip "
                                    + subnet.getGatewayIp()
                                    + " already in use by port "
                                    + port
                                    + ". Unable to update.");
                });
    }

    private static Set<String> routersOn(Transaction tx, SubnetRecord subnet) {
        return tx.sql()
                .selectDistinct(PORT.DEVICE_ID)
                .from(PORT)
                .join(IP_ALLOCATION)
                .on(IP_ALLOCATION.PORT_ID.eq(PORT.ID))
                .where(
                        IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()),
                        PORT.DEVICE_OWNER.in(Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY))
                .fetchSet(PORT.DEVICE_ID);
    }

    @Override
    public void delete(Transaction tx, Scope scope, SubnetRecord row) {
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(row.getNetworkId()))
                        .forUpdate()
                        .fetchSingle();
        List<PortRecord> holders =
                tx.sql()
                        .selectFrom(PORT)
                        .where(
                                PORT.ID.in(
                                        DSL.select(IP_ALLOCATION.PORT_ID)
                                                .from(IP_ALLOCATION)
                                                .where(IP_ALLOCATION.SUBNET_ID.eq(row.getId()))))
                        .fetch();
        boolean automatic = Ports.isAutomatic(row);
        for (PortRecord port : holders) {
            boolean yields =
                    port.getDeviceOwner().equals(Ports.METADATA)
                            || automatic && !port.getDeviceOwner().startsWith("network:router");
            if (!yields) {
                throw NetworkErrors.conflict(
                        "SubnetInUse",
                        "Unable to complete operation on subnet "
                                + row.getId()
                                + ": One or more ports have an IP allocation from this subnet.");
            }
        }
        tx.sql().deleteFrom(IP_ALLOCATION).where(IP_ALLOCATION.SUBNET_ID.eq(row.getId())).execute();
        holders.forEach(port -> ports.mark(tx, port));
        row.delete();
        metadataPorts.ensure(tx, network);
        Rows.touch(network);
        network.update();
        changes.network(tx, network.getId());
    }
}
