package org.monostack.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Route;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestServer;

/**
 * An answer is kept while the schemas that its route names do not change, so it may be made from
 * nothing else: each kept route of the route tables is asked, and the database tells which tables
 * its handler looked at.
 */
class KeptRoutesTest {
    /** The count itself, which is read before anything else. */
    private static final String COUNT = "operation.change_count";

    /** Changes of these do not count, so no answer may be made from them. */
    private static final Set<String> NOT_COUNTED =
            Set.of(
                    "identity.notification",
                    "identity.notification_courier",
                    "identity.stored_token");

    /** What makes a handler look at more, beside the question that says nothing. */
    private static final Map<String, List<String>> QUESTIONS =
            Map.ofEntries(
                    Map.entry(
                            "/v3/role_assignments",
                            List.of("effective", "include_names", "effective&include_names")),
                    Map.entry("/v3/users", List.of("name=demo", "domain_id=default")),
                    Map.entry("/v3/groups", List.of("name=all", "domain_id=default")),
                    Map.entry("/v3/projects", List.of("name=demo", "tags=a", "is_domain=true")),
                    Map.entry("/v3/roles", List.of("domain_id=default")),
                    Map.entry("/v2/images", List.of("tag=a", "member_status=all", "limit=1")),
                    Map.entry(
                            "/resource_providers",
                            List.of(
                                    "resources=VCPU:1",
                                    "required=COMPUTE_NODE",
                                    "name=quiet",
                                    "member_of=2ea8fb80-3f01-4a6f-9d1c-5a9d7c2f2f9d")),
                    Map.entry(
                            "/v2.1/servers",
                            List.of(
                                    "ip=10",
                                    "all_tenants=1",
                                    "tags=a",
                                    "changes-since=2020-01-01T00:00:00Z")),
                    Map.entry(
                            "/v2.1/servers/detail",
                            List.of("ip=10", "all_tenants=1", "status=ACTIVE", "flavor=42")),
                    Map.entry("/v2.0/networks", List.of("tags=a", "router:external=true")),
                    Map.entry("/v2.0/ports", List.of("tags=a", "fixed_ips=ip_address%3D10.0.0.2")),
                    Map.entry("/v2.1/os-keypairs", List.of("limit=1")),
                    Map.entry("/v2.1/flavors", List.of("is_public=None")),
                    Map.entry("/v2.1/flavors/detail", List.of("is_public=None")));

    private static final List<String> NETWORKS_QUESTIONS =
            List.of("fields=id", "limit=1&sort_key=id&sort_dir=asc");

    private static final Map<String, String> PARAMETERS = Map.of("flavor_id", "42");

    @TempDir static Path directory;

    private static QuietCloud cloud;
    private static StatementLog log;
    private static TestClient admin;
    private static Map<String, TestClient> callers;

    @BeforeAll
    static void start() throws Exception {
        cloud = new QuietCloud(directory);
        log = new StatementLog(cloud.database);
        callers = new LinkedHashMap<>();
        admin = cloud.client("admin", QuietCloud.project("admin"));
        callers.put("admin", admin);
        callers.put("admin of the system", cloud.client("admin", "{'system': {'all': true}}"));
        callers.put("admin of the domain", cloud.client("admin", "{'domain': {'id': 'default'}}"));
        callers.put("demo", cloud.client("demo", QuietCloud.project("demo")));
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void aKeptAnswerIsMadeFromWhatItsRouteNames() {
        List<String> findings = new ArrayList<>();
        Set<String> keeping = new TreeSet<>();
        for (HttpService service : cloud.services) {
            for (Route route : service.routes().describe()) {
                if (!route.keptFrom().isEmpty()) {
                    keeping.add(service.name());
                    findings.addAll(findings(QuietCloud.prefix(service), service, route));
                }
            }
        }
        assertThat(findings).isEmpty();
        assertThat(keeping).containsExactly("compute", "identity", "image", "network", "placement");
    }

    @Test
    void oneThatIsMadeFromMoreIsFound() {
        Routes routes = new Routes().keepAnswers(cloud.database, "compute");
        Route route = routes.get("/regions", request -> regions()).kept();
        HttpService identity = cloud.services.getFirst();
        HttpService careless =
                new HttpService(
                        "careless",
                        routes,
                        identity.errors(),
                        Optional.empty(),
                        identity.authenticator(),
                        identity.policy());
        try (TestServer server = TestServer.start(careless)) {
            assertThat(findings(server.url(), careless, route))
                    .isNotEmpty()
                    .allMatch(finding -> finding.contains("reads identity.region"));
        }
    }

    private static Response regions() {
        int count =
                cloud.database.reading(tx ->
                        tx.sql()
                                .fetchSingle("select count(*) from identity.region")
                                .get(0, Integer.class));
        return Response.json(200, Json.object().put("regions", count));
    }

    private static List<String> findings(String at, HttpService service, Route route) {
        String path = filledIn(route.templates().getFirst());
        List<String> questions = new ArrayList<>(List.of(""));
        questions.addAll(
                QUESTIONS.getOrDefault(
                        path, service.name().equals("network") ? NETWORKS_QUESTIONS : List.of()));
        List<String> findings = new ArrayList<>();
        Set<String> read = new TreeSet<>();
        callers.forEach((who, client) -> {
            for (String question : questions) {
                String line = path + (question.isEmpty() ? "" : "?" + question);
                Set<String> tables =
                        tables(inNewestVersion(client, service), at, line, who.equals("admin"));
                read.addAll(tables);
                for (String table : tables) {
                    if (!allowed(route, table)) {
                        findings.add(
                                "%s GET %s, asked by %s, reads %s, but is kept while %s stay the same"
                                        .formatted(
                                                service.name(),
                                                line,
                                                who,
                                                table,
                                                route.keptFrom()));
                    }
                }
            }
        });
        assertThat(read).as("read for %s of %s", path, service.name()).isNotEmpty();
        return findings;
    }

    /** What the handler looked at; who the caller is has been found out before, and is left out. */
    private static Set<String> tables(
            TestClient client, String at, String line, boolean mustSucceed) {
        // So that nothing that was derived for others before is still of use.
        admin.post("/identity/v3/regions", "{'region': {}}").expect(201);
        Runnable nothing = () -> client.get(at + "/there/is/no/such/path").expect(404);
        nothing.run();
        List<String> who = log.during(nothing);
        List<String> all =
                log.during(() -> {
                    int status = client.get(at + line).status();
                    assertThat(status).as(line).isLessThan(500);
                    if (mustSucceed) {
                        assertThat(status).as(line).isEqualTo(200);
                    }
                });
        assertThat(all).startsWith(who.toArray(String[]::new));
        Set<String> tables = log.tables(all.subList(who.size(), all.size()));
        tables.remove(COUNT);
        return tables;
    }

    private static boolean allowed(Route route, String table) {
        return route.keptFrom().contains(table.substring(0, table.indexOf('.')))
                && !NOT_COUNTED.contains(table);
    }

    private static TestClient inNewestVersion(TestClient client, HttpService service) {
        return service.microversions()
                .map(range -> client.with("OpenStack-API-Version", range.serviceType() + " latest"))
                .orElse(client);
    }

    private static String filledIn(String template) {
        String path = template;
        for (Map.Entry<String, String> parameter : PARAMETERS.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        assertThat(path).as("give its parameter a value above").doesNotContain("{");
        return path;
    }
}
