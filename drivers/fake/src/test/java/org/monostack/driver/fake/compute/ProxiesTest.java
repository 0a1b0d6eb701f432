package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Networks, security groups and images under compute's own address, as old clients use them. */
class ProxiesTest {
    private static ComputeFixture cloud;

    @BeforeAll
    static void start() {
        cloud = new ComputeFixture();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static String group(String name) {
        return cloud.member
                .post(
                        "/v2.1/os-security-groups",
                        "{'security_group': {'name': '" + name + "', 'description': 'd'}}")
                .expect(200)
                .json()
                .path("security_group")
                .path("id")
                .asString();
    }

    private static void rule(String group, String rest, int status) {
        cloud.member
                .post(
                        "/v2.1/os-security-group-rules",
                        "{'security_group_rule': {'parent_group_id': '" + group + "'" + rest + "}}")
                .expect(status);
    }

    @Test
    void networksAreShownInTheCallersRights() {
        String id = cloud.networkId.toString();
        assertThat(cloud.member.get("/v2.1/os-networks").expect(200).json().toString())
                .contains(id);
        assertThat(
                        cloud.member
                                .get("/v2.1/os-tenant-networks/" + id)
                                .expect(200)
                                .json()
                                .path("network")
                                .path("label")
                                .asString())
                .isEqualTo("private");
        cloud.other.get("/v2.1/os-networks/" + id).expect(404);
        cloud.member
                .with("OpenStack-API-Version", "compute 2.36")
                .get("/v2.1/os-networks")
                .expect(404);
    }

    @Test
    void securityGroupsHaveRulesForWhatComesIn() {
        String group = group("web");
        String peer = group("peer");
        rule(group, ", 'ip_protocol': 'tcp', 'from_port': 22, 'to_port': 22", 200);
        rule(group, ", 'ip_protocol': 'tcp', 'from_port': 22, 'to_port': 22", 400);
        rule(group, ", 'ip_protocol': 'tcp', 'from_port': 23, 'to_port': 22", 400);
        rule(group, ", 'ip_protocol': 'gre', 'from_port': 1, 'to_port': 2", 400);
        rule(group, ", 'group_id': '" + peer + "'", 200);
        rule(UUID.randomUUID().toString(), ", 'ip_protocol': 'tcp'", 404);
        JsonNode rules =
                cloud.member
                        .get("/v2.1/os-security-groups/" + group)
                        .expect(200)
                        .json()
                        .path("security_group")
                        .path("rules");
        assertThat(rules.size()).isEqualTo(2);
        assertThat(rules.toString()).contains("\"cidr\":\"0.0.0.0/0\"", "\"name\":\"peer\"");
        cloud.other.delete("/v2.1/os-security-groups/" + group).expect(404);
        cloud.reader.delete("/v2.1/os-security-groups/" + group).expect(403);
        cloud.member.delete("/v2.1/os-security-groups/" + peer).expect(202);
        cloud.member.delete("/v2.1/os-security-groups/" + group).expect(202);
        cloud.member.get("/v2.1/os-security-groups/" + group).expect(404);
    }

    @Test
    void aServerGainsAndLosesAnAddress() {
        String server = cloud.active("two-addresses");
        cloud.action(server, "{'addFixedIp': {'networkId': '" + cloud.networkId + "'}}");
        JsonNode addresses = cloud.show(server).path("addresses").path("private");
        assertThat(addresses.size()).isEqualTo(2);
        String second = addresses.path(1).path("addr").asString();
        cloud.action(server, "{'removeFixedIp': {'address': '" + second + "'}}");
        assertThat(cloud.show(server).path("addresses").path("private").size()).isEqualTo(1);
        cloud.member
                .post(
                        "/v2.1/servers/" + server + "/action",
                        "{'removeFixedIp': {'address': '" + second + "'}}")
                .expect(400);
        cloud.member
                .post(
                        "/v2.1/servers/" + server + "/action",
                        "{'addFloatingIp': {'address': '192.0.2.1'}}")
                .expect(404);
    }

    @Test
    void imagesHaveMetadata() {
        String image = "/v2.1/images/" + cloud.imageId;
        cloud.member.put(image + "/metadata/k", "{'meta': {'k': 'v'}}").expect(200);
        assertThat(cloud.member.get(image).expect(200).json().path("image").path("metadata"))
                .hasToString("{\"k\":\"v\"}");
        cloud.member.post(image + "/metadata", "{'metadata': {'l': 'w'}}").expect(200);
        cloud.member.put(image + "/metadata", "{'metadata': {'m': 'x'}}").expect(200);
        assertThat(cloud.member.get(image + "/metadata").expect(200).json().path("metadata"))
                .hasToString("{\"m\":\"x\"}");
        cloud.member.put(image + "/metadata", "{'metadata': {'id': 'x'}}").expect(400);
        cloud.other.put(image + "/metadata", "{'metadata': {'n': 'y'}}").expect(403);
        cloud.member.delete(image + "/metadata/k").expect(404);
        cloud.member.delete(image + "/metadata/m").expect(204);
        assertThat(
                        cloud.member
                                .get("/v2.1/images/detail?name=disk&limit=1")
                                .expect(200)
                                .json()
                                .path("images")
                                .size())
                .isEqualTo(1);
    }

    @Test
    void everyAnswerNamesRequestAndVersion() {
        for (String path :
                new String[] {"/v2.1/servers", "/v2.1/nowhere", "/v2.1/servers/nothing"}) {
            var answer = cloud.member.with("OpenStack-API-Version", "compute 2.40").get(path);
            assertThat(answer.header("OpenStack-API-Version")).contains("compute 2.40");
            assertThat(answer.header("X-Compute-Request-Id"))
                    .isPresent()
                    .isEqualTo(answer.header("X-OpenStack-Request-Id"));
        }
    }
}
