package org.monostack.network;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How networks are made.
 *
 * @param physicalMtu bytes that the underlying network carries; Geneve costs 58 of them
 * @param bridgeMappings physical network name to bridge
 * @param vlanRanges which VLAN tags tenant networks may take, per physical network
 * @param tenantVlans whether tenant networks are VLANs (from {@code vlanRanges}) and not Geneve
 * @param dnsServers given to guests of subnets that name none
 * @param availabilityZone the one zone of networks and routers
 * @param host this host's name, as agents and bindings show it
 * @param synchroniseEvery how often everything is compared with the data plane
 */
public record NetworkConfig(
        int physicalMtu,
        Map<String, String> bridgeMappings,
        List<VlanRange> vlanRanges,
        boolean tenantVlans,
        List<String> dnsServers,
        String availabilityZone,
        String host,
        Duration synchroniseEvery) {

    /** What Geneve's, UDP's and IP's headers take from each packet. */
    public static final int GENEVE_OVERHEAD = 58;

    public NetworkConfig {
        bridgeMappings = Map.copyOf(bridgeMappings);
        vlanRanges = List.copyOf(vlanRanges);
        dnsServers = List.copyOf(dnsServers);
    }

    /** One machine with br-ex behind physical network {@code public}. */
    public static NetworkConfig defaults(String host) {
        return new NetworkConfig(
                1500,
                Map.of("public", "br-ex"),
                List.of(),
                false,
                List.of(),
                "nova",
                host,
                Duration.ofMinutes(5));
    }

    /** VLAN tags of one physical network, both ends included. */
    public record VlanRange(String physicalNetwork, int first, int last) {}

    /** The range of a physical network, if it has one. */
    public Optional<VlanRange> vlanRange(String physicalNetwork) {
        return vlanRanges.stream()
                .filter(range -> range.physicalNetwork().equals(physicalNetwork))
                .findFirst();
    }

    /** The MTU offered on a network of this type. */
    public int mtu(String networkType) {
        return networkType.equals("geneve") ? physicalMtu - GENEVE_OVERHEAD : physicalMtu;
    }
}
