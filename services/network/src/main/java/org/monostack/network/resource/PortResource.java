package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.PORT_SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.ROUTER;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.store.Addresses;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Ports.FixedIpRequest;
import org.monostack.network.store.SecurityGroups;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Ports: addresses, filters, bindings. */
final class PortResource implements Resource<PortRecord> {
    private final Ports ports;
    private final SecurityGroups securityGroups;
    private final ResourceType<PortRecord> type = describe();

    PortResource(Ports ports, SecurityGroups securityGroups) {
        this.ports = ports;
        this.securityGroups = securityGroups;
    }

    private static ResourceType<PortRecord> describe() {
        Kind fixedIps =
                Kind.list(
                        Kind.object(
                                Map.of(),
                                Map.of("subnet_id", Kind.uuid(), "ip_address", Kind.address())));
        return ResourceType.of("port", "ports", "Port", PORT)
                .named()
                .tagged()
                .with(
                        Attribute.of("network_id")
                                .in(PORT.NETWORK_ID)
                                .creatable(Kind.uuid())
                                .mandatory(),
                        Attribute.of("admin_state_up")
                                .in(PORT.ADMIN_STATE_UP)
                                .writable(Kind.flag())
                                .or(true),
                        Attribute.of("status").in(PORT.STATUS),
                        Attribute.of("mac_address").in(PORT.MAC_ADDRESS).writable(Kind.mac()),
                        Attribute.of("fixed_ips").writable(fixedIps),
                        Attribute.of("device_id")
                                .in(PORT.DEVICE_ID)
                                .writable(Kind.text(255))
                                .or(""),
                        Attribute.of("device_owner")
                                .in(PORT.DEVICE_OWNER)
                                .writable(Kind.text(255))
                                .or(""),
                        Attribute.of("security_groups").writable(Kind.list(Kind.uuid())),
                        Attribute.of("port_security_enabled")
                                .in(PORT.PORT_SECURITY_ENABLED)
                                .writable(Kind.flag()),
                        Attribute.of("allowed_address_pairs").writable(PortRules.addressPairs()),
                        Attribute.of("extra_dhcp_opts").writable(PortRules.dhcpOptions()),
                        Attribute.of("binding:vnic_type")
                                .in(PORT.VNIC_TYPE)
                                .writable(
                                        Kind.oneOf(
                                                "normal",
                                                "direct",
                                                "macvtap",
                                                "baremetal",
                                                "direct-physical",
                                                "virtio-forwarder",
                                                "smart-nic",
                                                "remote-managed"))
                                .or("normal"),
                        Attribute.of("binding:host_id")
                                .in(PORT.HOST_ID)
                                .writable(Kind.orNull(Kind.text(255))),
                        Attribute.of("binding:profile")
                                .jsonIn(PORT.PROFILE)
                                .writable(Kind.freeObject(4095)),
                        Attribute.of("binding:vif_type"),
                        Attribute.of("binding:vif_details"),
                        Attribute.of("network:project_id").hidden(),
                        Attribute.of("shared").hidden())
                .filter("fixed_ips", PortRules::fixedIpFilter)
                .filter(
                        "security_groups",
                        groups ->
                                PORT.ID.in(
                                        DSL.select(PORT_SECURITY_GROUP.PORT_ID)
                                                .from(PORT_SECURITY_GROUP)
                                                .where(
                                                        PORT_SECURITY_GROUP.SECURITY_GROUP_ID.in(
                                                                groups))))
                .filter(
                        "mac_address",
                        values ->
                                PORT.MAC_ADDRESS.in(
                                        values.stream()
                                                .map(v -> v.toLowerCase(java.util.Locale.ROOT))
                                                .toList()))
                .build();
    }

    @Override
    public ResourceType<PortRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return PORT.PROJECT_ID
                .eq(scope.project())
                .or(
                        DSL.exists(
                                DSL.selectOne()
                                        .from(NETWORK_)
                                        .where(
                                                NETWORK_.ID.eq(PORT.NETWORK_ID),
                                                NETWORK_.PROJECT_ID.eq(scope.project()))));
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<PortRecord> rows, List<ObjectNode> views) {
        List<String> ids = rows.stream().map(PortRecord::getId).toList();
        Map<String, List<IpAllocationRecord>> addresses = Addresses.ofPorts(tx, ids);
        Map<String, List<String>> groups = SecurityGroups.ofPorts(tx, ids);
        for (int i = 0; i < rows.size(); i++) {
            PortRecord row = rows.get(i);
            ObjectNode view = views.get(i);
            view.set("fixed_ips", fixedIps(addresses.getOrDefault(row.getId(), List.of())));
            view.set("security_groups", Json.strings(groups.getOrDefault(row.getId(), List.of())));
            view.set("extra_dhcp_opts", Json.read(row.getExtraDhcpOpts()));
            view.set("allowed_address_pairs", PortRules.shownPairs(row));
            boolean bound = !row.getHostId().isEmpty();
            view.put("binding:vif_type", bound ? "ovs" : "unbound");
            ObjectNode details = view.putObject("binding:vif_details");
            if (bound) {
                details.put("port_filter", true)
                        .put("connectivity", "l2")
                        .put("bridge_name", "br-int")
                        .put("datapath_type", "system");
            }
        }
        NetworkOwners.decorate(
                tx, scope, rows.stream().map(PortRecord::getNetworkId).toList(), views);
    }

    private static ArrayNode fixedIps(List<IpAllocationRecord> addresses) {
        ArrayNode list = Json.array();
        for (IpAllocationRecord address : addresses) {
            list.addObject()
                    .put("subnet_id", address.getSubnetId())
                    .put("ip_address", address.getAddress());
        }
        return list;
    }

    @Override
    public Map<String, Object> createTarget(Transaction tx, Scope scope, Values values) {
        Map<String, Object> target = new HashMap<>(values.asTarget());
        target.putAll(NetworkOwners.target(tx, scope, values.text("network_id")));
        return target;
    }

    @Override
    public void create(Transaction tx, Scope scope, PortRecord row, Values values) {
        NetworkRecord network = Ports.lockShared(tx, row.getNetworkId());
        checkDevice(tx, scope, row);
        row.setStatus("DOWN");
        row.setMadeForServer(false);
        if (row.getHostId() == null) {
            row.setHostId("");
        }
        if (row.getProfile() == null) {
            row.setProfile("{}");
        }
        boolean networkDevice = row.getDeviceOwner().startsWith("network:");
        if (row.getPortSecurityEnabled() == null) {
            row.setPortSecurityEnabled(network.getPortSecurityEnabled() && !networkDevice);
        }
        List<String> groups = values.texts("security_groups");
        if (values.has("security_groups")) {
            if (!groups.isEmpty() && !row.getPortSecurityEnabled()) {
                throw PortRules.portSecurityRequired();
            }
            SecurityGroups.requireUsable(tx, row.getProjectId(), scope.admin(), groups);
        } else if (row.getPortSecurityEnabled() && !networkDevice) {
            groups = securityGroups.ensureDefault(tx, row.getProjectId()).stream().toList();
        }
        row.setAllowedAddressPairs(PortRules.checkedPairs(values.items("allowed_address_pairs")));
        PortRules.requireSecurityForPairs(row);
        row.setExtraDhcpOpts(PortRules.mergedOptions("[]", values.items("extra_dhcp_opts")));
        ports.insert(tx, row, wanted(values), groups);
    }

    /** Keeps users from passing a port off as one of the service's own, or of a foreign router. */
    private static void checkDevice(Transaction tx, Scope scope, PortRecord row) {
        switch (row.getDeviceOwner()) {
            case Ports.METADATA, Ports.FLOATING, Ports.ROUTER_GATEWAY ->
                    throw NetworkErrors.invalid(
                            "device_owner",
                            "'" + row.getDeviceOwner() + "' is reserved for the service itself.");
            case Ports.ROUTER_INTERFACE -> {
                boolean own =
                        tx.sql()
                                .fetchExists(
                                        ROUTER,
                                        ROUTER.ID.eq(row.getDeviceId()),
                                        scope.admin()
                                                ? DSL.trueCondition()
                                                : ROUTER.PROJECT_ID.eq(scope.project()));
                if (!row.getDeviceId().isEmpty() && !own) {
                    throw NetworkErrors.conflict(
                            "DeviceIDNotOwnedByTenant",
                            "The following device_id "
                                    + row.getDeviceId()
                                    + " is not owned by your tenant or matches another tenants"
                                    + " router.");
                }
            }
            default -> {}
        }
    }

    private static Optional<List<FixedIpRequest>> wanted(Values values) {
        return values.has("fixed_ips") ? Optional.of(requests(values)) : Optional.empty();
    }

    private static List<FixedIpRequest> requests(Values values) {
        List<FixedIpRequest> requests = new ArrayList<>();
        for (JsonNode item : values.items("fixed_ips")) {
            if (item.isEmpty()) {
                throw NetworkErrors.invalidInput("IP allocation requires subnet_id or ip_address.");
            }
            requests.add(
                    new FixedIpRequest(
                            Optional.ofNullable(item.get("subnet_id")).map(JsonNode::stringValue),
                            Optional.ofNullable(item.get("ip_address"))
                                    .map(JsonNode::stringValue)));
        }
        return requests;
    }

    @Override
    public void update(
            Transaction tx, Scope scope, PortRecord row, PortRecord before, Values values) {
        if (row.getHostId() == null) {
            row.setHostId("");
        }
        if (values.has("mac_address")
                && !row.getMacAddress().equals(before.getMacAddress())
                && !before.getHostId().isEmpty()) {
            throw NetworkErrors.conflict(
                    "PortBound",
                    "Unable to complete operation on port "
                            + row.getId()
                            + ", port is already bound, port type: ovs, old_mac "
                            + before.getMacAddress()
                            + ", new_mac "
                            + row.getMacAddress()
                            + ".");
        }
        List<String> groups =
                values.has("security_groups")
                        ? values.texts("security_groups")
                        : SecurityGroups.ofPorts(tx, List.of(row.getId()))
                                .getOrDefault(row.getId(), List.of());
        if (!row.getPortSecurityEnabled() && !groups.isEmpty()) {
            if (values.has("security_groups")) {
                throw PortRules.portSecurityRequired();
            }
            throw NetworkErrors.conflict(
                    "PortSecurityPortHasSecurityGroup",
                    "Port has security group associated. Cannot disable port security or IP"
                            + " address until security group is removed.");
        }
        if (values.has("security_groups")) {
            SecurityGroups.requireUsable(tx, row.getProjectId(), scope.admin(), groups);
            SecurityGroups.replace(tx, row.getId(), groups);
        }
        if (values.has("allowed_address_pairs")) {
            row.setAllowedAddressPairs(
                    PortRules.checkedPairs(values.items("allowed_address_pairs")));
        }
        PortRules.requireSecurityForPairs(row);
        if (values.has("extra_dhcp_opts")) {
            row.setExtraDhcpOpts(
                    PortRules.mergedOptions(
                            before.getExtraDhcpOpts(), values.items("extra_dhcp_opts")));
        }
        if (!row.getDeviceId().equals(before.getDeviceId())) {
            row.setAttachedAt(null);
        }
        if (!row.getDeviceId().equals(before.getDeviceId())
                || !row.getDeviceOwner().equals(before.getDeviceOwner())) {
            checkDevice(tx, scope, row);
        }
        if (row.getDeviceId().isEmpty() && row.getHostId().isEmpty()) {
            row.setStatus("DOWN");
        }
        if (values.has("fixed_ips")) {
            ports.reassign(tx, row, requests(values));
        }
        ports.update(tx, row);
        if (!before.getDeviceOwner().equals(row.getDeviceOwner())) {
            ports.mark(tx, before);
        }
    }

    @Override
    public void delete(Transaction tx, Scope scope, PortRecord row) {
        switch (row.getDeviceOwner()) {
            case Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY, Ports.FLOATING -> {
                if (!row.getDeviceId().isEmpty() && ownerExists(tx, row)) {
                    throw NetworkErrors.conflict(
                            "ServicePortInUse",
                            "Port "
                                    + row.getId()
                                    + " cannot be deleted directly via the port API: has device"
                                    + " owner "
                                    + row.getDeviceOwner()
                                    + ".");
                }
            }
            default -> {}
        }
        ports.delete(tx, row);
    }

    private static boolean ownerExists(Transaction tx, PortRecord row) {
        return row.getDeviceOwner().equals(Ports.FLOATING)
                ? tx.sql().fetchExists(FLOATING_IP, FLOATING_IP.FLOATING_PORT_ID.eq(row.getId()))
                : tx.sql().fetchExists(ROUTER, ROUTER.ID.eq(row.getDeviceId()));
    }
}
