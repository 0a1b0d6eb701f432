package org.monostack.network.spi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One router with its interfaces, gateway, routes and floating IPs.
 *
 * @param sourceNat the networks (cidr) that leave through the gateway under its address; empty when
 *     SNAT is off
 */
public record RouterIntent(
        UUID id,
        String name,
        boolean adminStateUp,
        List<Interface> interfaces,
        Optional<Gateway> gateway,
        List<String> sourceNat,
        List<NetworkIntent.Route> routes,
        List<FloatingIp> floatingIps,
        long revision) {

    /**
     * An internal interface.
     *
     * @param addresses with prefix length, as 10.0.0.1/24
     */
    public record Interface(UUID port, UUID network, String mac, List<String> addresses, int mtu) {}

    /**
     * The way out.
     *
     * @param addresses with prefix length
     * @param nexthops the external subnets' gateways
     */
    public record Gateway(
            UUID port,
            UUID network,
            String mac,
            List<String> addresses,
            List<String> nexthops,
            int mtu) {}

    /** A one-to-one translation between an external and a fixed address. */
    public record FloatingIp(UUID id, String address, String fixedAddress, UUID port, String mac) {}
}
