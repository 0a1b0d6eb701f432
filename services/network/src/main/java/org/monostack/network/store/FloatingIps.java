package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.ROUTER;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.Tables;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Transaction;

/** Which floating address leads to which port. */
public final class FloatingIps {
    private FloatingIps() {}

    /** Undoes an association in the row; the caller stores it. */
    public static void dissociate(FloatingIpRecord row) {
        row.setPortId(null);
        row.setFixedIpAddress(null);
        row.setRouterId(null);
        row.setStatus("DOWN");
    }

    /**
     * Leads the floating address to a port; completes the row, which the caller stores.
     *
     * @param fixed which of the port's addresses, if it has several
     */
    public static void associate(
            Transaction tx, FloatingIpRecord row, PortRecord port, Optional<String> fixed) {
        IpAllocationRecord address = chooseAddress(tx, port, fixed);
        boolean taken =
                tx.sql()
                        .fetchExists(
                                Tables.FLOATING_IP,
                                Tables.FLOATING_IP.PORT_ID.eq(port.getId()),
                                Tables.FLOATING_IP.FIXED_IP_ADDRESS.eq(address.getAddress()),
                                Tables.FLOATING_IP.ID.ne(row.getId()));
        if (taken) {
            throw alreadyAssigned(row, port, address.getAddress());
        }
        row.setRouterId(routerFor(tx, row, port, address));
        row.setPortId(port.getId());
        row.setFixedIpAddress(address.getAddress());
        row.setStatus("DOWN");
    }

    public static Refusal alreadyAssigned(FloatingIpRecord row, PortRecord port, String fixed) {
        return Refusal.conflict(
                "FloatingIPPortAlreadyAssigned",
                "Cannot associate floating IP "
                        + row.getFloatingIpAddress()
                        + " ("
                        + row.getId()
                        + ") with port "
                        + port.getId()
                        + " using fixed IP "
                        + fixed
                        + ", as that fixed IP already has a floating IP on external network "
                        + row.getFloatingNetworkId()
                        + ".");
    }

    private static IpAllocationRecord chooseAddress(
            Transaction tx, PortRecord port, Optional<String> fixed) {
        List<IpAllocationRecord> candidates =
                Addresses.ofPort(tx, port.getId()).stream()
                        .filter(a -> a.getAddress().indexOf(':') < 0)
                        .toList();
        if (fixed.isPresent()) {
            return candidates.stream()
                    .filter(a -> a.getAddress().equals(fixed.get()))
                    .findFirst()
                    .orElseThrow(() ->
                            bad("Port " + port.getId() + " does not have fixed ip " + fixed.get()));
        }
        if (candidates.isEmpty()) {
            throw bad(
                    "Cannot add floating IP to port "
                            + port.getId()
                            + " that has no fixed IPv4 addresses");
        }
        if (candidates.size() > 1) {
            throw bad(
                    "Port "
                            + port.getId()
                            + " has multiple fixed IPv4 addresses.  Must provide a specific IPv4"
                            + " address when assigning a floating IP");
        }
        return candidates.getFirst();
    }

    /** The router between the port's subnet and the floating network; kept from changing. */
    private static String routerFor(
            Transaction tx, FloatingIpRecord row, PortRecord port, IpAllocationRecord address) {
        var gateway = PORT.as("gateway");
        SubnetRecord subnet = tx.sql().fetchSingle(SUBNET, SUBNET.ID.eq(address.getSubnetId()));
        return tx.sql()
                .select(ROUTER.ID, IP_ALLOCATION.ADDRESS)
                .from(PORT)
                .join(IP_ALLOCATION)
                .on(IP_ALLOCATION.PORT_ID.eq(PORT.ID))
                .join(ROUTER)
                .on(ROUTER.ID.eq(PORT.DEVICE_ID))
                .join(gateway)
                .on(gateway.ID.eq(ROUTER.GATEWAY_PORT_ID))
                .where(
                        PORT.DEVICE_OWNER.eq(Ports.ROUTER_INTERFACE),
                        IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()),
                        gateway.NETWORK_ID.eq(row.getFloatingNetworkId()))
                // The subnet's own gateway is where its hosts send their packets.
                .orderBy(
                        DSL.when(
                                        IP_ALLOCATION.ADDRESS.eq(
                                                Optional.ofNullable(subnet.getGatewayIp())
                                                        .orElse("")),
                                        0)
                                .otherwise(1),
                        ROUTER.ID)
                .limit(1)
                .forShare()
                .fetchOptional(ROUTER.ID)
                .orElseThrow(() ->
                        Refusal.notFound(
                                "ExternalGatewayForFloatingIPNotFound",
                                "External network "
                                        + row.getFloatingNetworkId()
                                        + " is not reachable from subnet "
                                        + subnet.getId()
                                        + ".  Therefore, cannot associate Port "
                                        + port.getId()
                                        + " with a Floating IP."));
    }

    static Refusal bad(String reason) {
        return Refusal.badRequest("BadRequest", "Bad floatingip request: " + reason + ".");
    }
}
