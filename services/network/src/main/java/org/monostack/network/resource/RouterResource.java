package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.ROUTER;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.RouterRecord;
import org.monostack.network.store.Addresses;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Ports.FixedIpRequest;
import org.monostack.network.store.Routers;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Routers: gateway, SNAT, extra routes. Interfaces have calls of their own. */
final class RouterResource implements Resource<RouterRecord> {
    private final NetworkConfig config;
    private final Routers routers;
    private final Changes changes;
    private final ResourceType<RouterRecord> type = describe();

    RouterResource(NetworkConfig config, Routers routers, Changes changes) {
        this.config = config;
        this.routers = routers;
        this.changes = changes;
    }

    private static ResourceType<RouterRecord> describe() {
        Kind gateway =
                Kind.orNull(
                        Kind.object(
                                Map.of(),
                                Map.of(
                                        "network_id",
                                        Kind.uuid(),
                                        "enable_snat",
                                        Kind.flag(),
                                        "external_fixed_ips",
                                        Kind.list(
                                                Kind.object(
                                                        Map.of(),
                                                        Map.of(
                                                                "subnet_id",
                                                                Kind.uuid(),
                                                                "ip_address",
                                                                Kind.address()))))));
        return ResourceType.of("router", "routers", "Router", ROUTER)
                .named()
                .tagged()
                .with(
                        Attribute.of("admin_state_up")
                                .in(ROUTER.ADMIN_STATE_UP)
                                .writable(Kind.flag())
                                .or(true),
                        Attribute.of("status").in(ROUTER.STATUS),
                        Attribute.of("external_gateway_info").writable(gateway).orNull(),
                        Attribute.of("routes").jsonIn(ROUTER.ROUTES).updatable(Kind.routes()),
                        Attribute.of("availability_zone_hints")
                                .jsonIn(ROUTER.AVAILABILITY_ZONE_HINTS)
                                .creatable(Kind.list(Kind.text(255)))
                                .or(Json.array()),
                        Attribute.of("availability_zones"),
                        Attribute.of("flavor_id")
                                .creatable(value -> {
                                    if (!value.isNull()) {
                                        throw Kind.invalid("there are no router flavors.");
                                    }
                                    return value;
                                })
                                .orNull())
                .build();
    }

    @Override
    public ResourceType<RouterRecord> type() {
        return type;
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<RouterRecord> rows, List<ObjectNode> views) {
        List<String> gateways =
                rows.stream()
                        .map(RouterRecord::getGatewayPortId)
                        .filter(java.util.Objects::nonNull)
                        .toList();
        Map<String, PortRecord> ports =
                gateways.isEmpty()
                        ? Map.of()
                        : tx.sql().selectFrom(PORT).where(PORT.ID.in(gateways)).fetchMap(PORT.ID);
        Map<String, List<IpAllocationRecord>> addresses =
                gateways.isEmpty() ? Map.of() : Addresses.ofPorts(tx, gateways);
        for (int i = 0; i < rows.size(); i++) {
            RouterRecord row = rows.get(i);
            ObjectNode view = views.get(i);
            view.set("availability_zones", Json.strings(List.of(config.availabilityZone())));
            view.set("flavor_id", NullNode.getInstance());
            PortRecord port =
                    row.getGatewayPortId() == null ? null : ports.get(row.getGatewayPortId());
            if (port == null) {
                view.set("external_gateway_info", NullNode.getInstance());
                continue;
            }
            ObjectNode gateway = view.putObject("external_gateway_info");
            gateway.put("network_id", port.getNetworkId());
            gateway.put("enable_snat", row.getEnableSnat());
            ArrayNode list = gateway.putArray("external_fixed_ips");
            for (IpAllocationRecord address : addresses.getOrDefault(port.getId(), List.of())) {
                list.addObject()
                        .put("subnet_id", address.getSubnetId())
                        .put("ip_address", address.getAddress());
            }
        }
    }

    @Override
    public void create(Transaction tx, Scope scope, RouterRecord row, Values values) {
        row.setStatus("ACTIVE");
        row.setRoutes("[]");
        row.setEnableSnat(true);
        row.insert();
        applyGateway(tx, scope, row, values);
        row.update();
        changes.router(tx, row.getId());
    }

    @Override
    public void update(
            Transaction tx, Scope scope, RouterRecord row, RouterRecord before, Values values) {
        applyGateway(tx, scope, row, values);
        if (values.has("routes")) {
            Routers.checkRoutes(tx, row);
        }
        row.update();
        changes.router(tx, row.getId());
    }

    private void applyGateway(Transaction tx, Scope scope, RouterRecord row, Values values) {
        if (!values.has("external_gateway_info")) {
            return;
        }
        JsonNode wanted = values.get("external_gateway_info");
        if (wanted.isNull() || wanted.isEmpty()) {
            routers.clearGateway(tx, row);
            row.setEnableSnat(true);
            return;
        }
        JsonNode network = wanted.get("network_id");
        if (network == null) {
            throw NetworkErrors.badRequest(
                    "BadRequest",
                    "Bad router request: network_id is required in external_gateway_info.");
        }
        NetworkOwners.target(tx, scope, network.stringValue());
        Optional<List<FixedIpRequest>> addresses =
                wanted.has("external_fixed_ips")
                        ? Optional.of(requests(wanted.path("external_fixed_ips")))
                        : Optional.empty();
        boolean snat = !wanted.has("enable_snat") || wanted.path("enable_snat").booleanValue();
        routers.setGateway(tx, row, network.stringValue(), addresses, snat);
    }

    private static List<FixedIpRequest> requests(JsonNode list) {
        List<FixedIpRequest> requests = new ArrayList<>();
        for (JsonNode item : list) {
            requests.add(
                    new FixedIpRequest(
                            Optional.ofNullable(item.get("subnet_id")).map(JsonNode::stringValue),
                            Optional.ofNullable(item.get("ip_address"))
                                    .map(JsonNode::stringValue)));
        }
        return requests;
    }

    @Override
    public void delete(Transaction tx, Scope scope, RouterRecord row) {
        if (!Routers.interfaces(tx, row.getId()).isEmpty()) {
            throw NetworkErrors.conflict(
                    "RouterInUse", "Router " + row.getId() + " still has ports");
        }
        routers.clearGateway(tx, row);
        row.delete();
        changes.router(tx, row.getId());
    }
}
