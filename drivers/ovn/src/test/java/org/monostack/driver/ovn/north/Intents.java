package org.monostack.driver.ovn.north;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.NetworkIntent.SubnetIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.SecurityGroupIntent.Rule;

/** Small intents for tests. */
final class Intents {

    private Intents() {}

    static SubnetIntent subnet4(String cidr) {
        String base = cidr.substring(0, cidr.lastIndexOf('.'));
        return new SubnetIntent(
                UUID.randomUUID(),
                cidr,
                true,
                Optional.of(base + ".1"),
                Optional.of(base + ".2"),
                List.of("192.0.2.53"),
                List.of(),
                Optional.empty());
    }

    static SubnetIntent subnet6(String cidr, String mode) {
        return new SubnetIntent(
                UUID.randomUUID(),
                cidr,
                true,
                Optional.of(cidr.replace("/64", "1")),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(mode));
    }

    static SubnetIntent withoutDhcp(SubnetIntent subnet) {
        return new SubnetIntent(
                subnet.id(),
                subnet.cidr(),
                false,
                subnet.gateway(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    static NetworkIntent network(UUID id, SubnetIntent... subnets) {
        return new NetworkIntent(id, "net", true, Optional.empty(), 1442, List.of(subnets), 1);
    }

    static PortIntent port(UUID network, SubnetIntent subnet, String address, Set<UUID> groups) {
        return new PortIntent(
                UUID.randomUUID(),
                network,
                PortIntent.Kind.DEVICE,
                "fa:16:3e:00:00:01",
                List.of(new PortIntent.FixedIp(subnet.id(), address)),
                true,
                true,
                groups,
                List.of(),
                Map.of(),
                Optional.of("host1"),
                1442,
                1);
    }

    static PortIntent metadata(UUID network, SubnetIntent subnet, String address) {
        return new PortIntent(
                UUID.randomUUID(),
                network,
                PortIntent.Kind.METADATA,
                "fa:16:3e:00:00:02",
                List.of(new PortIntent.FixedIp(subnet.id(), address)),
                true,
                false,
                Set.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                1442,
                1);
    }

    static PortIntent with(
            PortIntent port, boolean portSecurity, List<PortIntent.AddressPair> pairs) {
        return new PortIntent(
                port.id(),
                port.network(),
                port.kind(),
                port.mac(),
                port.fixedIps(),
                port.adminStateUp(),
                portSecurity,
                port.securityGroups(),
                pairs,
                port.dhcpOptions(),
                port.host(),
                port.mtu(),
                port.revision() + 1);
    }

    static PortIntent inGroups(PortIntent port, Set<UUID> groups) {
        return new PortIntent(
                port.id(),
                port.network(),
                port.kind(),
                port.mac(),
                port.fixedIps(),
                port.adminStateUp(),
                port.portSecurity(),
                groups,
                port.allowedAddressPairs(),
                port.dhcpOptions(),
                port.host(),
                port.mtu(),
                port.revision());
    }

    static PortIntent withDhcp(PortIntent port, Map<String, String> options) {
        return new PortIntent(
                port.id(),
                port.network(),
                port.kind(),
                port.mac(),
                port.fixedIps(),
                port.adminStateUp(),
                port.portSecurity(),
                port.securityGroups(),
                port.allowedAddressPairs(),
                options,
                port.host(),
                port.mtu(),
                port.revision());
    }

    static RouterIntent router(UUID internal, UUID external, String floatingIp) {
        return new RouterIntent(
                UUID.randomUUID(),
                "r",
                true,
                List.of(
                        new RouterIntent.Interface(
                                UUID.randomUUID(),
                                internal,
                                "fa:16:3e:00:01:01",
                                List.of("10.0.1.1/24"),
                                1442)),
                Optional.of(
                        new RouterIntent.Gateway(
                                UUID.randomUUID(),
                                external,
                                "fa:16:3e:00:01:02",
                                List.of("172.24.4.10/24"),
                                List.of("172.24.4.1"),
                                1500)),
                List.of("10.0.1.0/24"),
                List.of(new NetworkIntent.Route("192.168.0.0/16", "10.0.1.9")),
                List.of(
                        new RouterIntent.FloatingIp(
                                UUID.randomUUID(),
                                floatingIp,
                                "10.0.1.11",
                                UUID.randomUUID(),
                                "fa:16:3e:00:01:03")),
                1);
    }

    static RouterIntent routerWith(PortIntent port, String address) {
        return new RouterIntent(
                UUID.randomUUID(),
                "r",
                true,
                List.of(
                        new RouterIntent.Interface(
                                port.id(), port.network(), port.mac(), List.of(address), 1442)),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                1);
    }

    static RouterIntent router6(UUID internal, String address) {
        return new RouterIntent(
                UUID.randomUUID(),
                "r6",
                true,
                List.of(
                        new RouterIntent.Interface(
                                UUID.randomUUID(),
                                internal,
                                "fa:16:3e:00:01:01",
                                List.of(address),
                                1442)),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                1);
    }

    static SecurityGroupIntent group(UUID id, Rule... rules) {
        return new SecurityGroupIntent(id, "group", true, List.of(rules), 1);
    }

    static Rule tcp(int port) {
        return rule(true, false, "tcp", port, port, "0.0.0.0/0", Optional.empty());
    }

    static Rule rule(
            boolean ingress,
            boolean ipv6,
            String protocol,
            int least,
            int most,
            String remote,
            Optional<UUID> remoteGroup) {
        return new Rule(
                UUID.nameUUIDFromBytes(
                        (protocol + least + remote)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                ingress,
                ipv6,
                Optional.of(protocol).filter(p -> !p.isEmpty()),
                Optional.of(least).filter(p -> p >= 0),
                Optional.of(most).filter(p -> p >= 0),
                Optional.of(remote).filter(r -> !r.isEmpty()),
                remoteGroup);
    }
}
