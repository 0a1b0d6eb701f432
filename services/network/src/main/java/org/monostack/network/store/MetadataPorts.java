package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.PORT;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.platform.database.Transaction;

/**
 * The port through which a network's guests reach DHCP and metadata: one per network that has an
 * IPv4 subnet with DHCP, with an address on each of those. It belongs to no project and counts for
 * no quota.
 */
public final class MetadataPorts {
    private final Ports ports;

    public MetadataPorts(Ports ports) {
        this.ports = ports;
    }

    /** Makes the port what the network's subnets need now. The network's row is locked. */
    public void ensure(Transaction tx, NetworkRecord network) {
        List<SubnetRecord> served =
                Ports.subnets(tx, network.getId()).stream()
                        .filter(subnet -> subnet.getEnableDhcp() && subnet.getIpVersion() == 4)
                        .toList();
        Optional<PortRecord> known = find(tx, network.getId());
        if (served.isEmpty()) {
            known.ifPresent(port -> ports.delete(tx, port));
            return;
        }
        PortRecord port;
        if (known.isPresent()) {
            port = known.get();
        } else {
            port = Ports.blank(tx, network, "");
            port.setDeviceOwner(Ports.METADATA);
            port.setDeviceId("ovnmeta-" + network.getId());
            port.setPortSecurityEnabled(false);
            ports.insert(tx, port, Optional.of(List.of()), List.of());
        }
        List<IpAllocationRecord> addresses = Addresses.ofPort(tx, port.getId());
        Set<String> wanted = served.stream().map(SubnetRecord::getId).collect(Collectors.toSet());
        Set<String> present =
                addresses.stream().map(IpAllocationRecord::getSubnetId).collect(Collectors.toSet());
        for (IpAllocationRecord address : addresses) {
            if (!wanted.contains(address.getSubnetId())) {
                address.delete();
            }
        }
        int position = addresses.size();
        for (SubnetRecord subnet : served) {
            if (!present.contains(subnet.getId())) {
                // A full pool leaves the subnet without metadata, not the user without a subnet.
                Addresses.takeLowest(tx, subnet, port.getId(), position++);
            }
        }
        ports.mark(tx, port);
    }

    /** Lets go of the address on a subnet that is about to be deleted. */
    public static void leave(Transaction tx, SubnetRecord subnet) {
        find(tx, subnet.getNetworkId())
                .ifPresent(port ->
                        tx.sql()
                                .deleteFrom(IP_ALLOCATION)
                                .where(
                                        IP_ALLOCATION.PORT_ID.eq(port.getId()),
                                        IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()))
                                .execute());
    }

    public static Optional<PortRecord> find(Transaction tx, String network) {
        return tx.sql()
                .selectFrom(PORT)
                .where(PORT.NETWORK_ID.eq(network), PORT.DEVICE_OWNER.eq(Ports.METADATA))
                .fetchOptional();
    }
}
