package org.monostack.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.platform.database.Database;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestFiles;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/** The image service on a port of its own, with an admin, two users and a reader. */
final class ImageLab implements AutoCloseable {
    final Database database = TestDatabase.open("image", "operation");
    final Path directory;
    final ImageModule module;
    final Operations operations;
    final TestServer server;
    final TestClient admin;
    final TestClient user;
    final TestClient other;
    final TestClient reader;
    final String project = "p" + UUID.randomUUID().toString().replace("-", "");
    final String otherProject = "q" + UUID.randomUUID().toString().replace("-", "");

    ImageLab() {
        try {
            directory = Files.createTempDirectory("image-lab-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TokenTable tokens =
                new TokenTable()
                        .add("admin", "adminproject", "admin", "member", "reader")
                        .add("user", project, "member", "reader")
                        .add("other", otherProject, "member", "reader")
                        .add("reader", project, "reader");
        operations = new Operations(database, OperationConfig.defaults("lab-" + project));
        module =
                new ImageModule(
                        database, ImageConfig.defaults(directory), tokens, operations, Map.of());
        module.recover();
        operations.start();
        server = TestServer.start(module.httpService());
        admin = server.client("admin");
        user = server.client("user");
        other = server.client("other");
        reader = server.client("reader");
    }

    /** Records an image of the user's and gives its id. */
    String create(String json) {
        return user.post("/v2/images", json).expect(201).json().path("id").asString();
    }

    TestClient.Answer upload(TestClient client, String id, byte[] content) {
        return octets(client).send("PUT", "/v2/images/" + id + "/file", Optional.of(content));
    }

    static TestClient octets(TestClient client) {
        return client.with("Content-Type", "application/octet-stream");
    }

    /** The user's raw image with this content. */
    String active(String content) {
        String id = create("{'name':'lab','disk_format':'raw','container_format':'bare'}");
        upload(user, id, content.getBytes(StandardCharsets.UTF_8)).expect(204);
        return id;
    }

    TestClient.Answer patch(TestClient client, String id, String changes) {
        return client.with("Content-Type", "application/openstack-images-v2.1-json-patch")
                .patch("/v2/images/" + id, changes);
    }

    @Override
    public void close() {
        server.close();
        operations.close();
        TestFiles.remove(directory);
    }
}
