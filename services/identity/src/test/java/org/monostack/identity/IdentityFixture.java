package org.monostack.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestFiles;
import org.monostack.platform.testing.TestServer;

/**
 * An identity service on the tests' database, seeded like a fresh cloud: admin (password {@code
 * secret}) and demo in projects of the same names, and a catalog. All fixtures share the data;
 * tests use names of their own.
 */
final class IdentityFixture implements AutoCloseable {

    final Database database;
    final IdentityModule module;
    final TestServer server;
    final String adminProject;
    final String demoProject;
    final String adminUser;
    final String demoUser;
    final String memberRole;
    final String readerRole;
    final String adminRole;
    final Path keys;

    static IdentityFixture start() {
        return start(config -> config);
    }

    static IdentityFixture start(UnaryOperator<IdentityConfig.Builder> change) {
        try {
            Path keys = Files.createTempDirectory("monostack-keys-");
            IdentityConfig config =
                    change.apply(IdentityConfig.builder(keys).withBcryptCost(4)).build();
            if (!config.keys().equals(keys)) {
                Files.delete(keys);
            }
            return new IdentityFixture(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IdentityFixture(IdentityConfig config) {
        keys = config.keys();
        database = TestDatabase.open();
        module = new IdentityModule(database, config);
        server =
                TestServer.start(
                        List.of(new HttpServer.Binding("/identity", module.httpService())));
        IdentityBootstrap seed = module.bootstrap();
        seed.ensureDomain("default", "Default");
        adminProject = seed.ensureProject("default", "admin", "");
        demoProject = seed.ensureProject("default", "demo", "");
        adminUser = seed.ensureUser("default", "admin", "secret");
        demoUser = seed.ensureUser("default", "demo", "secret");
        adminRole = seed.ensureRole("admin");
        String managerRole = seed.ensureRole("manager");
        memberRole = seed.ensureRole("member");
        readerRole = seed.ensureRole("reader");
        seed.ensureImpliedRole(adminRole, managerRole);
        seed.ensureImpliedRole(managerRole, memberRole);
        seed.ensureImpliedRole(memberRole, readerRole);
        seed.grantOnProject(adminUser, adminProject, adminRole);
        seed.grantOnSystem(adminUser, adminRole);
        seed.grantOnProject(demoUser, demoProject, memberRole);
        seed.ensureRegion("RegionOne");
        String service = seed.ensureService("identity", "keystone", "Identity");
        seed.ensureEndpoint(service, "public", "RegionOne", url());
        seed.ensureEndpoint(
                seed.ensureService("compute", "nova", "Compute"),
                "public",
                "RegionOne",
                "http://127.0.0.1/compute/v2.1/$(project_id)s");
    }

    String url() {
        return server.url() + "/identity";
    }

    /** A client below /identity/v3 that sends this token. */
    TestClient client(String token) {
        return new TestClient(url() + "/v3", token);
    }

    TestClient anonymous() {
        return client("");
    }

    TestClient admin() {
        return client(
                token("admin", "secret", "{'project':{'name':'admin','domain':{'id':'default'}}}"));
    }

    TestClient demo() {
        return client(
                token("demo", "secret", "{'project':{'name':'demo','domain':{'id':'default'}}}"));
    }

    /** What a login with these answers, whatever it is. */
    TestClient.Answer login(String user, String password, String scope) {
        return anonymous().post("/auth/tokens", passwordLogin(user, password, scope));
    }

    static String passwordLogin(String user, String password, String scope) {
        return "{'auth':{'identity':{'methods':['password'],'password':{'user':{'name':'"
                + user
                + "','domain':{'id':'default'},'password':'"
                + password
                + "'}}}"
                + (scope.isEmpty() ? "" : ",'scope':" + scope)
                + "}}";
    }

    String token(String user, String password, String scope) {
        return login(user, password, scope).expect(201).header("X-Subject-Token").orElseThrow();
    }

    static String onProject(String id) {
        return "{'project':{'id':'" + id + "'}}";
    }

    /** A new user of the default domain with this password. */
    String newUser(String name, String password) {
        return admin().post(
                        "/users", "{'user':{'name':'" + name + "','password':'" + password + "'}}")
                .expect(201)
                .json()
                .at("/user/id")
                .asString();
    }

    String newProject(String name) {
        return admin().post("/projects", "{'project':{'name':'" + name + "'}}")
                .expect(201)
                .json()
                .at("/project/id")
                .asString();
    }

    static String unique(String prefix) {
        return prefix + "-" + RandomIds.hex().substring(0, 8);
    }

    @Override
    public void close() {
        server.close();
        TestFiles.remove(keys);
    }
}
