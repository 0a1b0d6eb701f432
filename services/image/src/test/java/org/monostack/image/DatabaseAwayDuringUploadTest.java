package org.monostack.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.DatabaseConfig;
import org.monostack.platform.database.DatabaseUnavailable;
import org.monostack.platform.database.PrivateMariaDb;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/** An upload whose database is killed before it ends leaves an image that can be uploaded again. */
class DatabaseAwayDuringUploadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir static Path directory;

    @Test
    void theImageIsQueuedAgainOnceTheDatabaseIsBack() throws Exception {
        PrivateMariaDb mariadb =
                new PrivateMariaDb(directory.resolve("db"), TestDatabase.freePort(), "secret");
        mariadb.ensureStarted(PATIENCE);
        DatabaseConfig found = mariadb.connection();
        DatabaseConfig impatient =
                new DatabaseConfig(
                        found.host(),
                        found.port(),
                        found.user(),
                        found.password(),
                        4,
                        Duration.ofSeconds(1));
        try (Database database = Database.open(impatient)) {
            database.migrate("image");
            database.migrate("operation");
            Path contents = directory.resolve("images");
            ImageModule module =
                    new ImageModule(
                            database,
                            ImageConfig.defaults(contents),
                            new TokenTable().add("user", "project", "member", "reader"),
                            new Operations(database, OperationConfig.defaults("away")),
                            Map.of());
            try (TestServer server = TestServer.start(module.httpService())) {
                TestClient user = server.client("user");
                String id =
                        user.post("/v2/images", "{'disk_format':'raw','container_format':'bare'}")
                                .expect(201)
                                .json()
                                .path("id")
                                .asString();
                InputStream fatal =
                        new SequenceInputStream(
                                new ByteArrayInputStream(new byte[1 << 20]), killing(mariadb));
                assertThatThrownBy(() -> module.images().upload(UUID.fromString(id), fatal))
                        .isInstanceOf(DatabaseUnavailable.class);

                mariadb.ensureStarted(PATIENCE);
                assertThat(eventually(user, id)).isEqualTo("queued");
                try (Stream<Path> files = Files.walk(contents)) {
                    assertThat(files.filter(Files::isRegularFile)).isEmpty();
                }
                module.images()
                        .upload(UUID.fromString(id), new ByteArrayInputStream(new byte[1000]));
                assertThat(status(user, id)).isEqualTo("active");
            }
        } finally {
            mariadb.stop(PATIENCE);
        }
    }

    /** A stream without content that kills the database when it is asked. */
    private static InputStream killing(PrivateMariaDb mariadb) {
        return new InputStream() {
            @Override
            public int read() {
                mariadb.process()
                        .ifPresent(process -> {
                            process.destroyForcibly();
                            process.onExit().join();
                        });
                return -1;
            }
        };
    }

    private static String status(TestClient user, String id) {
        return user.get("/v2/images/" + id).expect(200).json().path("status").asString();
    }

    /** The first answers after the return may still be 503. */
    private static String eventually(TestClient user, String id) throws InterruptedException {
        String status = "unknown";
        for (int i = 0; i < 200 && !status.equals("queued"); i++) {
            Thread.sleep(50);
            TestClient.Answer answer = user.get("/v2/images/" + id);
            status = answer.status() == 200 ? answer.json().path("status").asString() : "away";
        }
        return status;
    }
}
