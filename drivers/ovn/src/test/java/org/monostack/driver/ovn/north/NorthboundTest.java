package org.monostack.driver.ovn.north;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.driver.ovn.north.Intents.group;
import static org.monostack.driver.ovn.north.Intents.network;
import static org.monostack.driver.ovn.north.Intents.port;
import static org.monostack.driver.ovn.north.Intents.router;
import static org.monostack.driver.ovn.north.Intents.subnet4;
import static org.monostack.driver.ovn.north.Intents.subnet6;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.monostack.driver.ovn.DatabaseServer;
import org.monostack.driver.ovn.ovsdb.OvsdbClient;
import org.monostack.driver.ovn.ovsdb.OvsdbTransaction;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.driver.ovn.ovsdb.Value;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.NetworkIntent.SubnetIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;

/** Intents against a real database server with OVN's schema. */
class NorthboundTest {

    private final UUID net = UUID.randomUUID();
    private final SubnetIntent subnet = subnet4("10.0.1.0/24");
    private DatabaseServer server;
    private OvsdbClient client;
    private Northbound north;

    @BeforeEach
    void start() throws IOException {
        server = new DatabaseServer();
        client =
                new OvsdbClient(
                                server.endpoint(),
                                NorthboundSchema.DATABASE,
                                NorthboundSchema.monitored(),
                                NorthboundSchema.TAG_KEYS)
                        .start();
        client.awaitReady(Duration.ofSeconds(10));
        north = new Northbound(client, List.of("host1"));
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aNetworkIsASwitchWithDhcpOptions() {
        assertThat(north.put(network(net, subnet))).isEqualTo(2);
        assertThat(north.put(network(net, subnet))).as("nothing to do").isZero();
        Row row = only("Logical_Switch");
        assertThat(row.string("name")).isEqualTo("neutron-" + net);
        assertThat(row.entry("external_ids", "neutron:revision_number")).contains("1");
        Row dhcp = only("DHCP_Options");
        assertThat(dhcp.string("cidr")).isEqualTo("10.0.1.0/24");
        assertThat(dhcp.map("options"))
                .containsEntry("router", "10.0.1.1")
                .containsEntry("server_id", "10.0.1.1")
                .containsEntry("mtu", "1442")
                .containsEntry("dns_server", "{192.0.2.53}")
                .containsEntry(
                        "classless_static_route",
                        "{169.254.169.254/32,10.0.1.2, 0.0.0.0/0,10.0.1.1}");
    }

    @Test
    void aRevisionAloneIsNoDifference() {
        PortIntent port = port(net, subnet, "10.0.1.11", Set.of());
        north.synchronise(topology(port));
        PortIntent shownAsActive = Intents.with(port, port.portSecurity(), List.of());
        assertThat(north.put(shownAsActive)).isZero();
        assertThat(north.differences(topology(shownAsActive))).isEmpty();
    }

    @Test
    void aRowOfNobodysIsFoundAndRemoved() {
        Topology wanted = topology();
        north.synchronise(wanted);
        OvsdbTransaction byHand = new OvsdbTransaction();
        var port = byHand.insert("Logical_Switch_Port", Map.of("name", Value.of("stray")));
        byHand.add("Logical_Switch", only("Logical_Switch").uuid(), "ports", Value.of(port));
        byHand.insert("Logical_Router", Map.of("name", Value.of("not ours")));
        client.transact(byHand);
        assertThat(north.differences(wanted))
                .containsExactly("Logical_Switch_Port/" + only("Logical_Switch_Port").uuid());
        assertThat(north.synchronise(wanted)).isEqualTo(1);
        assertThat(rows("Logical_Switch_Port")).isEmpty();
        assertThat(rows("Logical_Router")).hasSize(1);
        assertThat(north.differences(wanted)).isEmpty();
    }

    private Topology topology(PortIntent... ports) {
        return new Topology(List.of(network(net, subnet)), List.of(ports), List.of(), List.of());
    }

    @Test
    void aProviderNetworkHasALocalnetPortWithItsTag() {
        NetworkIntent provider =
                new NetworkIntent(
                        net,
                        "provider",
                        true,
                        Optional.of(new NetworkIntent.Provider("physnet1", Optional.of(42))),
                        1500,
                        List.of(),
                        3);
        north.put(provider);
        Row localnet = only("Logical_Switch_Port");
        assertThat(localnet.string("type")).isEqualTo("localnet");
        assertThat(localnet.number("tag")).contains(42L);
        assertThat(localnet.entry("options", "network_name")).contains("physnet1");
        north.put(network(net));
        assertThat(rows("Logical_Switch_Port")).as("no longer a provider network").isEmpty();
    }

    @Test
    void aPortMayComeBeforeItsNetworkAndGroup() {
        UUID sg = UUID.randomUUID();
        PortIntent port = port(net, subnet, "10.0.1.11", Set.of(sg));
        north.put(port);
        Row row = only("Logical_Switch_Port");
        assertThat(row.references("dhcpv4_options")).isEmpty();
        assertThat(rows("Port_Group"))
                .extracting(group -> group.string("name"))
                .containsExactlyInAnyOrder("neutron_pg_drop", Names.portGroup(sg));
        assertThat(rows("Port_Group"))
                .allSatisfy(
                        group -> assertThat(group.references("ports")).containsExactly(row.uuid()));

        north.put(network(net, subnet));
        Row linked = only("Logical_Switch_Port");
        assertThat(linked.references("dhcpv4_options"))
                .containsExactly(only("DHCP_Options").uuid());
        north.put(group(sg));
        assertThat(north.put(port)).isZero();
        assertThat(north.put(network(net, subnet))).isZero();
        assertThat(rows("Logical_Switch")).hasSize(1);
    }

    @Test
    void aPortSaysWhoItMayBe() {
        north.put(network(net, subnet));
        PortIntent port = port(net, subnet, "10.0.1.11", Set.of());
        north.put(port);
        Row row = only("Logical_Switch_Port");
        assertThat(row.strings("addresses")).containsExactly("fa:16:3e:00:00:01 10.0.1.11");
        assertThat(row.strings("port_security")).containsExactly("fa:16:3e:00:00:01 10.0.1.11");
        assertThat(row.entry("options", "requested-chassis")).contains("host1");

        north.put(
                Intents.with(
                        port,
                        true,
                        List.of(
                                new PortIntent.AddressPair("10.9.0.0/16", "fa:16:3e:00:00:01"),
                                new PortIntent.AddressPair("10.8.0.1", "FA:16:3E:00:00:99"))));
        row = only("Logical_Switch_Port");
        assertThat(row.strings("port_security"))
                .containsExactlyInAnyOrder(
                        "fa:16:3e:00:00:01 10.0.1.11 10.9.0.0/16", "fa:16:3e:00:00:99 10.8.0.1");
        assertThat(row.strings("addresses")).contains("fa:16:3e:00:00:99");

        north.put(Intents.with(port, false, List.of()));
        row = only("Logical_Switch_Port");
        assertThat(row.strings("port_security")).isEmpty();
        assertThat(row.strings("addresses")).contains("unknown");
        assertThat(rows("Port_Group"))
                .as("without port security it is in no group")
                .allSatisfy(group -> assertThat(group.references("ports")).isEmpty());
    }

    @Test
    void aPortChangesItsGroups() {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        north.put(network(net, subnet));
        PortIntent before = port(net, subnet, "10.0.1.11", Set.of(one));
        north.put(before);
        north.put(Intents.inGroups(before, Set.of(two)));
        assertThat(members(one)).isEmpty();
        assertThat(members(two)).hasSize(1);
        north.remove(IntentKind.PORT, before.id());
        assertThat(members(two)).isEmpty();
        assertThat(rows("Logical_Switch_Port")).isEmpty();
        assertThat(north.remove(IntentKind.PORT, before.id())).isZero();
    }

    @Test
    void extraDhcpOptionsExtendTheSubnets() {
        north.put(network(net, subnet));
        PortIntent port =
                Intents.withDhcp(
                        port(net, subnet, "10.0.1.11", Set.of()),
                        Map.of("bootfile-name", "pxe.0", "mtu", "1300", "unknown-one", "x"));
        north.put(port);
        Row own = dhcpOf(port);
        assertThat(own.map("options"))
                .containsEntry("bootfile_name", "\"pxe.0\"")
                .containsEntry("mtu", "1300")
                .containsEntry("router", "10.0.1.1");

        SubnetIntent changed =
                new SubnetIntent(
                        subnet.id(),
                        subnet.cidr(),
                        true,
                        Optional.of("10.0.1.254"),
                        subnet.metadataAddress(),
                        List.of(),
                        List.of(),
                        Optional.empty());
        north.put(network(net, changed));
        assertThat(dhcpOf(port).map("options"))
                .containsEntry("router", "10.0.1.254")
                .containsEntry("mtu", "1300")
                .doesNotContainKey("dns_server");
        assertThat(north.put(port)).isZero();

        north.put(Intents.withDhcp(port, Map.of("dhcp_disabled", "true")));
        assertThat(row(port).references("dhcpv4_options")).isEmpty();
        north.put(network(net, subnet));
        assertThat(row(port).references("dhcpv4_options")).isEmpty();
        assertThat(rows("DHCP_Options")).hasSize(1);
    }

    @Test
    void aSubnetWithoutDhcpAnswersNobody() {
        PortIntent port = port(net, subnet, "10.0.1.11", Set.of());
        north.put(network(net, subnet));
        north.put(port);
        north.put(network(net, Intents.withoutDhcp(subnet)));
        assertThat(row(port).references("dhcpv4_options")).isEmpty();
        assertThat(rows("DHCP_Options")).isEmpty();
    }

    @Test
    void aRouterHasEndsRoutesAndTranslations() {
        UUID external = UUID.randomUUID();
        north.put(network(net, subnet));
        RouterIntent router = router(net, external, "172.24.4.101");
        assertThat(north.put(router)).isPositive();
        assertThat(north.put(router)).isZero();
        Row row = only("Logical_Router");
        assertThat(row.references("ports")).hasSize(2);
        assertThat(rows("NAT"))
                .extracting(nat ->
                        nat.string("type")
                                + " "
                                + nat.string("external_ip")
                                + " "
                                + nat.string("logical_ip"))
                .containsExactlyInAnyOrder(
                        "snat 172.24.4.10 10.0.1.0/24", "dnat_and_snat 172.24.4.101 10.0.1.11");
        assertThat(rows("Logical_Router_Static_Route"))
                .extracting(r -> r.string("ip_prefix") + " " + r.string("nexthop"))
                .containsExactlyInAnyOrder("0.0.0.0/0 172.24.4.1", "192.168.0.0/16 10.0.1.9");
        assertThat(only("Gateway_Chassis").string("chassis_name")).isEqualTo("host1");
        assertThat(rows("Logical_Switch_Port"))
                .extracting(port -> port.string("type"))
                .containsExactly("router", "router");

        RouterIntent bare =
                new RouterIntent(
                        router.id(),
                        "r",
                        true,
                        router.interfaces(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        2);
        north.put(bare);
        assertThat(rows("NAT")).isEmpty();
        assertThat(rows("Gateway_Chassis")).isEmpty();
        assertThat(rows("Logical_Switch_Port")).hasSize(1);
        north.remove(IntentKind.ROUTER, router.id());
        assertThat(rows("Logical_Router")).isEmpty();
        assertThat(rows("Logical_Router_Port")).isEmpty();
        assertThat(rows("Logical_Switch_Port")).isEmpty();
    }

    @Test
    void aServersPortMayBecomeARouters() {
        north.put(network(net, subnet));
        UUID sg = UUID.randomUUID();
        PortIntent port = port(net, subnet, "10.0.1.1", Set.of(sg));
        north.put(port);
        north.put(Intents.routerWith(port, "10.0.1.1/24"));
        north.remove(IntentKind.PORT, port.id());
        Row row = row(port);
        assertThat(row.string("type")).isEqualTo("router");
        assertThat(row.strings("port_security")).isEmpty();
        assertThat(row.references("dhcpv4_options")).isEmpty();
        assertThat(members(sg)).isEmpty();
    }

    @Test
    void whatOvnRefusesDoesNotStopTheRest() {
        NetworkIntent impossible =
                new NetworkIntent(
                        UUID.randomUUID(),
                        "impossible",
                        true,
                        Optional.of(new NetworkIntent.Provider("p", Optional.of(99999))),
                        1500,
                        List.of(),
                        1);
        assertThat(
                        north.synchronise(
                                new Topology(
                                        List.of(impossible, network(net, subnet)),
                                        List.of(),
                                        List.of(),
                                        List.of())))
                .isPositive();
        assertThat(only("Logical_Switch").string("name")).isEqualTo("neutron-" + net);
    }

    @Test
    void routersAdvertiseAsSubnetsAsk() {
        SubnetIntent slaac = subnet6("fd00:1::/64", "slaac");
        RouterIntent router = Intents.router6(net, "fd00:1::1/64");
        north.put(router);
        assertThat(only("Logical_Router_Port").map("ipv6_ra_configs")).isEmpty();
        north.put(network(net, slaac));
        assertThat(only("Logical_Router_Port").map("ipv6_ra_configs"))
                .containsEntry("address_mode", "slaac")
                .containsEntry("send_periodic", "true");
        assertThat(north.put(router)).isZero();
        SubnetIntent stateful =
                new SubnetIntent(
                        slaac.id(),
                        slaac.cidr(),
                        true,
                        slaac.gateway(),
                        Optional.empty(),
                        List.of("2001:db8::53", "192.0.2.53"),
                        List.of(),
                        Optional.of("dhcpv6-stateful"));
        north.put(network(net, stateful));
        assertThat(only("Logical_Router_Port").map("ipv6_ra_configs"))
                .containsEntry("address_mode", "dhcpv6_stateful");
        assertThat(only("DHCP_Options").map("options"))
                .containsEntry("dns_server", "{2001:db8::53}")
                .containsEntry("domain_search", "\"openstacklocal\"");
    }

    @Test
    void groupsHaveOneAclPerRule() {
        SecurityGroupIntent group = group(UUID.randomUUID(), Intents.tcp(22), Intents.tcp(80));
        north.put(group);
        assertThat(rows("ACL")).hasSize(2);
        north.put(new SecurityGroupIntent(group.id(), "g", false, List.of(Intents.tcp(22)), 2));
        assertThat(only("ACL").string("action")).isEqualTo("allow-stateless");
        assertThat(only("ACL").number("priority")).contains(1002L);
        north.remove(IntentKind.SECURITY_GROUP, group.id());
        assertThat(rows("ACL")).isEmpty();
    }

    @Test
    void synchroniseRepairsBothWays() {
        OvsdbTransaction foreign = new OvsdbTransaction();
        foreign.insert("Logical_Switch", Map.of("name", Value.of("not ours")));
        client.transact(foreign);
        UUID external = UUID.randomUUID();
        UUID sg = UUID.randomUUID();
        PortIntent port = port(net, subnet, "10.0.1.11", Set.of(sg));
        Topology topology =
                new Topology(
                        List.of(network(net, subnet), network(external)),
                        List.of(port),
                        List.of(router(net, external, "172.24.4.101")),
                        List.of(group(sg, Intents.tcp(22))));
        assertThat(north.synchronise(topology)).isPositive();
        assertThat(north.synchronise(topology)).isZero();

        UUID ghost = UUID.randomUUID();
        north.put(network(ghost, subnet4("10.7.0.0/24")));
        north.put(group(UUID.randomUUID(), Intents.tcp(1)));
        client.transact(
                new OvsdbTransaction()
                        .update(
                                "Logical_Switch_Port",
                                row(port).uuid(),
                                Map.of("addresses", Value.of("tampered"))));
        UUID drop =
                rows("ACL").stream()
                        .filter(acl -> acl.string("action").equals("drop"))
                        .findFirst()
                        .orElseThrow()
                        .uuid();
        Row dropGroup =
                rows("Port_Group").stream()
                        .filter(g -> g.string("name").equals("neutron_pg_drop"))
                        .findFirst()
                        .orElseThrow();
        client.transact(
                new OvsdbTransaction()
                        .take("Port_Group", dropGroup.uuid(), "acls", Value.of(drop)));

        assertThat(north.synchronise(topology)).isPositive();
        assertThat(north.synchronise(topology)).isZero();
        assertThat(row(port).strings("addresses")).doesNotContain("tampered");
        assertThat(rows("Logical_Switch"))
                .extracting(row -> row.string("name"))
                .contains("not ours")
                .doesNotContain("neutron-" + ghost);

        north.synchronise(new Topology(List.of(), List.of(), List.of(), List.of()));
        assertThat(rows("Logical_Switch")).hasSize(1);
        assertThat(rows("Logical_Router")).isEmpty();
        assertThat(rows("Logical_Switch_Port")).isEmpty();
        assertThat(rows("DHCP_Options")).isEmpty();
        assertThat(rows("Port_Group")).hasSize(1);
    }

    @Test
    void metadataPortsBringTheirPrefixLengths() {
        PortIntent port = Intents.metadata(net, subnet, "10.0.1.2");
        north.put(port);
        north.put(network(net, subnet));
        assertThat(only("Logical_Switch_Port").string("type")).isEqualTo("localport");
        assertThat(north.metadataPort(net))
                .contains(
                        new Northbound.MetadataPort(
                                port.id(), "fa:16:3e:00:00:02", List.of("10.0.1.2/24")));
        assertThat(north.metadataPort(UUID.randomUUID())).isEmpty();
    }

    @Test
    void twoHundredPortsAreQuick() {
        north.put(network(net, subnet));
        UUID sg = UUID.randomUUID();
        long start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            north.put(port(net, subnet, "10.0.1." + (i + 20), Set.of(sg)));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(members(sg)).hasSize(200);
    }

    private Row row(PortIntent port) {
        return rows("Logical_Switch_Port").stream()
                .filter(row -> row.string("name").equals(port.id().toString()))
                .findFirst()
                .orElseThrow();
    }

    private Row dhcpOf(PortIntent port) {
        UUID options = row(port).references("dhcpv4_options").iterator().next();
        return client.replica().row("DHCP_Options", options).orElseThrow();
    }

    private Set<UUID> members(UUID group) {
        return rows("Port_Group").stream()
                .filter(row -> row.string("name").equals(Names.portGroup(group)))
                .findFirst()
                .orElseThrow()
                .references("ports");
    }

    private List<Row> rows(String table) {
        return client.replica().rows(table);
    }

    private Row only(String table) {
        assertThat(rows(table)).hasSize(1);
        return rows(table).getFirst();
    }
}
