package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Operations that fail leave nothing behind, and a server that can be used. */
class FailureTest {

    @Test
    void aFailedBootHoldsNothing() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            cloud.refusals.refuse("start");
            String id = cloud.create(cloud.member, cloud.minimal("failed"));
            cloud.awaitStatus(id, "ERROR");
            UUID server = UUID.fromString(id);
            assertThat(cloud.show(id).path("OS-EXT-SRV-ATTR:host").isNull()).isTrue();
            assertThat(cloud.hypervisor.state(server)).isEmpty();
            cloud.database.run(tx -> {
                assertThat(cloud.network.networks().ofServer(tx, server)).isEmpty();
                assertThat(cloud.placement.placement().allocations(tx, server)).isEmpty();
            });
            cloud.refusals.relent();
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
            cloud.awaitGone(id);
        }
    }

    @Test
    void aServerWhoseDeletionFailedTakesOrdersAgain() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("kept");
            cloud.refusals.refuse("destroy");
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
            cloud.awaitStatus(id, "ERROR");
            cloud.refusals.relent();
            cloud.action(id, "{'reboot': {'type': 'HARD'}}");
            cloud.awaitStatus(id, "ACTIVE");
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
            cloud.awaitGone(id);
        }
    }

    @Test
    void resettingTheStateStopsWhatRuns() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            cloud.operations.close();
            String id = cloud.create(cloud.member, cloud.minimal("reset"));
            cloud.admin
                    .post(
                            "/v2.1/servers/" + id + "/action",
                            "{'os-resetState': {'state': 'error'}}")
                    .expect(202);
            assertThat(cloud.show(id).path("status").asString()).isEqualTo("ERROR");
            try (ComputeFixture.Successor next = cloud.successor()) {
                ComputeFixture.await(() ->
                        cloud.database.<Boolean>inTransaction(
                                tx -> !next.operations().busy(tx, "server", id)));
                JsonNode server = cloud.show(id);
                assertThat(server.path("status").asString()).isEqualTo("ERROR");
                assertThat(server.path("OS-EXT-STS:task_state").isNull()).isTrue();
                assertThat(cloud.hypervisor.state(UUID.fromString(id))).isEmpty();
                cloud.member.delete("/v2.1/servers/" + id).expect(204);
                cloud.awaitGone(id);
            }
        }
    }

    @Test
    void aServerWithoutAHostCannotBeResized() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            cloud.refusals.refuse("start");
            String id = cloud.create(cloud.member, cloud.minimal("nowhere"));
            cloud.awaitStatus(id, "ERROR");
            cloud.admin
                    .post(
                            "/v2.1/servers/" + id + "/action",
                            "{'os-resetState': {'state': 'active'}}")
                    .expect(202);
            cloud.member
                    .post("/v2.1/servers/" + id + "/action", "{'resize': {'flavorRef': '84'}}")
                    .expect(409);
        }
    }
}
