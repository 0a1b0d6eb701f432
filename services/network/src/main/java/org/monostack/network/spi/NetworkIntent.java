package org.monostack.network.spi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One network with its subnets.
 *
 * @param provider how it meets the physical world; empty for a tunnelled (Geneve) tenant network
 * @param mtu bytes, as offered to guests
 * @param revision the network's revision number; stored beside the rows it made
 */
public record NetworkIntent(
        UUID id,
        String name,
        boolean adminStateUp,
        Optional<Provider> provider,
        int mtu,
        List<SubnetIntent> subnets,
        long revision) {

    /**
     * A physical network behind a bridge mapping.
     *
     * @param vlan the VLAN tag; empty for a flat network
     */
    public record Provider(String physicalNetwork, Optional<Integer> vlan) {}

    /**
     * One subnet. Addresses are in text form, {@code cidr} as 10.0.0.0/24 or fd00::/64.
     *
     * @param gateway the router's address offered by DHCP; empty: none offered
     * @param metadataAddress the address of the metadata port that DHCP routes 169.254.169.254
     *     through; empty when the subnet has no DHCP
     * @param ipv6Mode Neutron's ipv6_address_mode (slaac, dhcpv6-stateful, dhcpv6-stateless)
     */
    public record SubnetIntent(
            UUID id,
            String cidr,
            boolean dhcp,
            Optional<String> gateway,
            Optional<String> metadataAddress,
            List<String> dnsServers,
            List<Route> hostRoutes,
            Optional<String> ipv6Mode) {}

    /** A static route. */
    public record Route(String destination, String nexthop) {}
}
