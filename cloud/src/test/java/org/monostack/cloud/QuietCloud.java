package org.monostack.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.localconf.LocalConf;
import org.monostack.cloud.machine.Machine;
import org.monostack.cloud.seed.ApiSeed;
import org.monostack.cloud.seed.IdentitySeed;
import org.monostack.driver.fake.FakeHypervisor;
import org.monostack.driver.fake.FakeNetworkDriver;
import org.monostack.identity.IdentityNotifications;
import org.monostack.image.NewImage;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import tools.jackson.databind.JsonNode;

/**
 * All services on a database of their own, with something of every kind in it. Nothing works in the
 * background any more: what the database is asked comes from requests alone.
 */
final class QuietCloud implements AutoCloseable {
    private static final String PASSWORD = "quiet";

    final Database database =
            TestDatabase.another("operation", "identity", "image", "placement", "network");
    final List<HttpService> services;
    private final FakeNetworkDriver networkDriver = new FakeNetworkDriver();
    private final FakeHypervisor hypervisor;
    private final TestServer server;

    QuietCloud(Path directory) throws Exception {
        CloudConfig config =
                CloudConfig.of(
                        LocalConf.empty(),
                        Map.of("DATA_DIR", directory.toString(), "VIRT_DRIVER", "fake"),
                        new Machine());
        String host = config.host().name();
        hypervisor = new FakeHypervisor(host);
        Operations operations = new Operations(database, OperationConfig.defaults(host));
        Services wired =
                Services.wire(
                        config,
                        database,
                        operations,
                        IdentityNotifications.none(),
                        networkDriver,
                        hypervisor);
        services = wired.http();
        server =
                TestServer.start(
                        services.stream()
                                .map(it -> new HttpServer.Binding(prefix(it), it))
                                .toList());
        try (operations;
                wired) {
            wired.start();
            operations.start();
            seed(config, wired, directory);
        }
    }

    /** Below which a service is served. */
    static String prefix(HttpService service) {
        return "/" + service.name();
    }

    private void seed(CloudConfig config, Services wired, Path directory) throws Exception {
        Map<String, String> urls = new HashMap<>();
        services.forEach(it -> urls.put(it.name(), server.url() + prefix(it)));
        Endpoints endpoints = new Endpoints(urls);
        Credentials credentials = new Credentials(PASSWORD, PASSWORD, "", "");
        IdentitySeed people = new IdentitySeed(wired.identity().bootstrap());
        people.people(credentials);
        people.catalog(config, endpoints);
        wired.compute().bootstrap().ensureFlavors();
        TestClient admin = client("admin", project("admin"));
        TestClient demo = client("demo", project("demo"));
        String project =
                find(admin.get("/identity/v3/projects?name=demo"), "/projects/0/id").asString();
        ApiSeed.ensure(config, endpoints, credentials, project);
        people(admin);
        networks(admin, demo);
        server(demo, image(wired, directory, project));
    }

    private static void people(TestClient admin) {
        String group = made(admin, "/identity/v3/groups", "{'group': {'name': 'all'}}");
        String user = find(admin.get("/identity/v3/users?name=demo"), "/users/0/id").asString();
        String role = find(admin.get("/identity/v3/roles?name=reader"), "/roles/0/id").asString();
        admin.put("/identity/v3/groups/" + group + "/users/" + user).expect(204);
        admin.put("/identity/v3/domains/default/groups/" + group + "/roles/" + role).expect(204);
    }

    private static void networks(TestClient admin, TestClient demo) {
        String at = "/network/v2.0/";
        String outside =
                find(admin.get(at + "networks?router:external=true"), "/networks/0/id").asString();
        made(demo, at + "floatingips", "{'floatingip': {'floating_network_id': '%s'}}", outside);
        String scope =
                made(
                        admin,
                        at + "address-scopes",
                        "{'address_scope': {'name': 'scope', 'ip_version': 4}}");
        made(
                admin,
                at + "subnetpools",
                "{'subnetpool': {'name': 'pool', 'prefixes': ['10.9.0.0/16'],"
                        + " 'address_scope_id': '%s'}}",
                scope);
        String shared = made(admin, at + "networks", "{'network': {'name': 'shared'}}");
        made(
                admin,
                at + "rbac-policies",
                "{'rbac_policy': {'object_type': 'network', 'object_id': '%s', 'action':"
                        + " 'access_as_shared', 'target_tenant': '*'}}",
                shared);
        String label =
                made(admin, at + "metering/metering-labels", "{'metering_label': {'name': 'm'}}");
        made(
                admin,
                at + "metering/metering-label-rules",
                "{'metering_label_rule': {'metering_label_id': '%s', 'remote_ip_prefix':"
                        + " '10.0.0.0/24'}}",
                label);
    }

    private static void server(TestClient demo, UUID image) throws InterruptedException {
        String network =
                find(demo.get("/network/v2.0/networks?name=private"), "/networks/0/id").asString();
        demo.post("/compute/v2.1/os-keypairs", "{'keypair': {'name': 'key'}}").expect(200);
        String server = "/compute/v2.1/servers";
        server +=
                "/"
                        + find(
                                        demo.post(
                                                server,
                                                ("{'server': {'name': 'one', 'flavorRef': '42',"
                                                                + " 'imageRef': '%s', 'key_name':"
                                                                + " 'key', 'networks': [{'uuid':"
                                                                + " '%s'}]}}")
                                                        .formatted(image, network)),
                                        "/server/id")
                                .asString();
        String status = "BUILD";
        for (int looks = 0; status.equals("BUILD") && looks < 500; looks++) {
            Thread.sleep(20);
            status = find(demo.get(server), "/server/status").asString();
        }
        assertThat(status).isEqualTo("ACTIVE");
    }

    private static UUID image(Services wired, Path directory, String owner) throws IOException {
        UUID image = UUID.randomUUID();
        Path file = Files.write(directory.resolve("disk.raw"), new byte[4096]);
        wired.image()
                .images()
                .importFile(NewImage.of(image, "disk", Optional.of(owner), "public", "raw"), file);
        return image;
    }

    /** Makes something and returns its id. */
    private static String made(TestClient client, String path, String body, Object... words) {
        JsonNode answer = client.post(path, body.formatted(words)).expect(201).json();
        return answer.iterator().next().path("id").asString();
    }

    private static JsonNode find(TestClient.Answer answer, String pointer) {
        JsonNode found = answer.json().at(pointer);
        assertThat(found.isMissingNode()).as("%s in %s", pointer, answer.text()).isFalse();
        return found;
    }

    /** A token's scope: one of the seeded projects. */
    static String project(String name) {
        return "{'project': {'name': '" + name + "', 'domain': {'id': 'default'}}}";
    }

    /** A seeded user's, with a token of this scope. */
    TestClient client(String user, String scope) {
        String token =
                server.anonymous()
                        .post(
                                "/identity/v3/auth/tokens",
                                ("{'auth': {'identity': {'methods': ['password'], 'password':"
                                                + " {'user': {'name': '%s', 'password': '%s',"
                                                + " 'domain': {'id': 'default'}}}}, 'scope': %s}}")
                                        .formatted(user, PASSWORD, scope))
                        .expect(201)
                        .header("X-Subject-Token")
                        .orElseThrow();
        return server.client(token);
    }

    @Override
    public void close() {
        server.close();
        networkDriver.close();
        hypervisor.close();
        database.close();
    }
}
