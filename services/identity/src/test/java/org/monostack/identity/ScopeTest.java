package org.monostack.identity;

import static org.monostack.identity.IdentityFixture.unique;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestClient;

/** Who administers what when scopes are enforced. */
class ScopeTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start(config -> config.withEnforceScope(true));
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void theCloudIsAdministeredFromTheSystemAndADomainFromWithin() {
        TestClient project = cloud.admin();
        project.get("/services").expect(403);
        project.post("/users", "{'user':{'name':'" + unique("u") + "'}}").expect(403);
        TestClient system = cloud.client(cloud.token("admin", "secret", "{'system':{'all':true}}"));
        system.get("/services").expect(200);
        String domain =
                system.post("/domains", "{'domain':{'name':'" + unique("d") + "'}}")
                        .expect(201)
                        .json()
                        .at("/domain/id")
                        .asString();
        system.put("/domains/" + domain + "/users/" + cloud.demoUser + "/roles/" + cloud.adminRole)
                .expect(204);
        TestClient within =
                cloud.client(cloud.token("demo", "secret", "{'domain':{'id':'" + domain + "'}}"));
        String user = "{'user':{'name':'" + unique("u") + "','domain_id':'%s'}}";
        within.post("/users", user.formatted(domain)).expect(201);
        within.post("/users", user.formatted("default")).expect(403);
        within.get("/services").expect(403);
        within.get("/roles").expect(403);
    }
}
