package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.monostack.image.ImageInfo;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** A shelved server is an image that holds nothing of a host, until it is made again from it. */
class ShelveTest {
    private static final String SHELVE = "{'shelve': null}";
    private static final String UNSHELVE = "{'unshelve': null}";

    @Test
    void aShelvedServerLeavesItsHostAndComesBackWithItsAddress() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("resting");
            JsonNode addresses = cloud.show(id).path("addresses");
            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");

            JsonNode shelved = cloud.show(id);
            assertThat(shelved.path("OS-EXT-SRV-ATTR:host").isNull()).isTrue();
            assertThat(shelved.path("addresses")).isEqualTo(addresses);
            assertThat(cloud.hypervisor.machines()).isEmpty();
            assertThat(held(cloud, id)).isZero();
            assertThat(images(cloud, id))
                    .singleElement()
                    .satisfies(image -> {
                        assertThat(image.name()).contains("resting-shelved");
                        assertThat(image.active()).isTrue();
                    });

            cloud.action(id, UNSHELVE);
            cloud.awaitStatus(id, "ACTIVE");
            JsonNode back = cloud.show(id);
            assertThat(back.path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo(cloud.host);
            assertThat(back.path("addresses")).isEqualTo(addresses);
            assertThat(back.path("image").path("id").asString())
                    .isEqualTo(cloud.imageId.toString());
            assertThat(cloud.hypervisor.machines()).hasSize(1);
            assertThat(held(cloud, id)).isEqualTo(1);
            assertThat(images(cloud, id)).isEmpty();
        }
    }

    @Test
    void deletingAShelvedServerDeletesItsImage() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("forgotten");
            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
            cloud.awaitGone(id);
            assertThat(images(cloud, id)).isEmpty();
        }
    }

    @Test
    void whatIsNotShelvedYetCannotBeUnshelvedAndTheOtherWayRound() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("awake");
            String path = "/v2.1/servers/" + id + "/action";
            cloud.member.post(path, UNSHELVE).expect(409);
            cloud.admin.post(path, "{'shelveOffload': null}").expect(409);
            cloud.other.post(path, SHELVE).expect(404);
            cloud.reader.post(path, SHELVE).expect(403);

            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");
            cloud.member.post(path, SHELVE).expect(409);
            cloud.member.post(path, "{'os-start': null}").expect(409);
            cloud.member.post(path, "{'rescue': null}").expect(409);
            TestClient member = cloud.member.with("OpenStack-API-Version", "compute 2.77");
            member.post(path, "{'unshelve': {'availability_zone': 'nowhere'}}").expect(400);
            member.post(path, "{'unshelve': {}}").expect(400);
            member.post(path, "{'unshelve': {'host': 'x'}}").expect(400);
            TestClient later = cloud.member.with("OpenStack-API-Version", "compute 2.91");
            later.post(path, "{'unshelve': {'host': '" + cloud.host + "'}}").expect(403);
            cloud.admin
                    .with("OpenStack-API-Version", "compute 2.91")
                    .post(path, "{'unshelve': {'host': '" + cloud.host + "'}}")
                    .expect(202);
            cloud.awaitStatus(id, "ACTIVE");
        }
    }

    @Test
    void withoutAHostForItAServerStaysShelved() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("homeless");
            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");
            String services = "/v2.1/os-services/";
            String own = "{'host': '" + cloud.host + "', 'binary': 'nova-compute'}";
            cloud.admin.put(services + "disable", own).expect(200);
            cloud.action(id, UNSHELVE);
            assertThat(cloud.show(id).path("status").asString()).isEqualTo("SHELVED_OFFLOADED");
            assertThat(images(cloud, id)).hasSize(1);
            assertThat(lastAction(cloud, id).path("message").asString()).isEqualTo("Error");

            cloud.admin.put(services + "enable", own).expect(200);
            cloud.action(id, UNSHELVE);
            cloud.awaitStatus(id, "ACTIVE");
        }
    }

    @Test
    void aServerWhoseImageCannotBeMadeIsKeptAndOff() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("unseen");
            cloud.refusals.refuse("snapshot");
            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHUTOFF");
            assertThat(images(cloud, id)).isEmpty();
            cloud.refusals.relent();
            cloud.action(id, "{'os-start': null}");
            cloud.awaitStatus(id, "ACTIVE");
        }
    }

    @Test
    void aServerThatItsHostKeepsIsShelvedThereAndOffloadedLater() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("stuck");
            cloud.refusals.refuse("destroy");
            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHELVED");
            assertThat(images(cloud, id)).hasSize(1);
            cloud.refusals.relent();
            String path = "/v2.1/servers/" + id + "/action";
            cloud.member.post(path, "{'shelveOffload': null}").expect(403);
            cloud.admin.post(path, "{'shelveOffload': null}").expect(202);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");
            assertThat(cloud.hypervisor.machines()).isEmpty();
            cloud.action(id, UNSHELVE);
            cloud.awaitStatus(id, "ACTIVE");
        }
    }

    @Test
    void aServerThatDoesNotComeUpStaysShelved() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("reluctant");
            cloud.action(id, SHELVE);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");
            cloud.refusals.refuse("start");
            cloud.action(id, UNSHELVE);
            cloud.awaitStatus(id, "SHELVED_OFFLOADED");
            assertThat(images(cloud, id)).hasSize(1);
            assertThat(held(cloud, id)).isZero();
            assertThat(cloud.hypervisor.machines()).isEmpty();
            cloud.refusals.relent();
            cloud.action(id, UNSHELVE);
            cloud.awaitStatus(id, "ACTIVE");
        }
    }

    private static JsonNode lastAction(ComputeFixture cloud, String id) {
        return cloud.admin
                .get("/v2.1/servers/" + id + "/os-instance-actions")
                .expect(200)
                .json()
                .path("instanceActions")
                .get(0);
    }

    /** Of how many hosts the server holds resources. */
    private static int held(ComputeFixture cloud, String id) {
        return cloud.database.inTransaction(
                tx -> cloud.placement.placement().allocations(tx, UUID.fromString(id)).size());
    }

    private static List<ImageInfo> images(ComputeFixture cloud, String id) {
        return cloud.database.inTransaction(
                tx -> cloud.image.images().findByProperties(tx, Map.of("instance_uuid", id)));
    }
}
