package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.RouterRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.model.IpAddress;
import org.monostack.network.model.Refusal;
import org.monostack.network.store.Ports.FixedIpRequest;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Routers, their interfaces and gateways. The caller holds the router's row locked: that is what
 * keeps overlapping interfaces from being added at once.
 */
public final class Routers {
    private final Ports ports;
    private final Changes changes;

    public Routers(Ports ports, Changes changes) {
        this.ports = ports;
        this.changes = changes;
    }

    /** A port of a router with the subnets it is on. */
    public record Leg(
            PortRecord port, List<IpAllocationRecord> addresses, List<SubnetRecord> subnets) {
        public boolean isOn(String subnet) {
            return addresses.stream().anyMatch(a -> a.getSubnetId().equals(subnet));
        }
    }

    public static List<Leg> interfaces(Transaction tx, String router) {
        return legs(tx, router, Ports.ROUTER_INTERFACE);
    }

    public static List<Leg> legs(Transaction tx, String router, String... owners) {
        List<Leg> legs = new ArrayList<>();
        for (PortRecord port :
                tx.sql()
                        .selectFrom(PORT)
                        .where(PORT.DEVICE_ID.eq(router), PORT.DEVICE_OWNER.in(owners))
                        .orderBy(PORT.CREATED_AT, PORT.ID)
                        .fetch()) {
            List<IpAllocationRecord> addresses = Addresses.ofPort(tx, port.getId());
            List<SubnetRecord> subnets =
                    tx.sql()
                            .selectFrom(SUBNET)
                            .where(
                                    SUBNET.ID.in(
                                            addresses.stream()
                                                    .map(IpAllocationRecord::getSubnetId)
                                                    .toList()))
                            .fetch();
            legs.add(new Leg(port, addresses, subnets));
        }
        return legs;
    }

    /** Makes a router's way out lead to this network, with these addresses if any are named. */
    public void setGateway(
            Transaction tx,
            RouterRecord router,
            String networkId,
            Optional<List<FixedIpRequest>> addresses,
            boolean enableSnat) {
        router.setEnableSnat(enableSnat);
        Optional<PortRecord> old = gatewayPort(tx, router);
        if (old.isPresent() && old.get().getNetworkId().equals(networkId)) {
            if (addresses.isPresent() && !addresses.get().isEmpty()) {
                ports.reassign(tx, old.get(), addresses.get());
            }
            return;
        }
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(networkId))
                        .forShare()
                        .fetchOptional()
                        .orElseThrow(() -> Refusal.missing("Network", networkId));
        if (!network.getExternal()) {
            throw Refusal.badRequest(
                    "BadRequest",
                    "Bad router request: Network " + networkId + " is not an external network.");
        }
        for (Leg leg : interfaces(tx, router.getId())) {
            for (SubnetRecord inner : leg.subnets()) {
                for (SubnetRecord outer : Ports.subnets(tx, networkId)) {
                    requireApart(inner, outer);
                }
            }
        }
        clearGateway(tx, router);
        PortRecord port = Ports.blank(tx, network, "");
        port.setDeviceOwner(Ports.ROUTER_GATEWAY);
        port.setDeviceId(router.getId());
        port.setPortSecurityEnabled(false);
        ports.insert(tx, port, addresses.filter(list -> !list.isEmpty()), List.of());
        router.setGatewayPortId(port.getId());
    }

    /** Takes a router's way out; 409 while floating IPs need it. */
    public void clearGateway(Transaction tx, RouterRecord router) {
        Optional<PortRecord> port = gatewayPort(tx, router);
        if (port.isEmpty()) {
            return;
        }
        if (tx.sql().fetchExists(FLOATING_IP, FLOATING_IP.ROUTER_ID.eq(router.getId()))) {
            throw Refusal.conflict(
                    "RouterExternalGatewayInUseByFloatingIp",
                    "Gateway cannot be updated for router "
                            + router.getId()
                            + ", since a gateway to external network "
                            + port.get().getNetworkId()
                            + " is required by one or more floating IPs.");
        }
        router.setGatewayPortId(null);
        router.update();
        ports.delete(tx, port.get());
    }

    public static Optional<PortRecord> gatewayPort(Transaction tx, RouterRecord router) {
        return router.getGatewayPortId() == null
                ? Optional.empty()
                : tx.sql()
                        .selectFrom(PORT)
                        .where(PORT.ID.eq(router.getGatewayPortId()))
                        .fetchOptional();
    }

    private static void requireApart(SubnetRecord one, SubnetRecord other) {
        if (Cidr.of(one.getCidr()).overlaps(Cidr.of(other.getCidr()))) {
            throw Refusal.badRequest(
                    "BadRequest",
                    "Bad router request: Cidr "
                            + one.getCidr()
                            + " of subnet "
                            + one.getId()
                            + " overlaps with cidr "
                            + other.getCidr()
                            + " of subnet "
                            + other.getId()
                            + ".");
        }
    }

    private static void requireFits(Transaction tx, RouterRecord router, SubnetRecord added) {
        for (Leg leg : legs(tx, router.getId(), Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY)) {
            for (SubnetRecord present : leg.subnets()) {
                if (present.getId().equals(added.getId())) {
                    throw Refusal.badRequest(
                            "BadRequest",
                            "Bad router request: Router already has a port on subnet "
                                    + added.getId()
                                    + ".");
                }
                requireApart(added, present);
            }
        }
    }

    /** Connects a subnet under its gateway address; gives the port. */
    public PortRecord addSubnet(Transaction tx, RouterRecord router, SubnetRecord subnet) {
        if (subnet.getGatewayIp() == null) {
            throw Refusal.badRequest(
                    "BadRequest",
                    "Bad router request: Subnet for router interface must have a gateway IP.");
        }
        requireFits(tx, router, subnet);
        FixedIpRequest address =
                new FixedIpRequest(Optional.of(subnet.getId()), Optional.of(subnet.getGatewayIp()));
        NetworkRecord network = Ports.lockShared(tx, subnet.getNetworkId());
        if (subnet.getIpVersion() == 6) {
            // All IPv6 subnets of a network share one port, as their link-local address is one.
            for (Leg leg : interfaces(tx, router.getId())) {
                if (leg.port().getNetworkId().equals(network.getId())
                        && leg.subnets().stream().anyMatch(s -> s.getIpVersion() == 6)) {
                    if (!Addresses.take(
                            tx,
                            subnet,
                            IpAddress.of(subnet.getGatewayIp()),
                            leg.port().getId(),
                            leg.addresses().size())) {
                        throw Refusal.conflict(
                                "IpAddressAlreadyAllocated",
                                "IP address "
                                        + subnet.getGatewayIp()
                                        + " already allocated in subnet "
                                        + subnet.getId());
                    }
                    changes.router(tx, router.getId());
                    return leg.port();
                }
            }
        }
        PortRecord port = Ports.blank(tx, network, router.getProjectId());
        port.setDeviceOwner(Ports.ROUTER_INTERFACE);
        port.setDeviceId(router.getId());
        port.setPortSecurityEnabled(false);
        ports.insert(tx, port, Optional.of(List.of(address)), List.of());
        return port;
    }

    /** Connects a port that the user made; gives its subnets. */
    public List<SubnetRecord> addPort(Transaction tx, RouterRecord router, PortRecord port) {
        if (!port.getDeviceId().isEmpty()) {
            throw Refusal.conflict(
                    "PortInUse",
                    "Unable to complete operation on port "
                            + port.getId()
                            + " for network "
                            + port.getNetworkId()
                            + ". Port already has an attached device "
                            + port.getDeviceId()
                            + ".");
        }
        List<IpAllocationRecord> addresses = Addresses.ofPort(tx, port.getId());
        List<SubnetRecord> subnets =
                tx.sql()
                        .selectFrom(SUBNET)
                        .where(
                                SUBNET.ID.in(
                                        addresses.stream()
                                                .map(IpAllocationRecord::getSubnetId)
                                                .toList()))
                        .fetch();
        if (subnets.isEmpty()) {
            throw Refusal.badRequest(
                    "BadRequest",
                    "Bad router request: Router port must have at least one fixed IP.");
        }
        if (subnets.stream().filter(s -> s.getIpVersion() == 4).count() > 1) {
            throw Refusal.badRequest(
                    "BadRequest",
                    "Bad router request: Cannot have multiple IPv4 subnets on router port.");
        }
        for (SubnetRecord subnet : subnets) {
            requireFits(tx, router, subnet);
        }
        ports.mark(tx, port);
        port.setDeviceOwner(Ports.ROUTER_INTERFACE);
        port.setDeviceId(router.getId());
        port.setPortSecurityEnabled(false);
        SecurityGroups.replace(tx, port.getId(), List.of());
        Rows.touch(port);
        ports.update(tx, port);
        return subnets;
    }

    /** Takes a subnet from an interface, and the interface with the last one. */
    public void remove(Transaction tx, RouterRecord router, Leg leg, Optional<String> subnet) {
        for (SubnetRecord connected : leg.subnets()) {
            if (subnet.isEmpty() || subnet.get().equals(connected.getId())) {
                requireUnused(tx, router, connected);
            }
        }
        if (subnet.isPresent() && leg.addresses().size() > 1) {
            for (IpAllocationRecord address : leg.addresses()) {
                if (address.getSubnetId().equals(subnet.get())) {
                    address.delete();
                }
            }
            changes.router(tx, router.getId());
            return;
        }
        ports.delete(tx, leg.port());
    }

    private static void requireUnused(Transaction tx, RouterRecord router, SubnetRecord subnet) {
        boolean floating =
                tx.sql()
                        .fetchExists(
                                tx.sql()
                                        .selectOne()
                                        .from(FLOATING_IP)
                                        .join(IP_ALLOCATION)
                                        .on(
                                                IP_ALLOCATION.PORT_ID.eq(FLOATING_IP.PORT_ID),
                                                IP_ALLOCATION.ADDRESS.eq(
                                                        FLOATING_IP.FIXED_IP_ADDRESS))
                                        .where(
                                                FLOATING_IP.ROUTER_ID.eq(router.getId()),
                                                IP_ALLOCATION.SUBNET_ID.eq(subnet.getId())));
        if (floating) {
            throw Refusal.conflict(
                    "RouterInterfaceInUseByFloatingIP",
                    "Router interface for subnet "
                            + subnet.getId()
                            + " on router "
                            + router.getId()
                            + " cannot be deleted, as it is required by one or more floating IPs.");
        }
        Cidr block = Cidr.of(subnet.getCidr());
        for (JsonNode route : Json.read(router.getRoutes())) {
            if (block.contains(IpAddress.of(route.path("nexthop").stringValue()))) {
                throw Refusal.conflict(
                        "RouterInterfaceInUseByRoute",
                        "Router interface for subnet "
                                + subnet.getId()
                                + " on router "
                                + router.getId()
                                + " cannot be deleted, as it is required by one or more routes.");
            }
        }
    }

    /** Throws 400 unless every next hop is on a connected subnet and not the router itself. */
    public static void checkRoutes(Transaction tx, RouterRecord router) {
        JsonNode routes = Json.read(router.getRoutes());
        if (routes.isEmpty()) {
            return;
        }
        if (routes.size() > 30) {
            throw Refusal.badRequest(
                    "RoutesExhausted",
                    "Unable to complete operation for "
                            + router.getId()
                            + ". The number of routes exceeds the maximum 30.");
        }
        List<Leg> legs = legs(tx, router.getId(), Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY);
        for (JsonNode route : routes) {
            IpAddress nexthop = IpAddress.of(route.path("nexthop").stringValue());
            boolean connected =
                    legs.stream()
                            .flatMap(leg -> leg.subnets().stream())
                            .anyMatch(subnet -> Cidr.of(subnet.getCidr()).contains(nexthop));
            if (!connected) {
                throw invalidRoutes(routes, "the nexthop is not connected with router");
            }
            boolean own =
                    legs.stream()
                            .flatMap(leg -> leg.addresses().stream())
                            .anyMatch(a -> a.getAddress().equals(nexthop.toString()));
            if (own) {
                throw invalidRoutes(routes, "the nexthop is used by router");
            }
        }
    }

    private static Refusal invalidRoutes(JsonNode routes, String reason) {
        return Refusal.badRequest(
                "InvalidRoutes", "Invalid format for routes: " + routes + ", " + reason);
    }
}
