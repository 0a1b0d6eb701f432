package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import java.util.List;
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

    @Test
    void whoMayNotIsNotToldHow() {
        TestClient system = system();
        TestClient member = cloud.demo();
        String project = "/projects/" + cloud.adminProject;
        member.patch(project, "{'project':{}}").expect(403);
        member.patch("/users/" + cloud.adminUser, "{'user':{'name':7}}").expect(403);
        member.post("/users", "{'user':{'domain_id':['default']}}").expect(400);
        system.patch(project, "{'project':{}}").expect(400);
        system.patch("/users/" + cloud.adminUser, "{'user':{'id':[null]}}").expect(400);
    }

    @Test
    void thatSomeThingsAreNotThereIsToldToEverybody() {
        TestClient member = cloud.demo();
        for (String kind : List.of("endpoint", "domain", "role")) {
            String path = "/" + kind + "s/none";
            member.patch(path, "{'" + kind + "':{}}").expect(404);
            member.delete(path).expect(404);
        }
        member.get("/endpoints/none").expect(404);
        member.get("/roles/none").expect(404);
        member.delete("/groups/none").expect(404);
        member.get("/domains/none").expect(403);
        member.get("/groups/none").expect(403);
        member.delete("/services/none").expect(403);
        member.delete("/users/none").expect(403);
    }

    @Test
    void aDomainSeesItsOwnMembersAndGroups() {
        TestClient system = system();
        String domain = id(system.post("/domains", named("domain")), "domain");
        system.put("/domains/" + domain + "/users/" + cloud.demoUser + "/roles/" + cloud.adminRole)
                .expect(204);
        TestClient within =
                cloud.client(cloud.token("demo", "secret", "{'domain':{'id':'" + domain + "'}}"));
        String own = id(within.post("/users", named("user", domain)), "user");
        String other = id(system.post("/users", named("user", "default")), "user");
        String group = id(within.post("/groups", named("group", domain)), "group");
        String elsewhere = id(system.post("/groups", named("group", "default")), "group");
        system.put("/groups/" + group + "/users/" + own).expect(204);
        system.put("/groups/" + group + "/users/" + other).expect(204);
        system.put("/groups/" + elsewhere + "/users/" + own).expect(204);
        assertThat(within.get("/groups/" + group + "/users").expect(200).text())
                .contains(own)
                .doesNotContain(other);
        assertThat(within.get("/users/" + own + "/groups").expect(200).text())
                .contains(group)
                .doesNotContain(elsewhere);
        assertThat(system.get("/groups/" + group + "/users").expect(200).text())
                .contains(own, other);
    }

    @Test
    void anApplicationCredentialIsItsOwnersUnderWhateverPath() {
        TestClient owner = cloud.demo();
        String of = "/users/%s/application_credentials/";
        String id =
                id(
                        owner.post(
                                of.formatted(cloud.demoUser),
                                "{'application_credential':{'name':'" + unique("c") + "'}}"),
                        "application_credential");
        TestClient other = cloud.admin();
        other.get(of.formatted(cloud.adminUser) + id).expect(403);
        other.delete(of.formatted(cloud.adminUser) + id).expect(403);
        other.get(of.formatted(cloud.adminUser) + "none").expect(404);
        other.get(of.formatted(cloud.demoUser) + "none").expect(403);
        owner.delete(of.formatted(cloud.demoUser) + id).expect(204);
    }

    @Test
    void limitsOfOthersAreShownToWhoSetsThem() {
        TestClient system = system();
        String service = id(system.post("/services", "{'service':{'type':'t'}}"), "service");
        String limit =
                "{'limits':[{'service_id':'%s','resource_name':'r','resource_limit':1,"
                        + "'project_id':'%s'}]}";
        system.post(
                        "/registered_limits",
                        "{'registered_limits':[{'service_id':'"
                                + service
                                + "','resource_name':'r','default_limit':1}]}")
                .expect(201);
        system.post("/limits", limit.formatted(service, cloud.adminProject)).expect(201);
        String other = id(system.post("/projects", named("project", "default")), "project");
        system.post("/limits", limit.formatted(service, other)).expect(201);
        String list = "/limits?service_id=" + service;
        assertThat(system.get(list).expect(200).text()).contains(cloud.adminProject, other);
        assertThat(cloud.admin().get(list).expect(200).text())
                .contains(cloud.adminProject)
                .doesNotContain(other);
    }

    private static TestClient system() {
        return cloud.client(cloud.token("admin", "secret", "{'system':{'all':true}}"));
    }

    private static String id(TestClient.Answer answer, String kind) {
        return answer.expect(201).json().at("/" + kind + "/id").asString();
    }

    private static String named(String kind) {
        return "{'" + kind + "':{'name':'" + unique(kind) + "'}}";
    }

    private static String named(String kind, String domain) {
        return "{'" + kind + "':{'name':'" + unique(kind) + "','domain_id':'" + domain + "'}}";
    }
}
