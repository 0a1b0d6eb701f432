package org.monostack.network;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.monostack.platform.database.Database;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;

/**
 * A network service on a real database behind a real listener, with fresh projects for each
 * instance, so that tests do not see each other's things.
 */
final class NetworkFixture implements AutoCloseable {
    final Database database = TestDatabase.open("network");
    final TestNetworkDriver driver = new TestNetworkDriver();
    final NetworkModule module;
    final TestServer server;
    final String project = UUID.randomUUID().toString().replace("-", "");
    final String otherProject = UUID.randomUUID().toString().replace("-", "");
    final TestClient admin;
    final TestClient member;
    final TestClient other;

    NetworkFixture() {
        TokenTable tokens =
                new TokenTable()
                        .add("admin-token", "0admin", "admin", "member", "reader")
                        .add("member-token", project, "member", "reader")
                        .add("other-token", otherProject, "member", "reader");
        module =
                new NetworkModule(
                        database, NetworkConfig.defaults("host-1"), tokens, Map.of(), driver);
        module.start();
        server = TestServer.start(module.httpService());
        admin = server.client("admin-token");
        member = server.client("member-token");
        other = server.client("other-token");
    }

    /** Creates something and gives its id. */
    static String create(TestClient client, String plural, String singular, String attributes) {
        return client.post("/v2.0/" + plural, "{'" + singular + "': {" + attributes + "}}")
                .expect(201)
                .json()
                .path(singular)
                .path("id")
                .stringValue();
    }

    String network(String attributes) {
        return create(member, "networks", "network", attributes);
    }

    String subnet(String network, String cidr) {
        return create(
                member,
                "subnets",
                "subnet",
                "'network_id': '" + network + "', 'ip_version': 4, 'cidr': '" + cidr + "'");
    }

    /** Waits until something holds that another thread brings about. */
    static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("did not come about in time");
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        server.close();
        module.close();
    }
}
