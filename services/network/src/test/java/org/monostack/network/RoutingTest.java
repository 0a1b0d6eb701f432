package org.monostack.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.platform.http.Caller;
import org.monostack.platform.testing.TokenTable;
import tools.jackson.databind.JsonNode;

/** Ports, routers, floating IPs, security groups, and what compute asks. */
class RoutingTest {
    private static NetworkFixture cloud;
    private static String publicNetwork;

    @BeforeAll
    static void start() {
        cloud = new NetworkFixture();
        publicNetwork = cloud.publicNetwork();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static Caller caller() {
        return TokenTable.caller("user", cloud.project, "member", "reader");
    }

    @Test
    void aRouterLeadsASubnetOutside() {
        String network = cloud.network("'name': 'private'");
        String made = cloud.router(publicNetwork);
        cloud.connect(made, cloud.subnet(network, "10.11.12.0/24"));
        UUID router = UUID.fromString(made);
        NetworkFixture.await(() ->
                cloud.driver
                        .find(router, RouterIntent.class)
                        .filter(r -> r.interfaces().size() == 1)
                        .isPresent());
        RouterIntent intent = cloud.driver.find(router, RouterIntent.class).orElseThrow();
        assertThat(intent.interfaces().getFirst().addresses()).containsExactly("10.11.12.1/24");
        assertThat(intent.sourceNat()).containsExactly("10.11.12.0/24");
        assertThat(intent.gateway().orElseThrow().nexthops()).containsExactly("192.168.31.1");
        cloud.member.delete("/v2.0/routers/" + router).expect(409);
    }

    private long waiting(UUID resource) {
        return cloud.database.reading(tx ->
                tx.sql()
                        .fetchOne(
                                "select count(*) from network.pending_change where resource_id = ?",
                                resource.toString())
                        .get(0, Long.class));
    }

    @Test
    void aFloatingIpLeadsToAServersPortAndGoesWithIt() {
        String network = cloud.network("'name': 'f'");
        String subnet = cloud.subnet(network, "10.20.0.0/24");
        String router = cloud.router(publicNetwork);
        cloud.connect(router, subnet);
        cloud.member
                .put(
                        "/v2.0/routers/" + router + "/add_router_interface",
                        "{'subnet_id': '" + subnet + "'}")
                .expect(400);
        UUID server = UUID.randomUUID();
        Networks networks = cloud.module.networks();
        ServerPort port =
                cloud.database
                        .inTransaction(tx -> {
                            networks.allocate(
                                    tx,
                                    caller(),
                                    server,
                                    List.of(
                                            new NetworkRequest.OnNetwork(
                                                    UUID.fromString(network),
                                                    Optional.empty(),
                                                    Optional.empty())),
                                    List.of(),
                                    Optional.of("host-1"),
                                    "nova");
                            return networks.ofServer(tx, server);
                        })
                        .getFirst();
        assertThat(
                        cloud.database.<List<ServerLink>>inTransaction(
                                tx -> networks.linksOf(tx, server)))
                .containsExactly(new ServerLink(port.portId(), port.mac(), port.mtu()));
        assertThat(port.fixedIps()).hasSize(1);
        assertThat(port.mac()).startsWith("fa:16:3e:");
        assertThat(port.securityGroups()).extracting("name").containsExactly("default");
        // Who plugs it realises it; until then it waits, should nobody come.
        assertThat(cloud.driver.find(port.portId(), PortIntent.class)).isEmpty();
        assertThat(waiting(port.portId())).isEqualTo(1);
        assertThat(networks.plug(port.portId())).isEqualTo(networks.device(port.portId()));
        assertThat(waiting(port.portId())).isZero();
        assertThat(networks.isUp(port.portId())).isTrue();
        assertThat(cloud.driver.find(port.portId(), PortIntent.class)).isPresent();
        JsonNode seen =
                cloud.member.get("/v2.0/ports/" + port.portId()).expect(200).json().path("port");
        assertThat(seen.path("status").stringValue()).isEqualTo("ACTIVE");
        assertThat(seen.path("device_owner").stringValue()).isEqualTo("compute:nova");

        JsonNode floating =
                cloud.member
                        .post(
                                "/v2.0/floatingips",
                                "{'floatingip': {'floating_network_id': '"
                                        + publicNetwork
                                        + "', 'port_id': '"
                                        + port.portId()
                                        + "'}}")
                        .expect(201)
                        .json()
                        .path("floatingip");
        assertThat(floating.path("router_id").stringValue()).isEqualTo(router);
        assertThat(floating.path("floating_ip_address").stringValue()).startsWith("192.168.31.1");
        String id = floating.path("id").stringValue();
        NetworkFixture.await(() ->
                cloud.member
                        .get("/v2.0/floatingips/" + id)
                        .json()
                        .path("floatingip")
                        .path("status")
                        .stringValue()
                        .equals("ACTIVE"));
        assertThat(
                        cloud.driver
                                .find(UUID.fromString(router), RouterIntent.class)
                                .orElseThrow()
                                .floatingIps())
                .hasSize(1);
        cloud.member
                .put("/v2.0/routers/" + router, "{'router': {'external_gateway_info': null}}")
                .expect(409);
        cloud.member
                .put(
                        "/v2.0/routers/" + router + "/remove_router_interface",
                        "{'subnet_id': '" + subnet + "'}")
                .expect(409);
        assertThat(
                        cloud.database
                                .inTransaction(tx -> networks.ofServer(tx, server))
                                .getFirst()
                                .floatingIps())
                .hasSize(1);
        Optional<UUID> found =
                cloud.database.inTransaction(tx ->
                        networks.serverAt(
                                tx,
                                UUID.fromString(network),
                                port.fixedIps().getFirst().address()));
        assertThat(found).contains(server);

        cloud.database.run(tx -> networks.release(tx, server));
        cloud.member.get("/v2.0/ports/" + port.portId()).expect(404);
        JsonNode freed = cloud.member.get("/v2.0/floatingips/" + id).json().path("floatingip");
        assertThat(freed.path("port_id").isNull()).isTrue();
        assertThat(freed.path("status").stringValue()).isEqualTo("DOWN");
        cloud.member.delete("/v2.0/floatingips/" + id).expect(204);
        cloud.member
                .put(
                        "/v2.0/routers/" + router + "/remove_router_interface",
                        "{'subnet_id': '" + subnet + "'}")
                .expect(200);
        cloud.member.delete("/v2.0/routers/" + router).expect(204);
        NetworkFixture.await(
                () -> cloud.driver.find(UUID.fromString(router), RouterIntent.class).isEmpty());
    }

    @Test
    void addressesAreUniqueHoweverManyAskAtOnceAndThePoolRunsDry() throws Exception {
        String network = cloud.network("'name': 'full'");
        cloud.subnet(network, "10.30.0.0/28");
        Set<String> addresses = ConcurrentHashMap.newKeySet();
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 14; i++) {
                executor.submit(() -> {
                    var answer =
                            cloud.member.post(
                                    "/v2.0/ports", "{'port': {'network_id': '" + network + "'}}");
                    statuses.add(answer.status());
                    if (answer.status() == 201) {
                        addresses.add(
                                answer.json()
                                        .path("port")
                                        .path("fixed_ips")
                                        .get(0)
                                        .path("ip_address")
                                        .stringValue());
                    }
                });
            }
        }
        // 14 hosts, less gateway and metadata port.
        assertThat(addresses).hasSize(12);
        assertThat(statuses).isEqualTo(new HashSet<>(List.of(201, 409)));
    }

    @Test
    void portsAreChecked() {
        String network = cloud.network("'name': 'ports'");
        String subnet = cloud.subnet(network, "10.40.0.0/24");
        String start = "{'port': {'network_id': '" + network + "', ";
        cloud.member.post("/v2.0/ports", "{'port': {}}").expect(400);
        cloud.member
                .post("/v2.0/ports", "{'port': {'network_id': '" + UUID.randomUUID() + "'}}")
                .expect(404);
        cloud.member
                .post("/v2.0/ports", start + "'fixed_ips': [{'ip_address': '10.41.0.1'}]}}")
                .expect(400);
        cloud.member
                .post("/v2.0/ports", start + "'fixed_ips': [{'ip_address': 'x'}]}}")
                .expect(400);
        cloud.member.post("/v2.0/ports", start + "'mac_address': 'zz'}}").expect(400);
        cloud.member.post("/v2.0/ports", start + "'binding:host_id': 'h'}}").expect(403);
        cloud.member
                .post("/v2.0/ports", start + "'security_groups': ['" + UUID.randomUUID() + "']}}")
                .expect(404);
        JsonNode port =
                cloud.member
                        .post(
                                "/v2.0/ports",
                                start
                                        + "'fixed_ips': [{'subnet_id': '"
                                        + subnet
                                        + "', 'ip_address': '10.40.0.9'}],"
                                        + " 'mac_address': 'AA:BB:CC:00:00:01'}}")
                        .expect(201)
                        .json()
                        .path("port");
        assertThat(port.path("mac_address").stringValue()).isEqualTo("aa:bb:cc:00:00:01");
        cloud.member
                .post("/v2.0/ports", start + "'mac_address': 'aa:bb:cc:00:00:01'}}")
                .expect(409);
        cloud.member
                .post("/v2.0/ports", start + "'fixed_ips': [{'ip_address': '10.40.0.9'}]}}")
                .expect(409);
        String id = port.path("id").stringValue();
        JsonNode moved =
                cloud.member
                        .put(
                                "/v2.0/ports/" + id,
                                "{'port': {'fixed_ips': [{'ip_address': '10.40.0.10'},"
                                        + " {'ip_address': '10.40.0.9'}], 'name': 'two'}}")
                        .expect(200)
                        .json()
                        .path("port");
        assertThat(moved.path("fixed_ips")).hasSize(2);
        assertThat(
                        cloud.member
                                .get("/v2.0/ports?fixed_ips=ip_address%3D10.40.0.10")
                                .expect(200)
                                .json()
                                .path("ports"))
                .hasSize(1);
        cloud.other.get("/v2.0/ports/" + id).expect(404);
        cloud.member.delete("/v2.0/subnets/" + subnet).expect(409);
        cloud.member.delete("/v2.0/networks/" + network).expect(409);
        cloud.member.delete("/v2.0/ports/" + id).expect(204);
        cloud.member.delete("/v2.0/networks/" + network).expect(204);
    }

    @Test
    void aPortCannotPassForOneOfTheServiceOrOfAForeignRouter() {
        String network = cloud.network("'name': 'disguise'");
        String start = "{'port': {'network_id': '" + network + "', 'device_owner': 'network:";
        String router = NetworkFixture.create(cloud.other, "routers", "router", "'name': 'r'");
        cloud.member.post("/v2.0/ports", start + "distributed'}}").expect(400);
        cloud.member
                .post("/v2.0/ports", start + "router_interface', 'device_id': '" + router + "'}}")
                .expect(409);
    }

    @Test
    void slaacAddressesFollowFromTheMacAddress() {
        String network = cloud.network("'name': 'v6'");
        NetworkFixture.create(
                cloud.member,
                "subnets",
                "subnet",
                "'network_id': '"
                        + network
                        + "', 'ip_version': 6, 'cidr': 'fd00:0:0:1::/64', 'ipv6_ra_mode':"
                        + " 'slaac', 'ipv6_address_mode': 'slaac'");
        JsonNode port =
                cloud.member
                        .post(
                                "/v2.0/ports",
                                "{'port': {'network_id': '"
                                        + network
                                        + "', 'mac_address': 'fa:16:3e:00:00:01'}}")
                        .expect(201)
                        .json()
                        .path("port");
        assertThat(port.path("fixed_ips").get(0).path("ip_address").stringValue())
                .isEqualTo("fd00::1:f816:3eff:fe00:1");
    }

    @Test
    void securityGroupsHaveADefaultAndTheirRulesAreChecked() {
        JsonNode groups =
                cloud.member
                        .get("/v2.0/security-groups?name=default")
                        .expect(200)
                        .json()
                        .path("security_groups");
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).path("security_group_rules")).hasSize(4);
        cloud.member
                .post("/v2.0/security-groups", "{'security_group': {'name': 'default'}}")
                .expect(409);
        cloud.member
                .delete("/v2.0/security-groups/" + groups.get(0).path("id").stringValue())
                .expect(409);
        String id =
                NetworkFixture.create(
                        cloud.member, "security-groups", "security_group", "'name': 'web'");
        String start =
                "{'security_group_rule': {'security_group_id': '"
                        + id
                        + "', 'direction': 'ingress', ";
        for (String bad :
                new String[] {
                    "'protocol': 'nonsense'",
                    "'port_range_min': 80, 'port_range_max': 80",
                    "'protocol': 'tcp', 'port_range_min': 90, 'port_range_max': 80",
                    "'protocol': 'tcp', 'port_range_min': 80",
                    "'protocol': 'tcp', 'port_range_min': -5, 'port_range_max': 80",
                    "'protocol': 'icmp', 'port_range_min': 256",
                    "'protocol': 'icmp', 'port_range_max': 1",
                    "'ethertype': 'IPv7'",
                    "'remote_ip_prefix': '::/0'",
                    "'remote_ip_prefix': '10.0.0.0/8', 'remote_group_id': '" + id + "'",
                    "'protocol': 'ipv6-icmp'"
                }) {
            assertThat(cloud.member.post("/v2.0/security-group-rules", start + bad + "}}").status())
                    .as(bad)
                    .isEqualTo(400);
        }
        String good = start + "'protocol': 'tcp', 'port_range_min': 22, 'port_range_max': 22}}";
        cloud.member.post("/v2.0/security-group-rules", good).expect(201);
        assertThat(cloud.member.post("/v2.0/security-group-rules", good).expect(409).text())
                .contains("SecurityGroupRuleExists");
        NetworkFixture.await(() ->
                cloud.driver
                        .find(UUID.fromString(id), SecurityGroupIntent.class)
                        .filter(g -> g.rules().size() == 3)
                        .isPresent());
        cloud.member.delete("/v2.0/security-groups/" + id).expect(204);
    }

    @Test
    void whatTheDriverRefusesIsRepeatedUntilItSucceeds() {
        cloud.driver.away(true);
        String network = cloud.network("'name': 'later'");
        cloud.driver.away(false);
        NetworkFixture.await(
                () -> cloud.driver.find(UUID.fromString(network), Object.class).isPresent());
    }
}
