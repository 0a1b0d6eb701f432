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

    /** The external network with some of its addresses for floating IPs and routers. */
    String publicNetwork() {
        String network =
                create(
                        admin,
                        "networks",
                        "network",
                        "'name': 'public', 'router:external': true, 'is_default': true,"
                                + " 'provider:network_type': 'flat',"
                                + " 'provider:physical_network': 'public'");
        create(
                admin,
                "subnets",
                "subnet",
                "'network_id': '"
                        + network
                        + "', 'ip_version': 4, 'cidr': '192.168.31.0/24',"
                        + " 'gateway_ip': '192.168.31.1', 'enable_dhcp': false,"
                        + " 'allocation_pools': [{'start': '192.168.31.150',"
                        + " 'end': '192.168.31.180'}]");
        return network;
    }

    /** A router of the member's project with a way out. */
    String router(String publicNetwork) {
        return create(
                member,
                "routers",
                "router",
                "'name': 'r', 'external_gateway_info': {'network_id': '" + publicNetwork + "'}");
    }

    void connect(String router, String subnet) {
        member.put(
                        "/v2.0/routers/" + router + "/add_router_interface",
                        "{'subnet_id': '" + subnet + "'}")
                .expect(200);
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
