package org.monostack.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Contents: upload, download, inspection, imports, and what a crash leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentsTest {
    private static final String QCOW2 = "{'disk_format':'qcow2','container_format':'bare'}";
    private static final String RAW = "{'disk_format':'raw','container_format':'bare'}";

    @SuppressWarnings("NullAway.Init")
    private ImageLab lab;

    @BeforeAll
    void open() {
        lab = new ImageLab();
    }

    @AfterAll
    void close() {
        lab.close();
    }

    @Test
    void contentComesBackAsItWasSent() throws Exception {
        byte[] content = new byte[3_000_001];
        new Random(1).nextBytes(content);
        String id = lab.create(RAW);
        assertThat(lab.user.get("/v2/images/" + id + "/file").expect(204).content()).isEmpty();
        lab.upload(lab.user, id, content).expect(204);
        JsonNode image = lab.user.get("/v2/images/" + id).json();
        assertThat(image.path("status").asString()).isEqualTo("active");
        assertThat(image.path("size").asLong()).isEqualTo(content.length);
        assertThat(image.path("virtual_size").asLong()).isEqualTo(content.length);
        assertThat(image.path("checksum").asString()).isEqualTo(hex("MD5", content));
        assertThat(image.path("os_hash_algo").asString()).isEqualTo("sha512");
        assertThat(image.path("os_hash_value").asString()).isEqualTo(hex("SHA-512", content));
        TestClient.Answer file = lab.user.get("/v2/images/" + id + "/file").expect(200);
        assertThat(file.content()).isEqualTo(content);
        assertThat(file.header("Content-MD5")).contains(hex("MD5", content));
        lab.upload(lab.user, id, content).expect(409);
    }

    @Test
    void partsCanBeHad() {
        String id = lab.active("0123456789");
        String path = "/v2/images/" + id + "/file";
        TestClient.Answer part = lab.user.with("Range", "bytes=2-4").get(path).expect(206);
        assertThat(part.text()).isEqualTo("234");
        assertThat(part.header("Content-Range")).contains("bytes 2-4/10");
        assertThat(lab.user.with("Range", "bytes=7-").get(path).expect(206).text())
                .isEqualTo("789");
        assertThat(lab.user.with("Range", "bytes=-2").get(path).expect(206).text()).isEqualTo("89");
        lab.user.with("Range", "bytes=10-").get(path).expect(416);
        lab.user.with("Range", "lines=1-2").get(path).expect(416);
    }

    @Test
    void contentNeedsItsTypeAndTheFormats() {
        String id = lab.create(RAW);
        lab.user.put("/v2/images/" + id + "/file", "{}").expect(415);
        String bare = lab.create("{'name':'no formats'}");
        lab.upload(lab.user, bare, new byte[1]).expect(400);
        lab.upload(lab.other, id, new byte[1]).expect(404);
        lab.upload(lab.reader, id, new byte[1]).expect(403);
        lab.upload(lab.user, UUID.randomUUID().toString(), new byte[1]).expect(404);
    }

    @Test
    void aDeactivatedImageIsWithheld() {
        String id = lab.active("content");
        String path = "/v2/images/" + id;
        lab.user.post(path + "/actions/deactivate").expect(204);
        lab.user.post(path + "/actions/deactivate").expect(204);
        lab.user.get(path + "/file").expect(403);
        lab.admin.get(path + "/file").expect(200);
        lab.user.post(path + "/actions/reactivate").expect(204);
        lab.user.get(path + "/file").expect(200);
        lab.user.post("/v2/images/" + lab.create(RAW) + "/actions/deactivate").expect(403);
    }

    @Test
    void qcow2IsInspected() {
        String good = lab.create(QCOW2);
        lab.upload(lab.user, good, qcow2(0, 0)).expect(204);
        assertThat(lab.user.get("/v2/images/" + good).json().path("virtual_size").asLong())
                .isEqualTo(1L << 30);
        refused(QCOW2, qcow2(512, 0));
        refused(QCOW2, qcow2(0, 4));
        refused(RAW, qcow2(0, 0));
        refused("{'disk_format':'vmdk','container_format':'bare'}", qcow2(0, 0));
        refused(
                "{'disk_format':'vmdk','container_format':'bare'}",
                "# Disk DescriptorFile\nRW 1 FLAT \"/etc/passwd\" 0\n"
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void refused(String image, byte[] content) {
        String id = lab.create(image);
        lab.upload(lab.user, id, content).expect(415);
        assertThat(lab.user.get("/v2/images/" + id).json().path("status").asString())
                .isEqualTo("queued");
    }

    private static byte[] qcow2(long backing, long features) {
        ByteBuffer header = ByteBuffer.allocate(1024);
        header.putInt(0x514649fb).putInt(3).putLong(backing);
        header.putLong(24, 1L << 30).putLong(72, features);
        return header.array();
    }

    @Test
    void stagedContentIsImported() throws Exception {
        String id = lab.create(RAW);
        String path = "/v2/images/" + id;
        lab.user.post(path + "/import", "{'method':{'name':'glance-direct'}}").expect(409);
        ImageLab.octets(lab.user)
                .send("PUT", path + "/stage", Optional.of(new byte[1024]))
                .expect(204);
        assertThat(lab.user.get(path).json().path("status").asString()).isEqualTo("uploading");
        lab.user.get(path + "/file").expect(204);
        lab.user.post(path + "/import", "{'method':{'name':'copy-image'}}").expect(400);
        lab.user.post(path + "/import", "{}").expect(400);
        lab.user
                .post(path + "/import", "{'method':{'name':'glance-direct'},'stores':['none']}")
                .expect(409);
        lab.user
                .post(path + "/import", "{'method':{'name':'glance-direct'},'stores':['file']}")
                .expect(202);
        JsonNode image = settled(path, "active");
        assertThat(image.path("size").asLong()).isEqualTo(1024);
        assertThat(image.path("stores").asString()).isEqualTo("file");
        JsonNode task = settledTask(path);
        assertThat(task.path("status").asString()).isEqualTo("success");
        assertThat(task.path("input").path("import_req").path("method").path("name").asString())
                .isEqualTo("glance-direct");
        assertThat(lab.user.get(path + "/file").expect(200).content()).hasSize(1024);
        lab.user.get("/v2/tasks").expect(403);
        lab.admin.get("/v2/tasks/" + task.path("id").asString()).expect(200);
    }

    @Test
    void aFailedImportQueuesTheImageAgain() throws Exception {
        String id = lab.create(RAW);
        String path = "/v2/images/" + id;
        ImageLab.octets(lab.user)
                .send("PUT", path + "/stage", Optional.of(qcow2(0, 0)))
                .expect(204);
        lab.user.post(path + "/import", "{'method':{'name':'glance-direct'}}").expect(202);
        JsonNode image = settled(path, "queued");
        assertThat(image.path("os_glance_failed_import").asString()).isEqualTo("file");
        assertThat(settledTask(path).path("message").asString()).contains("qcow2");
    }

    private JsonNode settled(String path, String status) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            JsonNode image = lab.user.get(path).expect(200).json();
            if (image.path("status").asString().equals(status)) {
                return image;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never " + status + ": " + lab.user.get(path).text());
    }

    private JsonNode settledTask(String path) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            JsonNode task = lab.user.get(path + "/tasks").expect(200).json().path("tasks").get(0);
            if (!task.path("status").asString().startsWith("p")) {
                return task;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the task never ended");
    }

    @Test
    void aDeletedImageLeavesNoFile() throws Exception {
        String id = lab.active("to be deleted");
        long before = files(lab.directory);
        lab.user.delete("/v2/images/" + id).expect(204);
        assertThat(files(lab.directory)).isEqualTo(before - 1);
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        String id = lab.create(RAW);
        long before = files(lab.directory);
        Images images = lab.module.images();
        assertThatThrownBy(() -> images.upload(UUID.fromString(id), new Breaking(700_000)))
                .isInstanceOf(IOException.class);
        assertThat(files(lab.directory)).isEqualTo(before);
        assertThat(lab.user.get("/v2/images/" + id).json().path("status").asString())
                .isEqualTo("queued");
    }

    @Test
    void aCrashLeavesNothingAfterRecovery() throws Exception {
        String id = lab.active("content that stays");
        Path stray = lab.directory.resolve("contents").resolve(UUID.randomUUID().toString());
        Path half = lab.directory.resolve("incoming").resolve(UUID.randomUUID().toString());
        Files.writeString(stray, "renamed, and never recorded");
        Files.writeString(half, "half written");
        String cutOff = lab.create(RAW);
        lab.database.run(tx ->
                tx.sql()
                        .execute(
                                "update image.image set status = 'saving', upload_key ="
                                        + " uuid() where id = ?",
                                cutOff));
        lab.module.recover();
        assertThat(stray).doesNotExist();
        assertThat(half).doesNotExist();
        assertThat(lab.user.get("/v2/images/" + cutOff).json().path("status").asString())
                .isEqualTo("queued");
        lab.user.get("/v2/images/" + id + "/file").expect(200);
    }

    @Test
    void otherServicesSeedAndRead() throws Exception {
        Images images = lab.module.images();
        Path file = Files.createTempFile("seed", ".img");
        Files.writeString(file, "seed content");
        UUID id = UUID.randomUUID();
        NewImage wanted = NewImage.of(id, "seed-" + id, Optional.of(lab.project), "public", "raw");
        ImageInfo info = images.importFile(wanted, file);
        assertThat(info.active()).isTrue();
        assertThat(images.importFile(wanted, file).sha512()).isEqualTo(info.sha512());
        try (InputStream in = images.open(id)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("seed content");
        }
        Optional<ImageInfo> found =
                lab.database.inTransaction(
                        tx -> images.findByName(tx, "seed-" + id, Optional.of(lab.project)));
        assertThat(found.map(ImageInfo::id)).contains(id);
        lab.database.run(tx -> images.delete(tx, id));
        assertThatThrownBy(() -> images.open(id)).isInstanceOf(IOException.class);
        Files.delete(file);
    }

    private static long files(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile).count();
        }
    }

    private static String hex(String algorithm, byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    }

    /** A stream that ends with an error. */
    private static final class Breaking extends InputStream {
        private final InputStream first;

        Breaking(int length) {
            first = new ByteArrayInputStream(new byte[length]);
        }

        @Override
        public int read() throws IOException {
            int value = first.read();
            if (value < 0) {
                throw new IOException("the client went away");
            }
            return value;
        }
    }
}
