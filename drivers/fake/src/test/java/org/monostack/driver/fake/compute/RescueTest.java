package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A rescued server runs from another disk; only unrescue and deletion lead out of it. */
class RescueTest {

    @Test
    void aServerIsRescuedAndComesBack() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("ill");
            String path = "/v2.1/servers/" + id + "/action";
            assertThat(
                            cloud.member
                                    .post(path, "{'rescue': {'adminPass': 'MySecret'}}")
                                    .expect(200)
                                    .json()
                                    .path("adminPass")
                                    .asString())
                    .isEqualTo("MySecret");
            cloud.awaitStatus(id, "RESCUE");
            cloud.member.post(path, "{'rescue': null}").expect(409);
            cloud.member.post(path, "{'reboot': {'type': 'HARD'}}").expect(409);
            cloud.member
                    .post(path, "{'rebuild': {'imageRef': '" + cloud.imageId + "'}}")
                    .expect(409);
            cloud.networkServer
                    .client("member-token")
                    .post("/v2.0/security-groups", "{'security_group': {'name': 'ward'}}")
                    .expect(201);
            cloud.action(id, "{'addSecurityGroup': {'name': 'ward'}}");
            cloud.action(id, "{'removeSecurityGroup': {'name': 'ward'}}");
            cloud.action(id, "{'unrescue': null}");
            cloud.awaitStatus(id, "ACTIVE");
            cloud.member.post(path, "{'unrescue': null}").expect(409);
        }
    }

    @Test
    void theRescueImageMustBeThere() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("badly ill");
            String path = "/v2.1/servers/" + id + "/action";
            String rescue = "{'rescue': {'rescue_image_ref': '%s'}}";
            cloud.member.post(path, rescue.formatted(UUID.randomUUID())).expect(400);
            cloud.member.post(path, rescue.formatted("no-id")).expect(400);
            cloud.other.post(path, "{'rescue': null}").expect(404);
            assertThat(cloud.show(id).path("status").asString()).isEqualTo("ACTIVE");
            cloud.member.post(path, rescue.formatted(cloud.imageId)).expect(200);
            cloud.awaitStatus(id, "RESCUE");
        }
    }

    @Test
    void aRescueThatFailsIsAnErrorWithItsReason() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("incurable");
            cloud.refusals.refuse("rescue");
            cloud.member.post("/v2.1/servers/" + id + "/action", "{'rescue': null}").expect(200);
            cloud.awaitStatus(id, "ERROR");
            assertThat(cloud.show(id).path("fault").path("message").asString())
                    .contains("Refused by the test.");
        }
    }
}
