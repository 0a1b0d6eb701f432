package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.monostack.platform.http.Route;
import org.monostack.platform.json.Json;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

class ResourcesTest {

    private static IdentityFixture cloud;
    private static TestClient admin;
    private static TestClient demo;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
        admin = cloud.admin();
        demo = cloud.demo();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void discovery() {
        TestClient plain = new TestClient(cloud.url(), "");
        TestClient.Answer versions = plain.get("/").expect(300);
        assertThat(versions.json().at("/versions/values/0/id").asString()).isEqualTo("v3.14");
        assertThat(versions.json().at("/versions/values/0/links/0/href").asString())
                .isEqualTo(cloud.url() + "/v3/");
        assertThat(plain.get("/v3").expect(200).json().at("/version/status").asString())
                .isEqualTo("stable");
        plain.get("/v3/").expect(200);
        JsonNode home = plain.with("Accept", "application/json-home").get("/v3").expect(200).json();
        assertThat(
                        home.path("resources")
                                .path(
                                        "https://docs.openstack.org/api/openstack-identity/3/rel/user")
                                .path("href-template")
                                .asString())
                .isEqualTo("/users/{user_id}");
        cloud.client("").get("/nonsense").expect(401);
        admin.get("/nonsense").expect(404);
        admin.post("/users/x/y/z", "{}").expect(404);
        admin.put("/users", "{}").expect(405);
    }

    @Test
    void usersKeepAttributesNobodyKnows() {
        String name = unique("Ärger");
        JsonNode user =
                admin.post(
                                "/users",
                                "{'user':{'name':'"
                                        + name
                                        + "','password':'pw','email':'a@b','x':{'y':[1]},'domain_id':'default'}}")
                        .expect(201)
                        .json()
                        .path("user");
        String path = "/users/" + user.path("id").asString();
        assertThat(user.path("email").asString()).isEqualTo("a@b");
        assertThat(user.has("password")).isFalse();
        assertThat(user.at("/links/self").asString()).isEqualTo(cloud.url() + "/v3" + path);
        assertThat(admin.get(path).json().path("user")).isEqualTo(user);
        JsonNode changed =
                admin.patch(path, "{'user':{'email':null,'z':1}}").expect(200).json().path("user");
        assertThat(changed.path("email").isNull()).isTrue();
        assertThat(changed.at("/x/y/0").asInt()).isEqualTo(1);
        admin.patch(path, "{'user':{'domain_id':'elsewhere'}}").expect(400);
        // Names differ by more than case.
        admin.post("/users", "{'user':{'name':'" + name.toUpperCase(Locale.ROOT) + "'}}")
                .expect(409);
        assertThat(list("/users?name=" + name.replace("Ä", "%C3%84"), "users")).hasSize(1);
        assertThat(list("/users?name__icontains=RGER-" + name.substring(6), "users")).hasSize(1);
        assertThat(list("/users?name=" + name.substring(2) + "&enabled=true", "users")).isEmpty();
        admin.delete(path).expect(204);
        admin.get(path).expect(404);
        admin.delete(path).expect(404);
        demo.get(path).expect(403);
    }

    private static JsonNode list(String path, String key) {
        return admin.get(path).expect(200).json().path(key);
    }

    @Test
    void listsComeInPagesWhenAsked() {
        String prefix = unique("page");
        for (int i = 0; i < 5; i++) {
            admin.post("/groups", "{'group':{'name':'" + prefix + i + "'}}").expect(201);
        }
        String next = "/groups?limit=2&name__startswith=" + prefix;
        int seen = 0;
        int pages = 0;
        while (!next.isEmpty()) {
            JsonNode page = admin.get(next).expect(200).json();
            seen += page.path("groups").size();
            pages++;
            next = page.at("/links/next").asString("");
        }
        assertThat(seen).isEqualTo(5);
        assertThat(pages).isEqualTo(3);
        admin.get("/groups?limit=-1").expect(400);
        admin.get("/groups?name__nonsense=1").expect(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POST|/users|{'user':{}}|name",
                "POST|/users|{'user':{'name':''}}|name",
                "POST|/users|{'user':{'name':7}}|name",
                "POST|/users|{'user':{'name':'x','enabled':'yes'}}|enabled",
                "POST|/users|{'user':{'name':'x','options':{'wings':true}}}|wings",
                "POST|/users|{}|user",
                "POST|/users|[]|object",
                "POST|/users|{'user'|JSON",
                "POST|/projects|{'project':{'name':' '}}|name",
                "POST|/projects|{'project':{'name':'x','tags':['a','a']}}|tags",
                "POST|/projects|{'project':{'name':'x','tags':['a,b']}}|a,b",
                "POST|/domains|{'domain':{'name':'x','description':7}}|description",
                "POST|/roles|{'role':{'name':null}}|name",
                "POST|/services|{'service':{}}|type",
                "POST|/endpoints|{'endpoint':{'interface':'private','service_id':'x','url':'http://x'}}|interface",
                "POST|/endpoints|{'endpoint':{'interface':'public','service_id':'nope','url':'http://x'}}|service",
                "POST|/regions|{'region':{'id':7}}|id",
                "PATCH|/users/x|{'user':{}}|user",
                "POST|/OS-TRUST/trusts|{'trust':{}}|required",
                "POST|/credentials|{'credential':{'type':'ec2','blob':'x','user_id':'x'}}|project_id",
            })
    void badInputIsRefusedNamingTheField(String method, String path, String body, String named) {
        TestClient.Answer answer =
                admin.send(
                        method,
                        path,
                        Optional.of(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/error/message").asString()).contains(named);
        assertThat(answer.json().at("/error/title").asString()).isEqualTo("Bad Request");
    }

    @Test
    void longNamesAreRefused() {
        admin.post("/users", "{'user':{'name':'" + "x".repeat(256) + "'}}").expect(400);
        admin.post("/projects", "{'project':{'name':'" + "x".repeat(65) + "'}}").expect(400);
        admin.post("/users", "{'user':{'name':'x','password':'" + "x".repeat(5000) + "'}}")
                .expect(400);
    }

    @Test
    void everyRouteRefusesStrangersAndSurvivesUnknownIds() {
        String id = "0123456789abcdef0123456789abcdef";
        Optional<byte[]> empty = Optional.of("{}".getBytes(StandardCharsets.UTF_8));
        for (Route route : cloud.module.httpService().routes().describe()) {
            for (String template : route.templates()) {
                String path = cloud.url() + template.replaceAll("\\{[a-z_]+}", id);
                String what = route.method() + " " + template;
                if (!route.isOpen()) {
                    assertThat(status(cloud.anonymous(), route, path, Optional.empty()))
                            .as(what)
                            .isEqualTo(401);
                }
                assertThat(status(demo, route, path, Optional.empty())).as(what).isLessThan(500);
                Optional<byte[]> body = route.schema().isPresent() ? empty : Optional.empty();
                assertThat(status(admin, route, path, body)).as(what).isLessThan(500);
            }
        }
    }

    private static int status(TestClient client, Route route, String path, Optional<byte[]> body) {
        return client.send(route.method(), path, body).status();
    }

    @Test
    void membersSeeThemselvesOnly() {
        demo.get("/users").expect(403);
        demo.get("/users/" + cloud.demoUser).expect(200);
        demo.get("/users/" + cloud.adminUser).expect(403);
        demo.get("/projects").expect(403);
        demo.get("/projects/" + cloud.demoProject).expect(200);
        demo.get("/projects/" + cloud.adminProject).expect(403);
        demo.get("/users/" + cloud.demoUser + "/projects").expect(200);
        demo.get("/roles").expect(403);
        demo.get("/domains/default").expect(200);
        demo.post("/users", "{'user':{'name':'x'}}").expect(403);
        TestClient.Answer refused = demo.get("/services").expect(403);
        assertThat(refused.json().at("/error/message").asString())
                .isEqualTo(
                        "You are not authorized to perform the requested action:"
                                + " identity:list_services.");
        assertThat(demo.get("/auth/projects").json().path("projects").findValuesAsString("id"))
                .containsExactly(cloud.demoProject);
    }

    @Test
    void domainManagersManageTheirDomain() {
        String domain =
                admin.post("/domains", "{'domain':{'name':'" + unique("domain") + "'}}")
                        .expect(201)
                        .json()
                        .at("/domain/id")
                        .asString();
        String name = unique("manager");
        String manager = cloud.newUser(name, "pw");
        String role = list("/roles?name=manager", "roles").at("/0/id").asString();
        admin.put("/domains/" + domain + "/users/" + manager + "/roles/" + role).expect(204);
        TestClient client =
                cloud.client(cloud.token(name, "pw", "{'domain':{'id':'" + domain + "'}}"));
        String user =
                client.post("/users", "{'user':{'name':'u','password':'pw'}}")
                        .expect(201)
                        .json()
                        .at("/user/id")
                        .asString();
        String project =
                client.post("/projects", "{'project':{'name':'p','domain_id':'" + domain + "'}}")
                        .expect(201)
                        .json()
                        .at("/project/id")
                        .asString();
        String grant = "/projects/" + project + "/users/" + user + "/roles/";
        client.put(grant + cloud.memberRole).expect(204);
        client.head(grant + cloud.memberRole).expect(204);
        client.put(grant + cloud.adminRole).expect(403);
        client.post("/users", "{'user':{'name':'u','domain_id':'default'}}").expect(403);
        assertThat(client.get("/users").expect(200).json().path("users")).hasSize(1);
        admin.delete("/domains/" + domain).expect(403);
        admin.patch("/domains/" + domain, "{'domain':{'enabled':false}}").expect(200);
        client.get("/users").expect(401);
        admin.delete("/domains/" + domain).expect(204);
        admin.get("/users/" + user).expect(404);
        admin.get("/projects/" + project).expect(404);
    }

    @Test
    void projectsFormTrees() {
        String top = cloud.newProject(unique("top"));
        String child = child(top);
        String leaf = child(child);
        JsonNode shown =
                admin.get("/projects/" + child + "?parents_as_ids&subtree_as_ids")
                        .expect(200)
                        .json()
                        .path("project");
        assertThat(shown.path("parents"))
                .isEqualTo(Json.read("{\"" + top + "\":{\"default\":null}}"));
        assertThat(shown.path("subtree")).isEqualTo(Json.read("{\"" + leaf + "\":null}"));
        admin.delete("/projects/" + top).expect(403);
        admin.patch("/projects/" + top, "{'project':{'enabled':false}}").expect(403);
        String deep = child(child(leaf));
        admin.post("/projects", "{'project':{'name':'x','parent_id':'" + deep + "'}}").expect(403);
        admin.post("/projects", "{'project':{'name':'x','parent_id':'nope'}}").expect(404);
        admin.put("/projects/" + leaf + "/tags/blue").expect(201);
        admin.put("/projects/" + leaf + "/tags", "{'tags':['blue','green']}").expect(200);
        assertThat(list("/projects?tags=blue,green&parent_id=" + child, "projects")).hasSize(1);
        assertThat(list("/projects?not-tags=blue,green&parent_id=" + child, "projects")).isEmpty();
        admin.get("/projects/" + leaf + "/tags/blue").expect(204);
        admin.delete("/projects/" + leaf + "/tags/blue").expect(204);
        admin.delete("/projects/" + leaf + "/tags/blue").expect(404);
    }

    private static String child(String parent) {
        return admin.post(
                        "/projects",
                        "{'project':{'name':'"
                                + unique("child")
                                + "','parent_id':'"
                                + parent
                                + "'}}")
                .expect(201)
                .json()
                .at("/project/id")
                .asString();
    }

    @Test
    void rolesCannotImplyInCircles() {
        String a = role();
        String b = role();
        admin.put("/roles/" + a + "/implies/" + b).expect(201);
        admin.head("/roles/" + a + "/implies/" + b).expect(204);
        admin.put("/roles/" + b + "/implies/" + a).expect(400);
        admin.put("/roles/" + a + "/implies/" + cloud.adminRole).expect(403);
        assertThat(admin.get("/roles/" + a + "/implies").json().at("/role_inference/implies"))
                .hasSize(1);
        admin.delete("/roles/" + a + "/implies/" + b).expect(204);
        admin.get("/roles/" + a + "/implies/" + b).expect(404);
        admin.patch("/roles/" + a, "{'role':{'options':{'immutable':true}}}").expect(200);
        admin.delete("/roles/" + a).expect(403);
        admin.patch("/roles/" + a, "{'role':{'options':{'immutable':false}}}").expect(200);
        admin.delete("/roles/" + a).expect(204);
    }

    private static String role() {
        return admin.post("/roles", "{'role':{'name':'" + unique("role") + "'}}")
                .expect(201)
                .json()
                .at("/role/id")
                .asString();
    }

    @Test
    void theCatalogCanBeLimitedForAProject() {
        String project = cloud.newProject(unique("limited"));
        admin.put(
                        "/projects/"
                                + project
                                + "/users/"
                                + cloud.adminUser
                                + "/roles/"
                                + cloud.adminRole)
                .expect(204);
        String endpoint = list("/endpoints?interface=public", "endpoints").at("/0/id").asString();
        String path = "/OS-EP-FILTER/projects/" + project + "/endpoints/" + endpoint;
        admin.get(path).expect(404);
        admin.put(path).expect(204);
        JsonNode catalog =
                cloud.login("admin", "secret", onProject(project)).json().at("/token/catalog");
        assertThat(catalog.findValuesAsString("url")).hasSize(1);
        admin.delete(path).expect(204);
        catalog = cloud.login("admin", "secret", onProject(project)).json().at("/token/catalog");
        assertThat(catalog.findValuesAsString("url").size()).isGreaterThan(1);
    }
}
