package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Bad input, spent quotas, no room: refused in Nova's words, with nothing half done. */
class ServerRefusalsTest {
    private static ComputeFixture cloud;

    @BeforeAll
    static void open() {
        cloud = new ComputeFixture();
    }

    @AfterAll
    static void close() {
        cloud.close();
    }

    private static String refused(int status, String attributes) {
        return cloud.member
                .post("/v2.1/servers", "{'server': {" + attributes + "}}")
                .expect(status)
                .json()
                .iterator()
                .next()
                .path("message")
                .asString();
    }

    @Test
    void badInputNamesTheField() {
        assertThat(refused(400, "'imageRef': '" + cloud.imageId + "', 'flavorRef': '42'"))
                .contains("'name' is a required property");
        assertThat(refused(400, cloud.minimal("x".repeat(256)))).contains("name");
        assertThat(refused(400, cloud.minimal(""))).contains("name");
        assertThat(refused(400, cloud.minimal("a") + ", 'flavour': 'x'")).contains("flavour");
        assertThat(refused(400, cloud.minimal("a") + ", 'accessIPv4': 'x'")).contains("accessIPv4");
        assertThat(refused(400, cloud.minimal("a").replace("'42'", "'nothing'")))
                .isEqualTo("Flavor nothing could not be found.");
        assertThat(
                        refused(
                                400,
                                cloud.minimal("a")
                                        .replace(
                                                cloud.imageId.toString(),
                                                UUID.randomUUID().toString())))
                .isEqualTo("Can not find requested image");
        assertThat(refused(400, cloud.minimal("a") + ", 'key_name': 'nobody'"))
                .isEqualTo("Invalid key_name provided.");
        assertThat(refused(400, cloud.minimal("a") + ", 'availability_zone': 'mars'"))
                .isEqualTo("The requested availability zone is not available");
        assertThat(refused(400, cloud.minimal("a") + ", 'user_data': '***'"))
                .isEqualTo("User data needs to be valid base 64.");
        refused(400, cloud.minimal("a") + ", 'networks': [{'uuid': '" + UUID.randomUUID() + "'}]");
        refused(400, cloud.minimal("a") + ", 'security_groups': [{'name': 'nothing'}]");
        cloud.member.post("/v2.1/servers", "{'server': ").expect(400);
        cloud.member.get("/v2.1/servers/nonsense").expect(404);
        cloud.member.get("/v2.1/servers/" + UUID.randomUUID()).expect(404);
        cloud.member.get("/v2.1/servers?limit=-1").expect(400);
        cloud.member.get("/v2.1/servers?marker=" + UUID.randomUUID()).expect(400);
        cloud.reader.post("/v2.1/servers", "{'server': {" + cloud.minimal("a") + "}}").expect(403);
        cloud.server.anonymous().get("/v2.1/servers").expect(401);
        cloud.member.with("OpenStack-API-Version", "compute 2.99").get("/v2.1/servers").expect(406);
        assertThat(cloud.member.get("/v2.1/servers").json().path("servers").size()).isZero();
        assertThat(
                        cloud.networkServer
                                .client("member-token")
                                .get("/v2.0/ports?device_owner=compute:nova")
                                .expect(200)
                                .json()
                                .path("ports")
                                .size())
                .isZero();
    }

    @Test
    void quotasAreExactUnderConcurrency() throws InterruptedException {
        cloud.admin
                .put("/v2.1/os-quota-sets/" + cloud.otherProject, "{'quota_set': {'instances': 3}}")
                .expect(200);
        cloud.makeNetwork("other-token", "theirs", "10.9.0.0/24");
        List<Integer> answers = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            threads.add(
                    Thread.ofVirtual()
                            .start(() ->
                                    answers.add(
                                            cloud.other
                                                    .post(
                                                            "/v2.1/servers",
                                                            "{'server': {"
                                                                    + cloud.minimal("q" + number)
                                                                    + "}}")
                                                    .status())));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(answers.stream().filter(status -> status == 202)).hasSize(3);
        assertThat(answers.stream().filter(status -> status == 403)).hasSize(5);
        String message =
                cloud.other
                        .post("/v2.1/servers", "{'server': {" + cloud.minimal("more") + "}}")
                        .expect(403)
                        .json()
                        .path("forbidden")
                        .path("message")
                        .asString();
        assertThat(message)
                .startsWith(
                        "Quota exceeded for instances: Requested 1, but already used 3 of 3"
                                + " instances");
    }

    @Test
    void noRoomEndsInAnExplainedError() {
        String flavor = "huge-" + UUID.randomUUID();
        cloud.admin
                .post(
                        "/v2.1/flavors",
                        "{'flavor': {'name': '"
                                + flavor
                                + "', 'id': '"
                                + flavor
                                + "', 'ram': 2000000, 'vcpus': 1, 'disk': 1}}")
                .expect(200);
        cloud.admin
                .put("/v2.1/os-quota-sets/" + cloud.project, "{'quota_set': {'ram': -1}}")
                .expect(200);
        String id =
                cloud.create(
                        cloud.member, cloud.minimal("huge").replace("'42'", "'" + flavor + "'"));
        cloud.awaitStatus(id, "ERROR");
        JsonNode fault = cloud.show(id).path("fault");
        assertThat(fault.path("message").asString()).startsWith("No valid host was found.");
        assertThat(fault.path("details").asString()).contains(cloud.host);
        cloud.member.delete("/v2.1/servers/" + id).expect(204);
        cloud.awaitGone(id);
    }

    @Test
    void aHostIsFilledUpAndNeverFurther() throws InterruptedException {
        long memory =
                cloud.admin
                        .get("/v2.1/os-hypervisors/detail")
                        .expect(200)
                        .json()
                        .path("hypervisors")
                        .path(0)
                        .path("memory_mb")
                        .asLong();
        String flavor = "quarter-" + UUID.randomUUID();
        cloud.admin
                .post(
                        "/v2.1/flavors",
                        ("{'flavor': {'name': 'F', 'id': 'F', 'ram': " + memory / 4)
                                        .replace("'F'", "'" + flavor + "'")
                                + ", 'vcpus': 1, 'disk': 1}}")
                .expect(200);
        cloud.admin
                .put(
                        "/v2.1/os-quota-sets/" + cloud.project,
                        "{'quota_set': {'ram': -1, 'instances': -1, 'cores': -1}}")
                .expect(200);
        List<String> ids = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            String wanted = cloud.minimal("room" + i).replace("'42'", "'" + flavor + "'");
            threads.add(
                    Thread.ofVirtual().start(() -> ids.add(cloud.create(cloud.member, wanted))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ids).hasSize(14);
        List<String> states = ids.stream().map(ServerRefusalsTest::settled).toList();
        String more =
                cloud.create(
                        cloud.member, cloud.minimal("more").replace("'42'", "'" + flavor + "'"));
        assertThat(settled(more)).as("with room left").isEqualTo("ERROR");
        long running = states.stream().filter("ACTIVE"::equals).count();
        JsonNode usage =
                cloud.admin.get("/v2.1/os-hypervisors/detail").json().path("hypervisors").path(0);
        assertThat(running).isBetween(3L, 13L);
        assertThat(usage.path("memory_mb_used").asLong())
                .isBetween(running * (memory / 4), running * (memory / 4) + 4_096);
        ids.add(more);
        for (String id : ids) {
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
        }
        ids.forEach(cloud::awaitGone);
    }

    private static String settled(String id) {
        ComputeFixture.await(() -> !cloud.show(id).path("status").asString().equals("BUILD"));
        return cloud.show(id).path("status").asString();
    }
}
