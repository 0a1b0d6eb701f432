package org.monostack.network;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A port as the server that owns it sees it: all that addresses, metadata, config drive and domain
 * need.
 *
 * @param networkName the network's name, the key of a server's {@code addresses}
 * @param mtu bytes, as offered to the guest
 * @param vnicType Neutron's binding:vnic_type, {@code normal} as a rule
 * @param preserveOnDelete whether the user made the port, so that it outlives the server
 * @param active whether Neutron says ACTIVE, that is, the data plane serves it
 * @param tag the device tag the request gave
 */
public record ServerPort(
        UUID portId,
        UUID networkId,
        String networkName,
        String portName,
        String mac,
        List<FixedIp> fixedIps,
        List<FloatingAddress> floatingIps,
        int mtu,
        List<SecurityGroup> securityGroups,
        String vnicType,
        boolean preserveOnDelete,
        boolean active,
        Optional<String> tag) {

    public ServerPort {
        fixedIps = List.copyOf(fixedIps);
        floatingIps = List.copyOf(floatingIps);
        securityGroups = List.copyOf(securityGroups);
    }

    /**
     * An address with what its subnet offers.
     *
     * @param version 4 or 6
     * @param cidr the subnet, such as 10.0.0.0/24
     * @param dhcp whether the subnet hands out addresses by DHCP
     * @param ipv6Mode Neutron's ipv6_address_mode, for version 6
     */
    public record FixedIp(
            UUID subnetId,
            String address,
            int version,
            String cidr,
            Optional<String> gateway,
            List<String> dnsServers,
            List<Route> hostRoutes,
            boolean dhcp,
            Optional<String> ipv6Mode) {}

    /** A static route offered to the guest. */
    public record Route(String destination, String nexthop) {}

    /** A floating address and the fixed one behind it. */
    public record FloatingAddress(String address, String fixedAddress) {}

    public record SecurityGroup(UUID id, String name) {}
}
