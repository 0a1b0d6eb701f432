package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.passwordLogin;
import static org.monostack.identity.IdentityFixture.unique;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.json.Json;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestServer;
import tools.jackson.databind.JsonNode;

/** What others are told of changes and log-ins. */
class NotificationsTest {

    private static final List<String> told = new CopyOnWriteArrayList<>();
    private static final List<String> toldBriefly = new CopyOnWriteArrayList<>();

    private static IdentityFixture cloud;
    private static TestServer server;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
        IdentityNotifications all =
                IdentityNotifications.none()
                        .and("cadf", "here", told::add)
                        .and("basic", "here", toldBriefly::add);
        IdentityModule module =
                new IdentityModule(
                        cloud.database,
                        IdentityConfig.builder(cloud.keys).withBcryptCost(4).build(),
                        all);
        server =
                TestServer.start(
                        List.of(new HttpServer.Binding("/identity", module.httpService())), all);
    }

    @AfterAll
    static void stop() {
        server.close();
        cloud.close();
    }

    @BeforeEach
    void forget() {
        told.clear();
        toldBriefly.clear();
    }

    private static TestClient client(String token) {
        return new TestClient(server.url() + "/identity/v3", token);
    }

    private static TestClient admin() {
        return client(
                cloud.token(
                        "admin",
                        "secret",
                        "{'project':{'name':'admin','domain':{'id':'default'}}}"));
    }

    private static List<String> types(List<String> messages) {
        return messages.stream().map(it -> Json.read(it).path("event_type").asString()).toList();
    }

    @Test
    void changesAreTold() {
        TestClient admin = admin();
        String user =
                admin.post("/users", "{'user':{'name':'" + unique("u") + "'}}")
                        .expect(201)
                        .json()
                        .at("/user/id")
                        .asString();
        admin.patch("/users/" + user, "{'user':{'email':'a@b'}}").expect(200);
        String grant =
                "/projects/%s/users/%s/roles/%s"
                        .formatted(cloud.demoProject, user, cloud.readerRole);
        admin.put(grant).expect(204);
        admin.get("/users/" + user).expect(200);
        admin.patch("/users/nobody", "{'user':{'email':'a@b'}}").expect(404);
        admin.delete(grant).expect(204);
        admin.delete("/users/" + user).expect(204);
        assertThat(types(told))
                .containsExactly(
                        "identity.user.created",
                        "identity.user.updated",
                        "identity.role_assignment.created",
                        "identity.role_assignment.deleted",
                        "identity.user.deleted");
        assertThat(types(toldBriefly))
                .containsExactly(
                        "identity.user.created",
                        "identity.user.updated",
                        "identity.role_assignment.created",
                        "identity.role_assignment.deleted",
                        "identity.user.deleted");
        JsonNode created = Json.read(told.getFirst());
        assertThat(created.path("publisher_id").asString()).isEqualTo("identity.here");
        JsonNode event = created.path("payload");
        assertThat(event.path("action").asString()).isEqualTo("created.user");
        assertThat(event.path("outcome").asString()).isEqualTo("success");
        assertThat(event.path("resource_info").asString()).isEqualTo(user);
        assertThat(event.at("/target/typeURI").asString()).isEqualTo("data/security/account/user");
        assertThat(event.at("/initiator/user_id").asString()).isEqualTo(cloud.adminUser);
        assertThat(event.at("/initiator/request_id").asString()).startsWith("req-");
        JsonNode granted = Json.read(told.get(2)).path("payload");
        assertThat(granted.path("role").asString()).isEqualTo(cloud.readerRole);
        assertThat(granted.path("project").asString()).isEqualTo(cloud.demoProject);
        assertThat(granted.path("user").asString()).isEqualTo(user);
        JsonNode brief = Json.read(toldBriefly.getFirst()).path("payload");
        assertThat(brief.path("resource_info").asString()).isEqualTo(user);
        assertThat(brief.has("typeURI")).isFalse();
        assertThat(Json.read(toldBriefly.get(2)).at("/payload/typeURI").asString())
                .endsWith("/cloud/audit/1.0/event");
    }

    /** Makes one of a kind; its id. */
    private static String make(TestClient admin, String path, String kind, String fields) {
        return admin.post(path, "{'" + kind + "':{" + fields + "}}")
                .expect(201)
                .json()
                .at("/" + kind + "/id")
                .asString();
    }

    /** Makes, changes and removes one of a kind, of each of which others are told. */
    private static void live(
            TestClient admin, String path, String kind, String fields, String change) {
        String one = path + "/" + make(admin, path, kind, fields);
        admin.patch(one, "{'" + kind + "':{" + change + "}}").expect(200);
        if (kind.equals("domain")) {
            admin.patch(one, "{'domain':{'enabled':false}}").expect(200);
        }
        admin.delete(one).expect(204);
    }

    private static List<String> toldOf(String type) {
        return types(told).stream()
                .filter(it -> it.startsWith("identity." + type + "."))
                .map(it -> it.substring(it.lastIndexOf('.') + 1))
                .distinct()
                .toList();
    }

    @Test
    void everyKindOfThingIsTold() {
        TestClient admin = admin();
        String name = "'name':'" + unique("kind") + "'";
        live(admin, "/users", "user", name, "'email':'a@b'");
        live(admin, "/groups", "group", name, "'description':'d'");
        live(admin, "/projects", "project", name, "'description':'d'");
        live(admin, "/domains", "domain", name, "'description':'d'");
        live(admin, "/roles", "role", name, "'description':'d'");
        live(admin, "/regions", "region", "'description':'d'", "'description':'e'");
        live(admin, "/services", "service", "'type':'t'", "'description':'d'");
        live(admin, "/policies", "policy", "'type':'t','blob':'b'", "'blob':'c'");
        live(admin, "/OS-OAUTH1/consumers", "consumer", "'description':'d'", "'description':'e'");
        String service = make(admin, "/services", "service", "'type':'t'");
        live(
                admin,
                "/endpoints",
                "endpoint",
                "'interface':'public','url':'http://a/','service_id':'" + service + "'",
                "'url':'http://b/'");
        for (String type :
                List.of(
                        "user",
                        "group",
                        "project",
                        "domain",
                        "role",
                        "region",
                        "service",
                        "policy",
                        "OS-OAUTH1:consumer",
                        "endpoint")) {
            assertThat(toldOf(type)).as(type).containsExactly("created", "updated", "deleted");
        }
        String trust =
                make(
                        admin,
                        "/OS-TRUST/trusts",
                        "trust",
                        "'trustor_user_id':'%s','trustee_user_id':'%s','impersonation':false"
                                .formatted(cloud.adminUser, cloud.demoUser));
        admin.delete("/OS-TRUST/trusts/" + trust).expect(204);
        String credentials = "/users/" + cloud.adminUser + "/application_credentials";
        String credential = make(admin, credentials, "application_credential", name);
        admin.delete(credentials + "/" + credential).expect(204);
        for (String type : List.of("OS-TRUST:trust", "application_credential")) {
            assertThat(toldOf(type)).as(type).containsExactly("created", "deleted");
        }
        String grant = "/system/users/" + cloud.demoUser + "/roles/" + cloud.readerRole;
        admin.put(grant).expect(204);
        admin.delete(grant).expect(204);
        assertThat(toldOf("role_assignment")).containsExactly("created", "deleted");
        JsonNode last = Json.read(told.getLast());
        assertThat(last.at("/payload/system").asString()).isEqualTo("all");
        assertThat(types(toldBriefly)).isEqualTo(types(told));
    }

    @Test
    void tagsAndPasswordsThatUsersChangeThemselvesAreTold() {
        TestClient admin = admin();
        String tag = "/projects/" + cloud.demoProject + "/tags/told";
        admin.put(tag).expect(201);
        admin.delete(tag).expect(204);
        assertThat(types(told))
                .containsExactly("identity.project.updated", "identity.project.updated");
        String user =
                make(admin, "/users", "user", "'name':'" + unique("own") + "','password':'first'");
        admin.post(
                        "/users/" + user + "/password",
                        "{'user':{'original_password':'first','password':'kept-quiet'}}")
                .expect(204);
        assertThat(toldOf("user")).containsExactly("created", "updated");
        assertThat(told).noneMatch(it -> it.contains("kept-quiet"));
    }

    @Test
    void logInsAreToldWithoutSecrets() {
        TestClient anonymous = client("");
        anonymous.post("/auth/tokens", passwordLogin("demo", "secret", "")).expect(201);
        anonymous.post("/auth/tokens", passwordLogin("demo", "of-nobody", "")).expect(401);
        assertThat(types(told)).containsExactly("identity.authenticate", "identity.authenticate");
        assertThat(types(toldBriefly)).isEqualTo(types(told));
        JsonNode good = Json.read(told.getFirst()).path("payload");
        assertThat(good.path("action").asString()).isEqualTo("authenticate");
        assertThat(good.at("/initiator/user_id").asString()).isEqualTo(cloud.demoUser);
        JsonNode bad = Json.read(told.get(1)).path("payload");
        assertThat(bad.path("outcome").asString()).isEqualTo("failure");
        assertThat(bad.at("/reason/reasonCode").asString()).isEqualTo("401");
        assertThat(bad.at("/initiator/host/address").asString()).isEqualTo("127.0.0.1");
        assertThat(told).noneMatch(it -> it.contains("of-nobody"));
    }

    @Test
    void groupsAreToldWithWhoJoinedThem() {
        TestClient admin = admin();
        String group =
                admin.post("/groups", "{'group':{'name':'" + unique("g") + "'}}")
                        .expect(201)
                        .json()
                        .at("/group/id")
                        .asString();
        admin.put("/groups/" + group + "/users/" + cloud.demoUser).expect(204);
        JsonNode joined = Json.read(told.get(1));
        assertThat(joined.path("event_type").asString()).isEqualTo("identity.group.updated");
        assertThat(joined.at("/payload/actor_id").asString()).isEqualTo(cloud.demoUser);
    }
}
