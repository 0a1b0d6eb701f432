package org.monostack.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.network.spi.NetworkIntent;
import tools.jackson.databind.JsonNode;

/** Networks, subnets and what lists can do, over HTTP. */
class NetworksTest {
    private static NetworkFixture cloud;

    @BeforeAll
    static void start() {
        cloud = new NetworkFixture();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void aNetworkHasDefaultsAndHidesItsProviderFromMembers() {
        JsonNode network =
                cloud.member
                        .post("/v2.0/networks", "{'network': {'name': 'n1'}}")
                        .expect(201)
                        .json()
                        .path("network");
        assertThat(network.path("mtu").intValue()).isEqualTo(1442);
        assertThat(network.path("status").stringValue()).isEqualTo("ACTIVE");
        assertThat(network.path("admin_state_up").booleanValue()).isTrue();
        assertThat(network.path("shared").booleanValue()).isFalse();
        assertThat(network.path("project_id").stringValue()).isEqualTo(cloud.project);
        assertThat(network.path("tenant_id").stringValue()).isEqualTo(cloud.project);
        assertThat(network.has("provider:network_type")).isFalse();
        JsonNode seen =
                cloud.admin
                        .get("/v2.0/networks/" + network.path("id").stringValue())
                        .expect(200)
                        .json()
                        .path("network");
        assertThat(seen.path("provider:network_type").stringValue()).isEqualTo("geneve");
        assertThat(seen.path("provider:segmentation_id").intValue()).isPositive();
    }

    @Test
    void aForeignNetworkIsNotFoundAndASharedOneForbidden() {
        String id = cloud.network("'name': 'own'");
        cloud.other.get("/v2.0/networks/" + id).expect(404);
        cloud.other.delete("/v2.0/networks/" + id).expect(404);
        cloud.member.put("/v2.0/networks/" + id, "{'network': {'shared': true}}").expect(403);
        cloud.admin.put("/v2.0/networks/" + id, "{'network': {'shared': true}}").expect(200);
        JsonNode seen = cloud.other.get("/v2.0/networks/" + id).expect(200).json();
        assertThat(seen.path("network").path("shared").booleanValue()).isTrue();
        cloud.other.delete("/v2.0/networks/" + id).expect(403);
        assertThat(cloud.other.get("/v2.0/networks?shared=true&id=" + id).json().path("networks"))
                .hasSize(1);
        cloud.admin.put("/v2.0/networks/" + id, "{'network': {'shared': false}}").expect(200);
        cloud.other.get("/v2.0/networks/" + id).expect(404);
    }

    @Test
    void badBodiesAreRefusedNamingTheAttribute() {
        assertThat(
                        cloud.member
                                .post("/v2.0/networks", "{'network': {'nme': 'x'}}")
                                .expect(400)
                                .text())
                .contains("nme");
        assertThat(
                        cloud.member
                                .post("/v2.0/networks", "{'network': {'admin_state_up': 'maybe'}}")
                                .expect(400)
                                .json()
                                .path("NeutronError")
                                .path("message")
                                .stringValue())
                .contains("admin_state_up");
        cloud.member.post("/v2.0/networks", "{'net': {}}").expect(400);
        cloud.member.post("/v2.0/networks", "[]").expect(400);
        cloud.member.post("/v2.0/networks", "{").expect(400);
        cloud.member.post("/v2.0/networks", "{'network': {'name': 5}}").expect(400);
        cloud.server.anonymous().get("/v2.0/networks").expect(401);
        cloud.member.post("/v2.0/networks", "{'network': {'project_id': 'somebody'}}").expect(400);
        cloud.member
                .post("/v2.0/networks", "{'network': {'provider:network_type': 'flat'}}")
                .expect(403);
        assertThat(cloud.member.get("/v2.0/networks?colour=red").expect(400).text())
                .contains("colour");
    }

    @Test
    void bulkCreationIsAllOrNothing() {
        cloud.member
                .post("/v2.0/networks", "{'networks': [{'name': 'b1'}, {'name': 7}]}")
                .expect(400);
        assertThat(cloud.member.get("/v2.0/networks?name=b1").json().path("networks")).isEmpty();
        JsonNode made =
                cloud.member
                        .post("/v2.0/networks", "{'networks': [{'name': 'b1'}, {'name': 'b2'}]}")
                        .expect(201)
                        .json()
                        .path("networks");
        assertThat(made).hasSize(2);
    }

    @Test
    void listsAreSortedPagedAndCut() {
        for (String name : new String[] {"p3", "p1", "p2"}) {
            cloud.network("'name': '" + name + "', 'description': 'paging'");
        }
        String query = "/v2.0/networks?description=paging&fields=name&sort_key=name&sort_dir=asc";
        JsonNode page = cloud.member.get(query + "&fields=id&limit=2").expect(200).json();
        assertThat(page.path("networks").get(0).path("name").stringValue()).isEqualTo("p1");
        assertThat(page.path("networks").get(0).propertyNames()).containsOnly("id", "name");
        JsonNode link = page.path("networks_links").get(0);
        assertThat(link.path("rel").stringValue()).isEqualTo("next");
        JsonNode rest = cloud.member.get(link.path("href").stringValue()).expect(200).json();
        assertThat(rest.path("networks")).hasSize(1);
        assertThat(rest.path("networks").get(0).path("name").stringValue()).isEqualTo("p3");
        assertThat(rest.path("networks_links").get(0).path("rel").stringValue())
                .isEqualTo("previous");
        JsonNode back =
                cloud.member
                        .get(rest.path("networks_links").get(0).path("href").stringValue())
                        .expect(200)
                        .json();
        assertThat(back.path("networks")).hasSize(2);
        assertThat(back.path("networks").get(1).path("name").stringValue()).isEqualTo("p2");
    }

    @Test
    void aSubnetGetsGatewayPoolAndMetadataPortAndIsRealised() {
        String network = cloud.network("'name': 's'");
        JsonNode subnet =
                cloud.member
                        .post(
                                "/v2.0/subnets",
                                "{'subnet': {'network_id': '"
                                        + network
                                        + "', 'ip_version': 4, 'cidr': '10.1.0.0/24'}}")
                        .expect(201)
                        .json()
                        .path("subnet");
        assertThat(subnet.path("gateway_ip").stringValue()).isEqualTo("10.1.0.1");
        assertThat(subnet.path("allocation_pools").get(0).path("start").stringValue())
                .isEqualTo("10.1.0.2");
        assertThat(subnet.path("allocation_pools").get(0).path("end").stringValue())
                .isEqualTo("10.1.0.254");
        NetworkFixture.await(() ->
                cloud.driver
                        .find(UUID.fromString(network), NetworkIntent.class)
                        .filter(n -> n.subnets().size() == 1)
                        .flatMap(n -> n.subnets().getFirst().metadataAddress())
                        .filter("10.1.0.2"::equals)
                        .isPresent());
        cloud.member.delete("/v2.0/networks/" + network).expect(204);
        cloud.member.get("/v2.0/subnets/" + subnet.path("id").stringValue()).expect(404);
        NetworkFixture.await(
                () -> cloud.driver.find(UUID.fromString(network), NetworkIntent.class).isEmpty());
    }

    @Test
    void subnetsAreChecked() {
        String network = cloud.network("'name': 'checked'");
        cloud.subnet(network, "10.2.0.0/24");
        String start = "{'subnet': {'network_id': '" + network + "', ";
        for (String bad :
                new String[] {
                    "'ip_version': 4, 'cidr': '10.2.0.128/25'",
                    "'ip_version': 6, 'cidr': '10.3.0.0/24'",
                    "'ip_version': 4, 'cidr': '10.3.0.0/33'",
                    "'ip_version': 4",
                    "'cidr': '10.3.0.0/24'",
                    "'ip_version': 5, 'cidr': '10.3.0.0/24'",
                    "'ip_version': 4, 'cidr': '10.3.0.0/24', 'gateway_ip': '10.3.0.0'",
                    "'ip_version': 4, 'cidr': '10.3.0.0/24', 'ipv6_ra_mode': 'slaac'",
                    "'ip_version': 4, 'cidr': '10.3.0.0/24', 'allocation_pools':"
                            + " [{'start': '10.4.0.1', 'end': '10.4.0.9'}]",
                    "'ip_version': 4, 'cidr': '10.3.0.0/24', 'dns_nameservers': ['x']",
                    "'ip_version': 6, 'cidr': 'fd00::/80', 'ipv6_address_mode': 'slaac'"
                }) {
            assertThat(cloud.member.post("/v2.0/subnets", start + bad + "}}").status())
                    .as(bad)
                    .isEqualTo(400);
        }
        cloud.member
                .post(
                        "/v2.0/subnets",
                        start
                                + "'ip_version': 4, 'cidr': '10.3.0.0/24', 'gateway_ip':"
                                + " '10.3.0.5', 'allocation_pools': [{'start': '10.3.0.2', 'end':"
                                + " '10.3.0.9'}]}}")
                .expect(409);
    }

    @Test
    void quotasAreExactEvenWhenManyAskAtOnce() throws Exception {
        cloud.admin
                .put("/v2.0/quotas/" + cloud.otherProject, "{'quota': {'network': 5}}")
                .expect(200);
        try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                executor.submit(
                        () -> cloud.other.post("/v2.0/networks", "{'network': {'name': 'q'}}"));
            }
        }
        assertThat(cloud.other.get("/v2.0/networks?name=q").json().path("networks")).hasSize(5);
        assertThat(
                        cloud.other
                                .post("/v2.0/networks", "{'network': {}}")
                                .expect(409)
                                .json()
                                .path("NeutronError")
                                .path("type")
                                .stringValue())
                .isEqualTo("OverQuota");
        assertThat(
                        cloud.other
                                .get("/v2.0/quotas/" + cloud.otherProject + "/details.json")
                                .expect(200)
                                .json()
                                .path("quota")
                                .path("network")
                                .path("used")
                                .intValue())
                .isEqualTo(5);
    }

    @Test
    void aDefaultGroupThatWasDeletedIsMadeAnewWhenItIsNeeded() {
        String network = cloud.network("'name': 'regrouped'");
        String before = defaultGroupOfNewPort(network);
        assertThat(defaultGroupOfNewPort(network)).isEqualTo(before);
        cloud.admin
                .get("/v2.0/ports?network_id=" + network)
                .json()
                .path("ports")
                .forEach(port ->
                        cloud.admin
                                .delete("/v2.0/ports/" + port.path("id").stringValue())
                                .expect(204));
        cloud.admin.delete("/v2.0/security-groups/" + before).expect(204);
        assertThat(defaultGroupOfNewPort(network)).isNotEqualTo(before);
    }

    private static String defaultGroupOfNewPort(String network) {
        return cloud.member
                .post("/v2.0/ports", "{'port': {'network_id': '" + network + "'}}")
                .expect(201)
                .json()
                .path("port")
                .path("security_groups")
                .path(0)
                .stringValue();
    }

    @Test
    void tagsAndRevisionsWork() {
        String id = cloud.network("'name': 'tagged'");
        cloud.member.put("/v2.0/networks/" + id + "/tags", "{'tags': ['red', 'blue']}").expect(200);
        cloud.member.put("/v2.0/networks/" + id + "/tags/green").expect(201);
        cloud.member.get("/v2.0/networks/" + id + "/tags/red").expect(204);
        cloud.member.delete("/v2.0/networks/" + id + "/tags/red").expect(204);
        cloud.member.delete("/v2.0/networks/" + id + "/tags/red").expect(404);
        assertThat(cloud.member.get("/v2.0/networks?tags=blue,green").json().path("networks"))
                .hasSize(1);
        assertThat(
                        cloud.member
                                .get("/v2.0/networks?name=tagged&not-tags-any=blue")
                                .json()
                                .path("networks"))
                .isEmpty();
        cloud.member
                .with("If-Match", "revision_number=1")
                .put("/v2.0/networks/" + id, "{'network': {'name': 'x'}}")
                .expect(412);
    }

    @Test
    void discoveryIsOpenAndExtensionsAreNamed() {
        JsonNode version =
                cloud.server.anonymous().get("/").expect(200).json().path("versions").get(0);
        assertThat(version.path("id").stringValue()).isEqualTo("v2.0");
        cloud.member.get("/v2.0/extensions/router").expect(200);
        cloud.member.get("/v2.0/extensions/trunk").expect(404);
        cloud.admin.get("/v2.0/agents").expect(200);
        assertThat(cloud.member.get("/v2.0/agents").expect(200).json().path("agents")).isEmpty();
        cloud.member.get("/v2.0/availability_zones").expect(200);
        cloud.member.get("/v2.0/service-providers").expect(200);
        cloud.admin.get("/v2.0/network-ip-availabilities").expect(200);
    }
}
