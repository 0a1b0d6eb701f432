package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.store.Addresses;
import org.monostack.network.store.Changes;
import org.monostack.network.store.FloatingIps;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Ports.FixedIpRequest;
import org.monostack.platform.database.Transaction;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Floating IPs: external addresses that lead to a project's ports. */
final class FloatingIpResource implements Resource<FloatingIpRecord> {
    private final Ports ports;
    private final Resource<PortRecord> portResource;
    private final Changes changes;
    private final ResourceType<FloatingIpRecord> type = describe();

    FloatingIpResource(Ports ports, Resource<PortRecord> portResource, Changes changes) {
        this.ports = ports;
        this.portResource = portResource;
        this.changes = changes;
    }

    private static ResourceType<FloatingIpRecord> describe() {
        return ResourceType.of("floatingip", "floatingips", "FloatingIP", FLOATING_IP)
                .described()
                .tagged()
                .with(
                        Attribute.of("floating_ip_address")
                                .in(FLOATING_IP.FLOATING_IP_ADDRESS)
                                .creatable(Kind.orNull(Kind.address()))
                                .orNull(),
                        Attribute.of("floating_network_id")
                                .in(FLOATING_IP.FLOATING_NETWORK_ID)
                                .creatable(Kind.uuid())
                                .mandatory(),
                        Attribute.of("subnet_id")
                                .creatable(Kind.orNull(Kind.uuid()))
                                .orNull()
                                .hidden(),
                        Attribute.of("router_id").in(FLOATING_IP.ROUTER_ID),
                        Attribute.of("port_id")
                                .in(FLOATING_IP.PORT_ID)
                                .writable(Kind.orNull(Kind.uuid()))
                                .orNull(),
                        Attribute.of("fixed_ip_address")
                                .in(FLOATING_IP.FIXED_IP_ADDRESS)
                                .writable(Kind.orNull(Kind.address()))
                                .orNull(),
                        Attribute.of("status").in(FLOATING_IP.STATUS),
                        Attribute.of("port_details"))
                .build();
    }

    @Override
    public ResourceType<FloatingIpRecord> type() {
        return type;
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<FloatingIpRecord> rows, List<ObjectNode> views) {
        List<String> ids =
                rows.stream().map(FloatingIpRecord::getPortId).filter(Objects::nonNull).toList();
        Map<String, PortRecord> byId =
                ids.isEmpty()
                        ? Map.of()
                        : tx.sql().selectFrom(PORT).where(PORT.ID.in(ids)).fetchMap(PORT.ID);
        for (int i = 0; i < rows.size(); i++) {
            String id = rows.get(i).getPortId();
            PortRecord port = id == null ? null : byId.get(id);
            if (port == null) {
                views.get(i).set("port_details", NullNode.getInstance());
                continue;
            }
            views.get(i)
                    .putObject("port_details")
                    .put("name", port.getName())
                    .put("network_id", port.getNetworkId())
                    .put("mac_address", port.getMacAddress())
                    .put("admin_state_up", port.getAdminStateUp())
                    .put("status", port.getStatus())
                    .put("device_id", port.getDeviceId())
                    .put("device_owner", port.getDeviceOwner());
        }
    }

    @Override
    public void create(Transaction tx, Scope scope, FloatingIpRecord row, Values values) {
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(row.getFloatingNetworkId()))
                        .forShare()
                        .fetchOne();
        if (network == null || !network.getExternal()) {
            throw NetworkErrors.badRequest(
                    "BadRequest",
                    "Bad floatingip request: Network "
                            + row.getFloatingNetworkId()
                            + " is not a valid external network.");
        }
        NetworkOwners.target(tx, scope, network.getId());
        PortRecord outer = Ports.blank(tx, network, "");
        outer.setDeviceOwner(Ports.FLOATING);
        outer.setDeviceId(row.getId());
        outer.setPortSecurityEnabled(false);
        // Nothing is ever plugged into it.
        outer.setStatus("N/A");
        ports.insert(tx, outer, Optional.of(List.of(outerAddress(tx, network, values))), List.of());
        row.setFloatingIpAddress(
                Addresses.ofPort(tx, outer.getId()).stream()
                        .map(a -> a.getAddress())
                        .findFirst()
                        .orElseThrow());
        row.setFloatingPortId(outer.getId());
        row.setStatus("DOWN");
        Optional<String> port = values.optionalText("port_id");
        Optional<String> fixed = values.optionalText("fixed_ip_address");
        row.setPortId(null);
        row.setFixedIpAddress(null);
        if (port.isPresent()) {
            FloatingIps.associate(tx, row, port(tx, scope, port.get()), fixed);
        } else if (fixed.isPresent()) {
            throw NetworkErrors.badRequest(
                    "BadRequest",
                    "Bad floatingip request: fixed_ip_address cannot be specified without a"
                            + " port_id.");
        }
        row.insert();
        follow(tx, row.getRouterId());
    }

    private static FixedIpRequest outerAddress(
            Transaction tx, NetworkRecord network, Values values) {
        Optional<String> address = values.optionalText("floating_ip_address");
        Optional<String> subnet = values.optionalText("subnet_id");
        if (address.isPresent() || subnet.isPresent()) {
            return new FixedIpRequest(subnet, address);
        }
        return Ports.subnets(tx, network.getId()).stream()
                .filter(s -> s.getIpVersion() == 4)
                .findFirst()
                .map(s -> new FixedIpRequest(Optional.of(s.getId()), Optional.empty()))
                .orElseThrow(() ->
                        NetworkErrors.badRequest(
                                "BadRequest",
                                "Bad floatingip request: Network "
                                        + network.getId()
                                        + " does not contain any IPv4 subnet."));
    }

    private PortRecord port(Transaction tx, Scope scope, String id) {
        return tx.sql()
                .selectFrom(PORT)
                .where(
                        PORT.ID.eq(id),
                        scope.admin() ? DSL.trueCondition() : portResource.visible(scope))
                // Two floating IPs must not be led to one address at the same moment.
                .forUpdate()
                .fetchOptional()
                .orElseThrow(() -> NetworkErrors.notFound("Port", id));
    }

    private void follow(Transaction tx, @org.jspecify.annotations.Nullable String router) {
        if (router != null) {
            changes.router(tx, router);
        }
    }

    @Override
    public void update(
            Transaction tx,
            Scope scope,
            FloatingIpRecord row,
            FloatingIpRecord before,
            Values values) {
        if (values.has("port_id") || values.has("fixed_ip_address")) {
            Optional<String> port =
                    values.has("port_id")
                            ? values.optionalText("port_id")
                            : Optional.ofNullable(before.getPortId());
            Optional<String> fixed = values.optionalText("fixed_ip_address");
            if (port.isEmpty() && fixed.isPresent()) {
                throw NetworkErrors.badRequest(
                        "BadRequest",
                        "Bad floatingip request: fixed_ip_address cannot be specified without a"
                                + " port_id.");
            }
            FloatingIps.dissociate(row);
            if (port.isPresent()) {
                FloatingIps.associate(tx, row, port(tx, scope, port.get()), fixed);
            }
            follow(tx, before.getRouterId());
            follow(tx, row.getRouterId());
        }
        row.update();
    }

    @Override
    public void delete(Transaction tx, Scope scope, FloatingIpRecord row) {
        row.delete();
        tx.sql()
                .selectFrom(PORT)
                .where(PORT.ID.eq(row.getFloatingPortId()))
                .fetchOptional()
                .ifPresent(port -> ports.delete(tx, port));
        follow(tx, row.getRouterId());
    }
}
