package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.RBAC_POLICY;
import static org.monostack.network.jooq.Tables.SUBNET;
import static org.monostack.network.jooq.Tables.SUBNET_POOL;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Ports;
import org.monostack.network.store.SecurityGroups;
import org.monostack.network.store.Segments;
import org.monostack.network.store.Sharing;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Networks: provider attributes, sharing, external networks. */
final class NetworkResource implements Resource<NetworkRecord> {
    private final NetworkConfig config;
    private final Segments segments;
    private final SecurityGroups securityGroups;
    private final Ports ports;
    private final Changes changes;
    private final ResourceType<NetworkRecord> type;

    NetworkResource(
            NetworkConfig config,
            Segments segments,
            SecurityGroups securityGroups,
            Ports ports,
            Changes changes) {
        this.config = config;
        this.segments = segments;
        this.securityGroups = securityGroups;
        this.ports = ports;
        this.changes = changes;
        this.type = describe();
    }

    private static ResourceType<NetworkRecord> describe() {
        return ResourceType.of("network", "networks", "Network", NETWORK_)
                .named()
                .tagged()
                .with(
                        Attribute.of("admin_state_up")
                                .in(NETWORK_.ADMIN_STATE_UP)
                                .writable(Kind.flag())
                                .or(true),
                        Attribute.of("status"),
                        Attribute.of("subnets"),
                        Attribute.of("shared").writable(Kind.flag()).or(false),
                        Attribute.of("router:external")
                                .in(NETWORK_.EXTERNAL)
                                .writable(Kind.flag())
                                .or(false),
                        Attribute.of("provider:network_type")
                                .in(NETWORK_.NETWORK_TYPE)
                                .writable(Kind.orNull(Kind.text(32))),
                        Attribute.of("provider:physical_network")
                                .in(NETWORK_.PHYSICAL_NETWORK)
                                .writable(Kind.orNull(Kind.text(64))),
                        Attribute.of("provider:segmentation_id")
                                .in(NETWORK_.SEGMENTATION_ID)
                                .writable(Kind.orNull(Kind.range(0, 16_777_215))),
                        Attribute.of("mtu").in(NETWORK_.MTU).writable(Kind.range(0, 65_535)),
                        Attribute.of("port_security_enabled")
                                .in(NETWORK_.PORT_SECURITY_ENABLED)
                                .writable(Kind.flag())
                                .or(true),
                        Attribute.of("is_default")
                                .in(NETWORK_.IS_DEFAULT)
                                .writable(Kind.flag())
                                .or(false),
                        Attribute.of("availability_zone_hints")
                                .jsonIn(NETWORK_.AVAILABILITY_ZONE_HINTS)
                                .creatable(Kind.list(Kind.text(255)))
                                .or(Json.array()),
                        Attribute.of("availability_zones"),
                        Attribute.of("ipv4_address_scope"),
                        Attribute.of("ipv6_address_scope"))
                .filter(
                        "shared",
                        values -> {
                            Condition shared = Sharing.withEverybody(NETWORK_.ID);
                            return Listing.flag("shared", values.getLast())
                                    ? shared
                                    : DSL.not(shared);
                        })
                .filter(
                        "status",
                        values ->
                                values.contains("ACTIVE")
                                        ? DSL.trueCondition()
                                        : DSL.falseCondition())
                .build();
    }

    @Override
    public ResourceType<NetworkRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return NETWORK_.PROJECT_ID
                .eq(scope.project())
                .or(Sharing.with(NETWORK_.ID, scope.project(), Sharing.SHARED, Sharing.EXTERNAL));
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<NetworkRecord> rows, List<ObjectNode> views) {
        List<String> ids = rows.stream().map(NetworkRecord::getId).toList();
        Set<String> shared = Sharing.shared(tx, ids, scope.project());
        Map<String, List<String>> subnets =
                tx.sql()
                        .select(SUBNET.NETWORK_ID, SUBNET.ID)
                        .from(SUBNET)
                        .where(SUBNET.NETWORK_ID.in(ids))
                        .orderBy(SUBNET.CREATED_AT, SUBNET.ID)
                        .fetchGroups(SUBNET.NETWORK_ID, SUBNET.ID);
        for (ObjectNode view : views) {
            String id = view.path("id").stringValue();
            view.put("status", "ACTIVE");
            view.put("shared", shared.contains(id));
            view.set("subnets", Json.strings(subnets.getOrDefault(id, List.of())));
            view.set("availability_zones", Json.strings(List.of(config.availabilityZone())));
            view.set("ipv4_address_scope", NullNode.getInstance());
            view.set("ipv6_address_scope", NullNode.getInstance());
        }
        tx.sql()
                .select(SUBNET.NETWORK_ID, SUBNET.IP_VERSION, SUBNET_POOL.ADDRESS_SCOPE_ID)
                .from(SUBNET)
                .join(SUBNET_POOL)
                .on(SUBNET_POOL.ID.eq(SUBNET.SUBNETPOOL_ID))
                .where(SUBNET.NETWORK_ID.in(ids), SUBNET_POOL.ADDRESS_SCOPE_ID.isNotNull())
                .forEach(row ->
                        views.get(ids.indexOf(row.value1()))
                                .put("ipv" + row.value2() + "_address_scope", row.value3()));
    }

    @Override
    public void create(Transaction tx, Scope scope, NetworkRecord row, Values values) {
        securityGroups.ensureDefault(tx, row.getProjectId());
        if (row.getNetworkType() == null) {
            if (values.hasValue("provider:physical_network")
                    || values.hasValue("provider:segmentation_id")) {
                throw NetworkErrors.invalidInput("network_type required");
            }
            row.setNetworkType(segments.tenantType());
        }
        int largest = config.mtu(row.getNetworkType());
        Integer asked = row.getMtu();
        row.setMtu(asked == null || asked == 0 ? largest : asked);
        checkMtu(row, largest);
        row.insert();
        segments.claim(tx, row);
        share(tx, row, values);
        changes.network(tx, row.getId());
    }

    private static void checkMtu(NetworkRecord row, int largest) {
        if (row.getMtu() > largest || row.getMtu() < 68) {
            throw NetworkErrors.invalidInput(
                    "Requested MTU is "
                            + (row.getMtu() > largest
                                    ? "too big, maximum is " + largest
                                    : "too small, minimum is 68"));
        }
    }

    private static void share(Transaction tx, NetworkRecord row, Values values) {
        if (values.has("shared")) {
            if (values.flag("shared")) {
                Sharing.open(tx, "network", row.getId(), row.getProjectId(), Sharing.SHARED);
            } else {
                Sharing.close(tx, row.getId(), Sharing.SHARED);
            }
        }
        if (values.has("router:external")) {
            if (values.flag("router:external")) {
                Sharing.open(tx, "network", row.getId(), row.getProjectId(), Sharing.EXTERNAL);
            } else {
                tx.sql()
                        .deleteFrom(RBAC_POLICY)
                        .where(
                                RBAC_POLICY.OBJECT_ID.eq(row.getId()),
                                RBAC_POLICY.ACTION.eq(Sharing.EXTERNAL))
                        .execute();
            }
        }
    }

    @Override
    public void update(
            Transaction tx, Scope scope, NetworkRecord row, NetworkRecord before, Values values) {
        boolean provider =
                !before.getNetworkType().equals(row.getNetworkType())
                        || !java.util.Objects.equals(
                                row.getPhysicalNetwork(), before.getPhysicalNetwork())
                        || !java.util.Objects.equals(
                                row.getSegmentationId(), before.getSegmentationId());
        if (provider) {
            throw NetworkErrors.invalidInput(
                    "Plugin does not support updating provider attributes");
        }
        if (values.has("mtu")) {
            checkMtu(row, config.mtu(row.getNetworkType()));
        }
        if (values.has("shared") && !values.flag("shared")) {
            requireUnsharedUse(tx, row);
        }
        if (before.getExternal() && !row.getExternal()) {
            requireNoGateways(tx, row);
        }
        share(tx, row, values);
        row.update();
        changes.network(tx, row.getId());
        if (!row.getMtu().equals(before.getMtu())) {
            tx.sql()
                    .selectFrom(PORT)
                    .where(PORT.NETWORK_ID.eq(row.getId()))
                    .forEach(port -> ports.mark(tx, port));
        }
    }

    private static void requireUnsharedUse(Transaction tx, NetworkRecord row) {
        if (tx.sql()
                .fetchExists(
                        PORT,
                        PORT.NETWORK_ID.eq(row.getId()),
                        PORT.PROJECT_ID.notIn(row.getProjectId(), ""))) {
            throw NetworkErrors.conflict(
                    "InvalidSharedSetting",
                    "Unable to reconfigure sharing settings for network "
                            + row.getName()
                            + ". Multiple tenants are using it.");
        }
    }

    private static void requireNoGateways(Transaction tx, NetworkRecord row) {
        if (tx.sql()
                .fetchExists(
                        PORT,
                        PORT.NETWORK_ID.eq(row.getId()),
                        PORT.DEVICE_OWNER.in(Ports.ROUTER_GATEWAY, Ports.FLOATING))) {
            throw NetworkErrors.conflict(
                    "ExternalNetworkInUse",
                    "External network "
                            + row.getId()
                            + " cannot be updated to be made non-external, since it has existing"
                            + " gateway ports.");
        }
    }

    @Override
    public void delete(Transaction tx, Scope scope, NetworkRecord row) {
        deleteIdleFloatingIps(tx, row);
        List<PortRecord> attached =
                tx.sql().selectFrom(PORT).where(PORT.NETWORK_ID.eq(row.getId())).fetch();
        List<String> inUse =
                attached.stream()
                        .filter(port -> !port.getDeviceOwner().equals(Ports.METADATA))
                        .map(PortRecord::getId)
                        .toList();
        if (!inUse.isEmpty()) {
            throw NetworkErrors.conflict(
                    "NetworkInUse",
                    "Unable to complete operation on network "
                            + row.getId()
                            + ". There are one or more ports still in use on the network, id for"
                            + " these ports is: "
                            + String.join(",", inUse)
                            + ".");
        }
        attached.forEach(port -> ports.delete(tx, port));
        Ports.subnets(tx, row.getId()).forEach(SubnetRecord::delete);
        Sharing.forget(tx, row.getId());
        row.delete();
        changes.network(tx, row.getId());
    }

    /** Floating IPs that lead nowhere go with their network. */
    private void deleteIdleFloatingIps(Transaction tx, NetworkRecord row) {
        for (FloatingIpRecord floating :
                tx.sql()
                        .selectFrom(FLOATING_IP)
                        .where(
                                FLOATING_IP.FLOATING_NETWORK_ID.eq(row.getId()),
                                FLOATING_IP.PORT_ID.isNull())
                        .fetch()) {
            floating.delete();
            tx.sql()
                    .selectFrom(PORT)
                    .where(PORT.ID.eq(floating.getFloatingPortId()))
                    .fetch()
                    .forEach(port -> ports.delete(tx, port));
        }
    }
}
