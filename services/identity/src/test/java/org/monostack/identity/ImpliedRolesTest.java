package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import tools.jackson.databind.JsonNode;

/** A token has the roles that its roles imply at the time, whichever process is asked. */
class ImpliedRolesTest {

    private static IdentityFixture cloud;
    private static TestServer elsewhere;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
        Database database = TestDatabase.open();
        IdentityModule module =
                new IdentityModule(
                        database, IdentityConfig.builder(cloud.keys).withBcryptCost(4).build());
        elsewhere =
                TestServer.start(
                        List.of(new HttpServer.Binding("/identity", module.httpService())));
    }

    @AfterAll
    static void stop() {
        elsewhere.close();
        cloud.close();
    }

    private static String newRole(TestClient admin, String name) {
        return admin.post("/roles", "{'role':{'name':'" + name + "'}}")
                .expect(201)
                .json()
                .at("/role/id")
                .asString();
    }

    /** What each process says of the roles of a token. */
    private static void assertRoles(String token, String... names) {
        for (String url : List.of(cloud.url(), elsewhere.url() + "/identity")) {
            JsonNode shown =
                    new TestClient(url + "/v3", token)
                            .with("X-Subject-Token", token)
                            .get("/auth/tokens")
                            .expect(200)
                            .json();
            assertThat(shown.at("/token/roles").valueStream())
                    .extracting(it -> it.path("name").asString())
                    .containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void changesHoldForTheNextRequestInEveryProcess() {
        TestClient admin = cloud.admin();
        String own = unique("own");
        String more = unique("more");
        String renamed = unique("renamed");
        String prior = newRole(admin, own);
        String implied = newRole(admin, more);
        String name = unique("holder");
        String user = cloud.newUser(name, "secret");
        String project = cloud.newProject(unique("place"));
        admin.put("/projects/" + project + "/users/" + user + "/roles/" + prior).expect(204);
        String token = cloud.token(name, "secret", onProject(project));
        assertRoles(token, own);
        String implication = "/roles/" + prior + "/implies/" + implied;
        admin.put(implication).expect(201);
        assertRoles(token, own, more);
        admin.patch("/roles/" + implied, "{'role':{'name':'" + renamed + "'}}").expect(200);
        assertRoles(token, own, renamed);
        admin.delete(implication).expect(204);
        assertRoles(token, own);
        admin.put(implication).expect(201);
        assertRoles(token, own, renamed);
        admin.delete("/roles/" + implied).expect(204);
        assertRoles(token, own);
    }
}
