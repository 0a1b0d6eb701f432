package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.monostack.image.ImageInfo;

/** Backups of a server rotate; a server's password is shown and cleared. */
class BackupTest {

    @Test
    void onlyTheNewestBackupsOfASeriesStay() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("backed-up");
            List<String> made = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                made.add(backup(cloud, id, "daily", "daily-" + i, 2));
            }
            made.add(backup(cloud, id, "weekly", "weekly", 1));
            List<String> left = new ArrayList<>();
            cloud.database.run(tx -> {
                left.clear();
                cloud
                        .image
                        .images()
                        .findByProperties(tx, Map.of("image_type", "backup", "instance_uuid", id))
                        .stream()
                        .map(ImageInfo::name)
                        .map(Optional::orElseThrow)
                        .forEach(left::add);
            });
            assertThat(left).containsExactly("daily-2", "daily-3", "weekly");
            cloud.database.run(tx ->
                    assertThat(cloud.image.images().find(tx, UUID.fromString(made.getFirst())))
                            .isEmpty());

            cloud.member
                    .post(
                            "/v2.1/servers/" + id + "/action",
                            "{'createBackup': {'name': 'x', 'backup_type': 'daily', 'rotation': -1}}")
                    .expect(400);
            cloud.member
                    .post(
                            "/v2.1/servers/" + id + "/action",
                            "{'createBackup': {'name': 'x', 'backup_type': 'hourly', 'rotation': 1.0}}")
                    .expect(202);
            ComputeFixture.await(() -> cloud.show(id).path("OS-EXT-STS:task_state").isNull());
            backup(cloud, id, "daily", "none stays", 0);
            cloud.database.run(tx ->
                    assertThat(
                                    cloud.image
                                            .images()
                                            .findByProperties(
                                                    tx,
                                                    Map.of(
                                                            "backup_type",
                                                            "daily",
                                                            "instance_uuid",
                                                            id)))
                            .isEmpty());
        }
    }

    private static String backup(
            ComputeFixture cloud, String server, String kind, String name, int keep) {
        String image =
                cloud.member
                        .with("OpenStack-API-Version", "compute 2.45")
                        .post(
                                "/v2.1/servers/" + server + "/action",
                                "{'createBackup': {'name': '%s', 'backup_type': '%s', 'rotation': %d}}"
                                        .formatted(name, kind, keep))
                        .expect(202)
                        .json()
                        .path("image_id")
                        .asString();
        ComputeFixture.await(() -> cloud.show(server).path("OS-EXT-STS:task_state").isNull());
        return image;
    }

    @Test
    void aPasswordThatNoGuestToldIsEmpty() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String path = "/v2.1/servers/" + cloud.active("secret") + "/os-server-password";
            assertThat(cloud.member.get(path).expect(200).json().path("password").asString())
                    .isEmpty();
            cloud.member.delete(path).expect(204);
            cloud.other.get(path).expect(404);
        }
    }
}
