package org.monostack.cloud.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.identity.BrokerConfig;
import org.monostack.identity.IdentityConfig;
import org.monostack.identity.IdentityModule;
import org.monostack.identity.IdentityNotifications;
import org.monostack.identity.NotificationDelivery;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.json.Json;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import tools.jackson.databind.JsonNode;

/** The distribution's RabbitMQ, run as the cloud runs it, and what its consumers get. */
class PrivateRabbitMqTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path directory;
    private PrivateRabbitMq broker;
    private NotificationDelivery delivery;
    private TestServer server;

    @BeforeEach
    void start() {
        broker = new PrivateRabbitMq(directory.resolve("rabbitmq"), "stackrabbit", "s3cr\"et");
        Database database = TestDatabase.open("identity");
        delivery =
                IdentityNotifications.delivery(
                        new BrokerConfig(
                                "127.0.0.1", broker.port(), "stackrabbit", "s3cr\"et", "/", false),
                        database);
        IdentityNotifications told =
                IdentityNotifications.none().and(delivery, "cadf", Set.of(), "here");
        IdentityModule identity =
                new IdentityModule(
                        database,
                        IdentityConfig.builder(directory.resolve("keys")).withBcryptCost(4).build(),
                        told);
        server =
                TestServer.start(
                        List.of(new HttpServer.Binding("/identity", identity.httpService())), told);
    }

    @AfterEach
    void stop() {
        server.close();
        delivery.close();
        broker.stop(PATIENCE);
        assertThat(broker.process()).isEmpty();
    }

    /** A log-in that fails is something to be told, and needs nobody to exist. */
    private void logIn(String user) {
        server.client("")
                .post(
                        "/identity/v3/auth/tokens",
                        "{'auth':{'identity':{'methods':['password'],'password':{'user':{'name':'"
                                + user
                                + "','domain':{'id':'default'},'password':'x'}}}}}")
                .expect(401);
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
            Thread.sleep(50);
        }
    }

    private List<GetResponse> consume(int count) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.port());
        factory.setUsername("stackrabbit");
        factory.setPassword("s3cr\"et");
        List<GetResponse> messages = new ArrayList<>();
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            for (int i = 0; i < count; i++) {
                GetResponse message = channel.basicGet("notifications.info", true);
                assertThat(message).isNotNull();
                messages.add(message);
            }
            assertThat(channel.basicGet("notifications.info", true)).isNull();
        }
        return messages;
    }

    @Test
    void consumersGetWhatOsloMessagingWouldSendThem() throws Exception {
        // Nobody waits for a broker that does not run yet.
        delivery.start();
        logIn("early");
        logIn("riser");
        assertThat(delivery.waiting()).isEqualTo(2);
        broker.ensureStarted(PATIENCE);
        assertThat(directory.resolve("rabbitmq"))
                .satisfies(it ->
                        assertThat(
                                        PosixFilePermissions.toString(
                                                java.nio.file.Files.getPosixFilePermissions(it)))
                                .isEqualTo("rwx------"));
        eventually(() -> delivery.waiting() == 0);
        List<GetResponse> messages = consume(2);
        GetResponse first = messages.getFirst();
        assertThat(first.getEnvelope().getExchange()).isEqualTo("keystone");
        assertThat(first.getEnvelope().getRoutingKey()).isEqualTo("notifications.info");
        assertThat(first.getProps().getContentType()).isEqualTo("application/json");
        assertThat(first.getProps().getContentEncoding()).isEqualTo("utf-8");
        JsonNode envelope = Json.read(new String(first.getBody(), StandardCharsets.UTF_8));
        assertThat(envelope.path("oslo.version").asString()).isEqualTo("2.0");
        JsonNode message = Json.read(envelope.path("oslo.message").asString());
        assertThat(message.path("event_type").asString()).isEqualTo("identity.authenticate");
        assertThat(message.path("priority").asString()).isEqualTo("INFO");
        assertThat(message.path("_unique_id").asString()).isNotEmpty();
        assertThat(message.at("/payload/outcome").asString()).isEqualTo("failure");

        // The broker goes away and comes back, on the same port.
        int port = broker.port();
        broker.stop(PATIENCE);
        logIn("meanwhile");
        eventually(() -> delivery.trouble().isPresent());
        assertThat(delivery.waiting()).isEqualTo(1);
        broker.ensureStarted(PATIENCE);
        assertThat(broker.port()).isEqualTo(port);
        eventually(() -> delivery.waiting() == 0);
        assertThat(consume(1)).hasSize(1);
    }
}
