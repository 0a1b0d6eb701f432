package org.monostack.driver.fake.compute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.monostack.compute.ComputeConfig;
import org.monostack.compute.ComputeModule;
import org.monostack.driver.fake.FakeHypervisor;
import org.monostack.driver.fake.FakeNetworkDriver;
import org.monostack.image.ImageConfig;
import org.monostack.image.ImageModule;
import org.monostack.image.NewImage;
import org.monostack.network.NetworkConfig;
import org.monostack.network.NetworkModule;
import org.monostack.placement.PlacementModule;
import org.monostack.platform.database.Database;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestFiles;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;
import tools.jackson.databind.JsonNode;

/**
 * Compute with image, placement and network on a real database behind a real listener. Each
 * instance has a host and projects of its own.
 */
final class ComputeFixture implements AutoCloseable {
    final Database database = TestDatabase.open("operation", "image", "placement", "network");
    final String host = "host-" + UUID.randomUUID().toString().substring(0, 8);
    final String project = UUID.randomUUID().toString().replace("-", "");
    final String otherProject = UUID.randomUUID().toString().replace("-", "");
    final FakeHypervisor hypervisor = new FakeHypervisor(host);
    final Refusals refusals = new Refusals();
    final FakeNetworkDriver networkDriver = new FakeNetworkDriver();
    final Operations operations;
    final NetworkModule network;
    final ImageModule image;
    final PlacementModule placement;
    final ComputeModule compute;
    final TestServer server;
    final TestServer networkServer;
    final TestClient admin;
    final TestClient member;
    final TestClient reader;
    final TestClient other;
    final UUID networkId;
    final UUID imageId = UUID.randomUUID();
    final Path directory;
    private final TokenTable tokenTable;
    private final Duration reconcileEvery;

    ComputeFixture() {
        this(Duration.ofMinutes(10));
    }

    ComputeFixture(Duration reconcileEvery) {
        try {
            directory = Files.createTempDirectory("compute-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TokenTable tokens =
                new TokenTable()
                        .add("admin-token", "0admin", "admin", "member", "reader")
                        .add("member-token", project, "member", "reader")
                        .add("reader-token", project, "reader")
                        .add("other-token", otherProject, "member", "reader");
        operations = new Operations(database, OperationConfig.defaults(host));
        tokenTable = tokens;
        this.reconcileEvery = reconcileEvery;
        image = image(operations);
        placement = new PlacementModule(database, tokens, Map.of());
        network =
                new NetworkModule(
                        database, NetworkConfig.defaults(host), tokens, Map.of(), networkDriver);
        compute = compute(operations);
        compute.bootstrap().ensureFlavors();
        network.start();
        operations.start();
        compute.start();
        seedImage();
        server = TestServer.start(compute.httpService());
        networkServer = TestServer.start(network.httpService());
        networkId = makeNetwork("member-token", "private", "10.0.0.0/24");
        admin = server.client("admin-token");
        member = server.client("member-token");
        reader = server.client("reader-token");
        other = server.client("other-token");
    }

    /** Makes a network with one subnet for the project of a token. */
    UUID makeNetwork(String token, String name, String cidr) {
        TestClient client = networkServer.client(token);
        String network =
                client.post("/v2.0/networks", "{'network': {'name': '" + name + "'}}")
                        .expect(201)
                        .json()
                        .path("network")
                        .path("id")
                        .asString();
        client.post(
                        "/v2.0/subnets",
                        "{'subnet': {'network_id': '"
                                + network
                                + "', 'ip_version': 4, 'cidr': '"
                                + cidr
                                + "'}}")
                .expect(201);
        return UUID.fromString(network);
    }

    private ImageModule image(Operations worker) {
        return new ImageModule(
                database,
                ImageConfig.defaults(directory.resolve("images")),
                tokenTable,
                worker,
                Map.of());
    }

    private ComputeModule compute(Operations worker) {
        ComputeConfig defaults = ComputeConfig.defaults(host);
        return new ComputeModule(
                database,
                new ComputeConfig(
                        host,
                        defaults.defaultZone(),
                        4.0,
                        1.0,
                        1.0,
                        512,
                        true,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        reconcileEvery,
                        defaults.consoleProxyUrl()),
                tokenTable,
                Map.of(),
                worker,
                new ComputeModule.Neighbours(
                        image.images(),
                        placement.placement(),
                        network.networks(),
                        refusals.before(hypervisor)));
    }

    /** What a new process would be, on the same database and host. */
    Successor successor() {
        Operations worker = new Operations(database, OperationConfig.defaults(host));
        image(worker);
        ComputeModule module = compute(worker);
        worker.start();
        module.start();
        return new Successor(worker, module);
    }

    /** The operations and the compute of a process that came after the fixture's own. */
    record Successor(Operations operations, ComputeModule compute) implements AutoCloseable {
        @Override
        public void close() {
            compute.close();
            operations.close();
        }
    }

    private void seedImage() {
        try {
            Path file = directory.resolve("disk.raw");
            Files.write(file, new byte[4096]);
            image.images()
                    .importFile(
                            NewImage.of(imageId, "disk", Optional.of(project), "public", "raw"),
                            file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The attributes that every server needs. */
    String minimal(String name) {
        return "'name': '" + name + "', 'imageRef': '" + imageId + "', 'flavorRef': '42'";
    }

    /** Asks for a server and returns its id. */
    String create(TestClient client, String attributes) {
        return client.post("/v2.1/servers", "{'server': {" + attributes + "}}")
                .expect(202)
                .json()
                .path("server")
                .path("id")
                .asString();
    }

    /** Makes a server and waits until it runs. */
    String active(String name) {
        String id = create(member, minimal(name));
        awaitStatus(id, "ACTIVE");
        return id;
    }

    JsonNode show(String id) {
        return admin.get("/v2.1/servers/" + id).expect(200).json().path("server");
    }

    void awaitStatus(String id, String status) {
        await(() -> {
            JsonNode shown = show(id);
            if (shown.path("status").asString().equals("ERROR") && !status.equals("ERROR")) {
                throw new AssertionError(shown.toPrettyString());
            }
            return shown.path("status").asString().equals(status)
                    && shown.path("OS-EXT-STS:task_state").isNull();
        });
    }

    void awaitGone(String id) {
        await(() -> admin.get("/v2.1/servers/" + id).status() == 404);
    }

    void action(String id, String body) {
        member.post("/v2.1/servers/" + id + "/action", body).expect(202);
    }

    /** Waits until something holds that another thread brings about. */
    static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("did not come about in time");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        // The next fixture's servers must not land on a host that nobody serves any more.
        admin.put("/v2.1/os-services/disable", "{'host': '" + host + "', 'binary': 'nova-compute'}")
                .expect(200);
        server.close();
        networkServer.close();
        compute.close();
        operations.close();
        network.close();
        TestFiles.remove(directory);
    }
}
