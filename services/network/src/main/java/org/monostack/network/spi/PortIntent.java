package org.monostack.network.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One port that carries a device: a server's interface, or the network's own metadata/DHCP port.
 * Router ports are part of {@link RouterIntent} and never appear here.
 *
 * @param securityGroups the groups that filter it; with port security and no group, all but DHCP is
 *     dropped
 * @param portSecurity false: no filter and no anti-spoofing
 * @param dhcpOptions Neutron's extra_dhcp_opts for this port, name to value
 * @param host the host it is bound to, empty while unbound
 */
public record PortIntent(
        UUID id,
        UUID network,
        Kind kind,
        String mac,
        List<FixedIp> fixedIps,
        boolean adminStateUp,
        boolean portSecurity,
        Set<UUID> securityGroups,
        List<AddressPair> allowedAddressPairs,
        Map<String, String> dhcpOptions,
        Optional<String> host,
        int mtu,
        long revision) {

    /** What the port is for. */
    public enum Kind {
        /** Carries a server or another device. */
        DEVICE,
        /** The network's DHCP and metadata address (device_owner network:distributed). */
        METADATA
    }

    public record FixedIp(UUID subnet, String address) {}

    public record AddressPair(String cidr, String mac) {}
}
