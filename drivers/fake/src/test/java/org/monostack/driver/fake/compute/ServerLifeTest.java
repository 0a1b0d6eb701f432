package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** What users do with servers, from the first to the last day. */
class ServerLifeTest {
    private static ComputeFixture cloud;

    @BeforeAll
    static void open() {
        cloud = new ComputeFixture();
    }

    @AfterAll
    static void close() {
        cloud.close();
    }

    private static TestClient newest() {
        return cloud.member.with("OpenStack-API-Version", "compute 2.93");
    }

    @Test
    void aServerIsMadeShownAndDeletedAndLeavesNothing() {
        TestClient.Answer made =
                cloud.member
                        .post(
                                "/v2.1/servers",
                                "{'server': {"
                                        + cloud.minimal("one")
                                        + ", 'metadata': {'a': 'b'}}}")
                        .expect(202);
        JsonNode accepted = made.json().path("server");
        String id = accepted.path("id").asString();
        assertThat(accepted.path("adminPass").asString()).hasSize(12);
        assertThat(accepted.path("security_groups").path(0).path("name").asString())
                .isEqualTo("default");
        assertThat(made.header("Location")).hasValueSatisfying(l -> assertThat(l).endsWith(id));
        cloud.awaitStatus(id, "ACTIVE");

        JsonNode shown = cloud.member.get("/v2.1/servers/" + id).expect(200).json().path("server");
        assertThat(shown.path("metadata").path("a").asString()).isEqualTo("b");
        assertThat(shown.path("OS-EXT-STS:vm_state").asString()).isEqualTo("active");
        assertThat(shown.path("OS-EXT-STS:power_state").asInt()).isEqualTo(1);
        assertThat(shown.path("addresses").path("private").path(0).path("addr").asString())
                .startsWith("10.0.0.");
        assertThat(shown.path("flavor").path("id").asString()).isEqualTo("42");
        assertThat(shown.path("security_groups").path(0).path("name").asString())
                .isEqualTo("default");
        assertThat(shown.has("OS-EXT-SRV-ATTR:host")).isFalse();
        assertThat(cloud.show(id).path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo(cloud.host);
        assertThat(cloud.hypervisor.state(UUID.fromString(id))).contains(PowerState.RUNNING);

        cloud.member.delete("/v2.1/servers/" + id).expect(204);
        cloud.awaitGone(id);
        assertNothingLeft(id);
    }

    private static void assertNothingLeft(String id) {
        UUID server = UUID.fromString(id);
        assertThat(cloud.hypervisor.state(server)).isEmpty();
        cloud.database.run(tx -> {
            assertThat(cloud.network.networks().ofServer(tx, server)).isEmpty();
            assertThat(cloud.placement.placement().allocations(tx, server)).isEmpty();
        });
    }

    @Test
    void bootIsQuick() {
        cloud.active("warm-up");
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            String id = cloud.active("quick-" + i);
            best = Math.min(best, System.nanoTime() - start);
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
            cloud.awaitGone(id);
        }
        System.out.println("POST to ACTIVE: " + best / 1_000_000 + " ms");
        assertThat(best).isLessThan(1_000_000_000L);
    }

    @Test
    void powerIsSwitched() {
        String id = cloud.active("power");
        cloud.action(id, "{'os-stop': null}");
        cloud.awaitStatus(id, "SHUTOFF");
        cloud.member.post("/v2.1/servers/" + id + "/action", "{'os-stop': null}").expect(409);
        cloud.action(id, "{'os-start': null}");
        cloud.awaitStatus(id, "ACTIVE");
        cloud.action(id, "{'reboot': {'type': 'SOFT'}}");
        cloud.awaitStatus(id, "ACTIVE");
        cloud.action(id, "{'reboot': {'type': 'HARD'}}");
        cloud.awaitStatus(id, "ACTIVE");
        cloud.action(id, "{'pause': null}");
        cloud.awaitStatus(id, "PAUSED");
        cloud.action(id, "{'unpause': null}");
        cloud.awaitStatus(id, "ACTIVE");
        cloud.action(id, "{'suspend': null}");
        cloud.awaitStatus(id, "SUSPENDED");
        cloud.action(id, "{'resume': null}");
        cloud.awaitStatus(id, "ACTIVE");
        JsonNode actions =
                cloud.member
                        .get("/v2.1/servers/" + id + "/os-instance-actions")
                        .expect(200)
                        .json()
                        .path("instanceActions");
        assertThat(actions.path(0).path("action").asString()).isEqualTo("resume");
        assertThat(actions.path(actions.size() - 1).path("action").asString()).isEqualTo("create");
    }

    @Test
    void rebuildResizeAndSnapshot() {
        String id = cloud.active("change");
        JsonNode rebuilt =
                cloud.member
                        .post(
                                "/v2.1/servers/" + id + "/action",
                                "{'rebuild': {'imageRef': '" + cloud.imageId + "', 'name': 'new'}}")
                        .expect(202)
                        .json()
                        .path("server");
        assertThat(rebuilt.path("status").asString()).isEqualTo("REBUILD");
        assertThat(rebuilt.path("name").asString()).isEqualTo("new");
        cloud.awaitStatus(id, "ACTIVE");

        cloud.action(id, "{'resize': {'flavorRef': '84'}}");
        cloud.awaitStatus(id, "VERIFY_RESIZE");
        cloud.member.post("/v2.1/servers/" + id + "/action", "{'confirmResize': null}").expect(204);
        cloud.awaitStatus(id, "ACTIVE");
        assertThat(cloud.show(id).path("flavor").path("id").asString()).isEqualTo("84");
        cloud.action(id, "{'resize': {'flavorRef': '1'}}");
        cloud.awaitStatus(id, "VERIFY_RESIZE");
        cloud.action(id, "{'revertResize': null}");
        cloud.awaitStatus(id, "ACTIVE");
        assertThat(cloud.show(id).path("flavor").path("id").asString()).isEqualTo("84");
        cloud.database.run(tx ->
                assertThat(
                                cloud.placement
                                        .placement()
                                        .allocations(tx, UUID.fromString(id))
                                        .values())
                        .allSatisfy(r -> assertThat(r).containsEntry("MEMORY_MB", 192L)));

        String image =
                newest().post(
                                "/v2.1/servers/" + id + "/action",
                                "{'createImage': {'name': 'snap', 'metadata': {'x': 'y'}}}")
                        .expect(202)
                        .json()
                        .path("image_id")
                        .asString();
        cloud.awaitStatus(id, "ACTIVE");
        cloud.database.run(tx ->
                assertThat(cloud.image.images().find(tx, UUID.fromString(image)))
                        .hasValueSatisfying(info -> {
                            assertThat(info.active()).isTrue();
                            assertThat(info.properties())
                                    .containsEntry("x", "y")
                                    .containsEntry("image_type", "snapshot");
                        }));
    }

    @Test
    void interfacesComeAndGo() {
        String id = cloud.active("nics");
        JsonNode attached =
                cloud.member
                        .post(
                                "/v2.1/servers/" + id + "/os-interface",
                                "{'interfaceAttachment': {'net_id': '" + cloud.networkId + "'}}")
                        .expect(200)
                        .json()
                        .path("interfaceAttachment");
        String port = attached.path("port_id").asString();
        ComputeFixture.await(() -> cloud.networkDriver.plugged().contains(UUID.fromString(port)));
        assertThat(
                        cloud.member
                                .get("/v2.1/servers/" + id + "/os-interface")
                                .expect(200)
                                .json()
                                .path("interfaceAttachments")
                                .size())
                .isEqualTo(2);
        cloud.member.delete("/v2.1/servers/" + id + "/os-interface/" + port).expect(202);
        ComputeFixture.await(() ->
                cloud.member
                                .get("/v2.1/servers/" + id + "/os-interface")
                                .json()
                                .path("interfaceAttachments")
                                .size()
                        == 1);
    }

    @Test
    void listsAreFilteredSortedAndPaged() {
        String prefix = "list-" + UUID.randomUUID().toString().substring(0, 6);
        String first = cloud.active(prefix + "-a");
        String second = cloud.active(prefix + "-b");
        String third = cloud.active(prefix + "-c");
        JsonNode page = cloud.member.get("/v2.1/servers?limit=2&name=" + prefix).expect(200).json();
        assertThat(page.path("servers").path(0).path("id").asString()).isEqualTo(third);
        assertThat(page.path("servers").path(1).path("id").asString()).isEqualTo(second);
        String next = page.path("servers_links").path(0).path("href").asString();
        JsonNode rest = cloud.member.get(next).expect(200).json();
        assertThat(rest.path("servers").size()).isEqualTo(1);
        assertThat(rest.path("servers").path(0).path("id").asString()).isEqualTo(first);
        for (String sort :
                new String[] {
                    "display_name", "availability_zone", "launched_at", "config_drive", "uuid"
                }) {
            JsonNode sorted =
                    cloud.member
                            .get(
                                    "/v2.1/servers/detail?sort_dir=asc&limit=1&marker="
                                            + first
                                            + "&name="
                                            + prefix
                                            + "&sort_key="
                                            + sort)
                            .expect(200)
                            .json();
            assertThat(sorted.path("servers").size()).isLessThanOrEqualTo(1);
        }
        assertThat(
                        cloud.member
                                .get("/v2.1/servers?status=SHUTOFF&name=" + prefix)
                                .json()
                                .path("servers")
                                .size())
                .isZero();
        String address =
                cloud.show(first).path("addresses").path("private").path(0).path("addr").asString();
        assertThat(
                        cloud.member
                                .get("/v2.1/servers?ip=" + address.replace(".", "%5C.") + "$")
                                .expect(200)
                                .json()
                                .path("servers")
                                .path(0)
                                .path("id")
                                .asString())
                .isEqualTo(first);
        assertThat(cloud.other.get("/v2.1/servers").expect(200).json().path("servers").size())
                .isZero();
        cloud.other.get("/v2.1/servers/" + first).expect(404);
        cloud.other.get("/v2.1/servers?all_tenants=1").expect(403);
        assertThat(
                        cloud.admin
                                .get("/v2.1/servers?all_tenants=1&name=" + prefix)
                                .expect(200)
                                .json()
                                .path("servers")
                                .size())
                .isEqualTo(3);
    }

    @Test
    void tagsAndMetadata() {
        String id = cloud.active("tags");
        String tags = "/v2.1/servers/" + id + "/tags";
        newest().put(tags + "/red").expect(201);
        newest().put(tags + "/red").expect(204);
        newest().put(tags, "{'tags': ['red', 'blue']}").expect(200);
        assertThat(
                        newest().get("/v2.1/servers?tags=red,blue")
                                .expect(200)
                                .json()
                                .path("servers")
                                .path(0)
                                .path("id")
                                .asString())
                .isEqualTo(id);
        assertThat(newest().get("/v2.1/servers?not-tags-any=red").json().toString())
                .doesNotContain(id);
        newest().delete(tags + "/red").expect(204);
        newest().get(tags + "/red").expect(404);
        cloud.member.get(tags).expect(404);

        String metadata = "/v2.1/servers/" + id + "/metadata";
        cloud.member.post(metadata, "{'metadata': {'k': 'v', 'l': 'w'}}").expect(200);
        cloud.member.put(metadata + "/k", "{'meta': {'k': 'x'}}").expect(200);
        cloud.member.delete(metadata + "/l").expect(204);
        assertThat(cloud.member.get(metadata).expect(200).text())
                .isEqualTo("{\"metadata\":{\"k\":\"x\"}}");
        cloud.member.delete(metadata + "/l").expect(404);
    }

    @Test
    void aLockedServerStaysAsItIs() {
        String id = cloud.active("locked");
        cloud.action(id, "{'lock': null}");
        cloud.member.delete("/v2.1/servers/" + id).expect(409);
        cloud.member.post("/v2.1/servers/" + id + "/action", "{'os-stop': null}").expect(409);
        cloud.action(id, "{'unlock': null}");
        cloud.member.delete("/v2.1/servers/" + id).expect(204);
    }

    @Test
    void deletionOvertakesBoot() {
        for (int i = 0; i < 5; i++) {
            String id = cloud.create(cloud.member, cloud.minimal("short-lived"));
            cloud.member.delete("/v2.1/servers/" + id).expect(204);
            cloud.awaitGone(id);
            assertNothingLeft(id);
        }
    }

    @Test
    void aGuestThatPowersOffIsSeen() {
        String id = cloud.active("off");
        cloud.hypervisor.happen(UUID.fromString(id), PowerState.OFF);
        cloud.awaitStatus(id, "SHUTOFF");
    }

    @Test
    void strangeMachinesAreDestroyed() {
        UUID stranger = UUID.randomUUID();
        cloud.hypervisor.start(
                new org.monostack.compute.spi.MachineSpec(
                        stranger,
                        "instance-0",
                        "stranger",
                        1,
                        64,
                        1,
                        0,
                        0,
                        new org.monostack.compute.spi.MachineSpec.ImageSource(
                                stranger, "", "raw", 1, java.io.InputStream::nullInputStream),
                        java.util.List.of(),
                        Optional.empty(),
                        java.util.Map.of()));
        cloud.compute.reconcile();
        assertThat(cloud.hypervisor.state(stranger)).isEmpty();
    }

    @Test
    void manyAtOnce() {
        String reservation =
                cloud.member
                        .post(
                                "/v2.1/servers",
                                "{'server': {"
                                        + cloud.minimal("many")
                                        + ", 'min_count': 2, 'max_count': 2,"
                                        + " 'return_reservation_id': true}}")
                        .expect(202)
                        .json()
                        .path("reservation_id")
                        .asString();
        JsonNode found =
                cloud.member
                        .get("/v2.1/servers/detail?reservation_id=" + reservation)
                        .expect(200)
                        .json()
                        .path("servers");
        assertThat(found.size()).isEqualTo(2);
        for (JsonNode server : found) {
            cloud.awaitStatus(server.path("id").asString(), "ACTIVE");
            cloud.member.delete("/v2.1/servers/" + server.path("id").asString()).expect(204);
        }
    }
}
