package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.monostack.platform.crypto.SigningKeys;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestServer;
import tools.jackson.databind.JsonNode;

class TokensTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void aScopedTokenSaysWhoWhereAndWhatThereIs() {
        TestClient.Answer answer = cloud.login("demo", "secret", onProject(cloud.demoProject));
        JsonNode token = answer.expect(201).json().path("token");
        assertThat(token.at("/user/name").asString()).isEqualTo("demo");
        assertThat(token.at("/user/domain/name").asString()).isEqualTo("Default");
        assertThat(token.at("/project/id").asString()).isEqualTo(cloud.demoProject);
        assertThat(token.at("/project/domain/id").asString()).isEqualTo("default");
        assertThat(token.path("methods").toString()).isEqualTo("[\"password\"]");
        assertThat(token.path("roles").findValuesAsString("name"))
                .containsExactlyInAnyOrder("member", "reader");
        assertThat(token.path("catalog").findValuesAsString("url"))
                .contains("http://127.0.0.1/compute/v2.1/" + cloud.demoProject);
        assertThat(token.path("expires_at").asString()).matches("....-..-..T..:..:..\\.000000Z");
        assertThat(token.path("audit_ids")).hasSize(1);
        assertThat(answer.header("X-Subject-Token").orElseThrow()).hasSizeLessThan(255);
    }

    @Test
    void validationReturnsWhatTheLoginReturned() {
        TestClient.Answer login = cloud.login("demo", "secret", onProject(cloud.demoProject));
        String token = login.header("X-Subject-Token").orElseThrow();
        TestClient self = cloud.client(token).with("X-Subject-Token", token);
        TestClient.Answer shown = self.get("/auth/tokens").expect(200);
        assertThat(shown.json()).isEqualTo(login.json());
        assertThat(shown.header("X-Subject-Token")).contains(token);
        assertThat(self.get("/auth/tokens?nocatalog").json().at("/token/catalog").isMissingNode())
                .isTrue();
        assertThat(self.head("/auth/tokens").status()).isEqualTo(200);
        // Others may not look at it, but the administrator may.
        String other = cloud.newUser(unique("other"), "secret");
        assertThat(other).isNotEmpty();
        cloud.admin().with("X-Subject-Token", token).get("/auth/tokens").expect(200);
        cloud.demo()
                .with("X-Subject-Token", cloud.token("admin", "secret", "{'system':{'all':true}}"))
                .get("/auth/tokens")
                .expect(403);
        cloud.admin().with("X-Subject-Token", "nonsense").get("/auth/tokens").expect(404);
        cloud.admin().get("/auth/tokens").expect(404);
    }

    @Test
    void scopesAreProjectDomainSystemOrNone() {
        JsonNode system =
                cloud.login("admin", "secret", "{'system':{'all':true}}").expect(201).json();
        assertThat(system.at("/token/system/all").asBoolean()).isTrue();
        JsonNode none = cloud.login("demo", "secret", "").expect(201).json().path("token");
        assertThat(none.has("project")).isFalse();
        assertThat(none.has("roles")).isFalse();
        assertThat(none.has("catalog")).isFalse();
        cloud.login("demo", "secret", "'unscoped'").expect(201);
        cloud.login("demo", "secret", "{'system':{'all':true}}").expect(401);
        cloud.login("demo", "secret", "{'domain':{'id':'default'}}").expect(401);
        cloud.login("demo", "secret", onProject(cloud.adminProject)).expect(401);
        cloud.login("demo", "secret", onProject("0123456789abcdef0123456789abcdef")).expect(401);
        cloud.module.bootstrap().grantOnDomain(cloud.adminUser, "default", cloud.adminRole);
        JsonNode domain =
                cloud.login("admin", "secret", "{'domain':{'name':'DEFAULT'}}").expect(201).json();
        assertThat(domain.at("/token/domain/id").asString()).isEqualTo("default");
        assertThat(domain.at("/token/catalog").findValuesAsString("url"))
                .noneMatch(url -> url.contains("compute"));
    }

    @Test
    void wrongCredentialsAllLookTheSame() {
        TestClient.Answer wrong = cloud.login("demo", "wrong", "").expect(401);
        TestClient.Answer unknown = cloud.login("nobody", "secret", "").expect(401);
        assertThat(wrong.text()).isEqualTo(unknown.text());
        assertThat(wrong.json().at("/error/title").asString()).isEqualTo("Unauthorized");
        assertThat(wrong.header("WWW-Authenticate").orElseThrow()).startsWith("Keystone uri=");
        cloud.client("bogus").get("/auth/projects").expect(401);
        cloud.anonymous().get("/auth/projects").expect(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{'auth':7}",
                "{'auth':{}}",
                "{'auth':{'identity':{'methods':[]}}}",
                "{'auth':{'identity':{'methods':['password']}}}",
                "{'auth':{'identity':{'methods':['password'],'password':{'user':{'name':'x'}}}}}",
                "{'auth':{'identity':{'methods':['token']}}}",
                "{'auth':{'identity':{'methods':['password'],'password':{'user':{'id':'x','password':7}}}}}",
                "{'auth':{'identity':{'methods':['token'],'token':{'id':'x'}},'scope':{'planet':{}}}}",
            })
    void malformedRequestsAreRefusedAsSuch(String body) {
        TestClient.Answer answer = cloud.anonymous().post("/auth/tokens", body).expect(400);
        assertThat(answer.json().at("/error/code").asInt()).isEqualTo(400);
    }

    @Test
    void aTokenCanBeRescopedAndRevokedAlone() {
        TestClient.Answer first = cloud.login("demo", "secret", "'unscoped'").expect(201);
        String parent = first.header("X-Subject-Token").orElseThrow();
        TestClient.Answer second = rescope(parent, onProject(cloud.demoProject)).expect(201);
        JsonNode token = second.json().path("token");
        assertThat(token.path("methods").toString()).contains("password").contains("token");
        assertThat(token.path("expires_at")).isEqualTo(first.json().at("/token/expires_at"));
        assertThat(token.path("audit_ids")).hasSize(2);
        assertThat(token.at("/audit_ids/1")).isEqualTo(first.json().at("/token/audit_ids/0"));
        String child = second.header("X-Subject-Token").orElseThrow();
        cloud.admin().with("X-Subject-Token", child).delete("/auth/tokens").expect(204);
        cloud.client(child).get("/auth/projects").expect(401);
        cloud.admin().with("X-Subject-Token", child).get("/auth/tokens").expect(404);
        rescope(child, onProject(cloud.demoProject)).expect(404);
        rescope(parent, onProject(cloud.demoProject)).expect(201);
    }

    private static TestClient.Answer rescope(String token, String scope) {
        return cloud.anonymous()
                .post(
                        "/auth/tokens",
                        "{'auth':{'identity':{'methods':['token'],'token':{'id':'"
                                + token
                                + "'}},'scope':"
                                + scope
                                + "}}");
    }

    @Test
    void tokensEndWithWhatTheyStandOn() {
        String name = unique("user");
        String user = cloud.newUser(name, "secret");
        String project = cloud.newProject(unique("project"));
        TestClient admin = cloud.admin();
        String grant = "/projects/" + project + "/users/" + user + "/roles/" + cloud.memberRole;
        cloud.login(name, "secret", onProject(project)).expect(401);
        admin.put(grant).expect(204);
        String token = cloud.token(name, "secret", onProject(project));
        cloud.client(token).get("/auth/projects").expect(200);

        admin.delete(grant).expect(204);
        cloud.client(token).get("/auth/projects").expect(401);
        admin.put(grant).expect(204);
        cloud.client(token).get("/auth/projects").expect(200);

        admin.patch("/projects/" + project, "{'project':{'enabled':false}}").expect(200);
        cloud.client(token).get("/auth/projects").expect(401);
        admin.patch("/projects/" + project, "{'project':{'enabled':true}}").expect(200);
        cloud.client(token).get("/auth/projects").expect(200);

        admin.patch("/users/" + user, "{'user':{'enabled':false}}").expect(200);
        cloud.client(token).get("/auth/projects").expect(401);
        cloud.login(name, "secret", onProject(project)).expect(401);
        admin.patch("/users/" + user, "{'user':{'enabled':true}}").expect(200);
        // A token from before the user was disabled stays void.
        cloud.client(token).get("/auth/projects").expect(401);

        String again = cloud.token(name, "secret", onProject(project));
        admin.patch("/users/" + user, "{'user':{'password':'other'}}").expect(200);
        cloud.client(again).get("/auth/projects").expect(401);
        cloud.login(name, "secret", onProject(project)).expect(401);
        String last = cloud.token(name, "other", onProject(project));
        admin.delete("/users/" + user).expect(204);
        cloud.client(last).get("/auth/projects").expect(401);
    }

    @Test
    void rolesComeThroughGroupsInheritanceAndImplication() {
        String name = unique("user");
        String user = cloud.newUser(name, "secret");
        TestClient admin = cloud.admin();
        String parent = cloud.newProject(unique("parent"));
        String child =
                admin.post(
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
        String group =
                admin.post("/groups", "{'group':{'name':'" + unique("group") + "'}}")
                        .expect(201)
                        .json()
                        .at("/group/id")
                        .asString();
        admin.put("/groups/" + group + "/users/" + user).expect(204);
        admin.put(
                        "/OS-INHERIT/projects/"
                                + parent
                                + "/groups/"
                                + group
                                + "/roles/"
                                + cloud.memberRole
                                + "/inherited_to_projects")
                .expect(204);
        cloud.login(name, "secret", onProject(parent)).expect(401);
        JsonNode roles =
                cloud.login(name, "secret", onProject(child)).expect(201).json().at("/token/roles");
        assertThat(roles.findValuesAsString("name")).containsExactlyInAnyOrder("member", "reader");
        JsonNode effective =
                admin.get("/role_assignments?effective&include_names&user.id=" + user)
                        .expect(200)
                        .json()
                        .path("role_assignments");
        assertThat(effective).hasSize(2);
        assertThat(effective.findValuesAsString("membership")).hasSize(2);
        admin.delete("/groups/" + group + "/users/" + user).expect(204);
        cloud.login(name, "secret", onProject(child)).expect(401);
    }

    @Test
    void uuidTokensAreStoredAsDigests() {
        try (IdentityFixture other =
                IdentityFixture.start(
                        config -> config.withTokenFormat(IdentityConfig.TokenFormat.UUID))) {
            String token = other.token("demo", "secret", onProject(other.demoProject));
            assertThat(token).matches("[0-9a-f]{32}");
            other.client(token).get("/auth/projects").expect(200);
            other.admin().with("X-Subject-Token", token).delete("/auth/tokens").expect(204);
            other.client(token).get("/auth/projects").expect(401);
        }
    }

    @Test
    void signedTokensAreGoodAsLongAsTheirKeyIsBelieved() throws Exception {
        try (IdentityFixture other =
                IdentityFixture.start(
                        config -> config.withTokenFormat(IdentityConfig.TokenFormat.JWS))) {
            String token = other.token("demo", "secret", onProject(other.demoProject));
            assertThat(token.split("\\.")).hasSize(3);
            other.client(token).get("/auth/projects").expect(200);
            String system = other.token("admin", "secret", "{'system':{'all':true}}");
            other.client(system).get("/auth/catalog").expect(200);
            String changed =
                    token.substring(0, token.indexOf('.'))
                            + ".e30"
                            + token.substring(token.lastIndexOf('.'));
            other.client(changed).get("/auth/projects").expect(401);
            other.admin().with("X-Subject-Token", token).delete("/auth/tokens").expect(204);
            other.client(token).get("/auth/projects").expect(401);

            SigningKeys keys = new SigningKeys(other.keys.resolve("jws-keys"));
            keys.rotate(2);
            assertThat(keys.load().trusted()).hasSize(2);
            Thread.sleep(1100);
            other.client(system).get("/auth/catalog").expect(200);
            keys.rotate(1);
            Thread.sleep(1100);
            other.client(system).get("/auth/catalog").expect(401);
            other.demo().get("/auth/projects").expect(200);
        }
    }

    @Test
    void tokensExpireExceptForServicesThatPassThemOn() throws Exception {
        Routes routes = new Routes();
        routes.get("/things", request -> Response.empty(204));
        try (IdentityFixture other =
                        IdentityFixture.start(
                                config -> config.withTokenLife(Duration.ofSeconds(2)));
                TestServer things =
                        TestServer.start(
                                List.of(
                                        new HttpServer.Binding(
                                                "/things", service(other, routes))))) {
            IdentityBootstrap seed = other.module.bootstrap();
            String nova = seed.ensureUser("default", "nova", "secret");
            seed.grantOnProject(nova, other.adminProject, seed.ensureRole("service"));
            String token = other.token("demo", "secret", onProject(other.demoProject));
            Thread.sleep(2_100);
            other.client(token).get("/auth/projects").expect(401);
            TestClient expired = new TestClient(things.url() + "/things", token);
            expired.get("/things").expect(401);
            String ofService = other.token("nova", "secret", onProject(other.adminProject));
            expired.with("X-Service-Token", ofService).get("/things").expect(204);
            other.client(token)
                    .with("X-Service-Token", ofService)
                    .get("/auth/projects")
                    .expect(401);
            String fresh = other.token("demo", "secret", onProject(other.demoProject));
            expired.with("X-Service-Token", fresh).get("/things").expect(401);
            TestClient user = new TestClient(things.url() + "/things", fresh);
            user.with("X-Service-Token", fresh).get("/things").expect(204);
            user.with("X-Service-Token", "nonsense").get("/things").expect(401);
            TestClient look = other.client(ofService).with("X-Subject-Token", token);
            look.get("/auth/tokens").expect(404);
            look.get("/auth/tokens?allow_expired=1").expect(200);
        }
    }

    private static HttpService service(IdentityFixture identity, Routes routes) {
        return new HttpService(
                "thing",
                routes,
                (error, request) -> Response.empty(error.status()),
                Optional.empty(),
                identity.module.identity().authenticator(),
                new Policy.Builder().build());
    }

    @Test
    void usersChangeTheirOwnPassword() {
        String name = unique("user");
        String user = cloud.newUser(name, "secret");
        String path = "/users/" + user + "/password";
        cloud.anonymous()
                .post(path, "{'user':{'original_password':'wrong','password':'new'}}")
                .expect(401);
        cloud.anonymous()
                .post(path, "{'user':{'original_password':'secret','password':'new'}}")
                .expect(204);
        cloud.login(name, "secret", "").expect(401);
        cloud.login(name, "new", "").expect(201);
    }
}
