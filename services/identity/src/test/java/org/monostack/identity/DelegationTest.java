package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

class DelegationTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static String trust(
            String trustor, TestClient client, boolean impersonation, String more) {
        return client.post(
                        "/OS-TRUST/trusts",
                        "{'trust':{'trustor_user_id':'"
                                + trustor
                                + "','trustee_user_id':'"
                                + cloud.demoUser
                                + "','impersonation':"
                                + impersonation
                                + ",'project_id':'"
                                + cloud.adminProject
                                + "','roles':[{'name':'reader'}]"
                                + more
                                + "}}")
                .expect(201)
                .json()
                .at("/trust/id")
                .asString();
    }

    private static TestClient.Answer use(String trust) {
        return cloud.login("demo", "secret", "{'OS-TRUST:trust':{'id':'" + trust + "'}}");
    }

    @Test
    void aTrustPassesOnSomeRolesAsLongAsItLasts() {
        String name = unique("trustor");
        String trustor = cloud.newUser(name, "pw");
        TestClient admin = cloud.admin();
        String grant =
                "/projects/"
                        + cloud.adminProject
                        + "/users/"
                        + trustor
                        + "/roles/"
                        + cloud.memberRole;
        admin.put(grant).expect(204);
        TestClient client = cloud.client(cloud.token(name, "pw", onProject(cloud.adminProject)));
        String trust = trust(trustor, client, true, ",'remaining_uses':2");
        TestClient.Answer used = use(trust).expect(201);
        JsonNode token = used.json().path("token");
        assertThat(token.at("/user/name").asString()).isEqualTo(name);
        assertThat(token.path("roles").findValuesAsString("name")).containsExactly("reader");
        assertThat(token.at("/OS-TRUST:trust/id").asString()).isEqualTo(trust);
        TestClient acting = cloud.client(used.header("X-Subject-Token").orElseThrow());
        acting.get("/auth/projects").expect(200);
        // Borrowed rights make no lasting ones.
        acting.post(
                        "/users/" + trustor + "/application_credentials",
                        "{'application_credential':{'name':'x'}}")
                .expect(403);
        use(trust).expect(201);
        use(trust).expect(401);
        admin.delete(grant).expect(204);
        acting.get("/auth/projects").expect(401);
        admin.put(grant).expect(204);
        acting.get("/auth/projects").expect(200);
        String other = trust(trustor, client, false, "");
        TestClient.Answer own = use(other).expect(201);
        assertThat(own.json().at("/token/user/id").asString()).isEqualTo(cloud.demoUser);
        client.delete("/OS-TRUST/trusts/" + other).expect(204);
        cloud.client(own.header("X-Subject-Token").orElseThrow()).get("/auth/projects").expect(401);
        use(other).expect(403);
    }

    @Test
    void nobodyPassesOnWhatTheyDoNotHave() {
        cloud.demo()
                .post(
                        "/OS-TRUST/trusts",
                        "{'trust':{'trustor_user_id':'"
                                + cloud.demoUser
                                + "','trustee_user_id':'"
                                + cloud.adminUser
                                + "','impersonation':true,'project_id':'"
                                + cloud.demoProject
                                + "','roles':[{'name':'admin'}]}}")
                .expect(404);
        cloud.demo()
                .post(
                        "/OS-TRUST/trusts",
                        "{'trust':{'trustor_user_id':'"
                                + cloud.adminUser
                                + "','trustee_user_id':'"
                                + cloud.demoUser
                                + "','impersonation':true,'project_id':'"
                                + cloud.demoProject
                                + "','roles':[{'name':'reader'}]}}")
                .expect(403);
    }

    @Test
    void anApplicationCredentialActsForItsOwner() {
        String name = unique("owner");
        String owner = cloud.newUser(name, "pw");
        TestClient admin = cloud.admin();
        String grant =
                "/projects/" + cloud.demoProject + "/users/" + owner + "/roles/" + cloud.memberRole;
        admin.put(grant).expect(204);
        TestClient client = cloud.client(cloud.token(name, "pw", onProject(cloud.demoProject)));
        String path = "/users/" + owner + "/application_credentials";
        JsonNode made =
                client.post(
                                path,
                                "{'application_credential':{'name':'ci','roles':[{'name':'reader'}]}}")
                        .expect(201)
                        .json()
                        .path("application_credential");
        client.post(path, "{'application_credential':{'name':'ci'}}").expect(409);
        client.post(path, "{'application_credential':{'name':'y','roles':[{'name':'admin'}]}}")
                .expect(400);
        client.post(
                        path,
                        "{'application_credential':{'name':'y','expires_at':'2001-01-01T00:00:00'}}")
                .expect(400);
        String id = made.path("id").asString();
        String secret = made.path("secret").asString();
        assertThat(
                        client.get(path + "/" + id)
                                .json()
                                .at("/application_credential/secret")
                                .isMissingNode())
                .isTrue();
        TestClient.Answer login = login(id, secret).expect(201);
        assertThat(login.json().at("/token/roles").findValuesAsString("name"))
                .containsExactly("reader");
        login(id, "wrong").expect(401);
        login("0123456789abcdef0123456789abcdef", secret).expect(401);
        TestClient acting = cloud.client(login.header("X-Subject-Token").orElseThrow());
        acting.get("/auth/projects").expect(200);
        acting.post(path, "{'application_credential':{'name':'more'}}").expect(403);
        acting.delete(path + "/" + id).expect(403);
        admin.delete(grant).expect(204);
        acting.get("/auth/projects").expect(401);
        admin.put(grant).expect(204);
        // Taking the role away ended the credential, also if the role comes back.
        acting.get("/auth/projects").expect(401);
        login(id, secret).expect(401);
    }

    private static TestClient.Answer login(String id, String secret) {
        return cloud.anonymous()
                .post(
                        "/auth/tokens",
                        "{'auth':{'identity':{'methods':['application_credential'],'application_credential':{'id':'"
                                + id
                                + "','secret':'"
                                + secret
                                + "'}}}}");
    }

    @Test
    void ec2KeysAreTheirOwnersAlone() {
        TestClient demo = cloud.demo();
        String path = "/users/" + cloud.demoUser + "/credentials/OS-EC2";
        String access =
                demo.post(path, "{'tenant_id':'" + cloud.demoProject + "'}")
                        .expect(201)
                        .json()
                        .at("/credential/access")
                        .asString();
        demo.get(path + "/" + access).expect(200);
        demo.get("/users/" + cloud.adminUser + "/credentials/OS-EC2").expect(403);
        assertThat(
                        cloud.database
                                .inTransaction(tx ->
                                        tx.sql()
                                                .fetch(
                                                        "select encrypted from"
                                                                + " identity.credential")
                                                .toString())
                                .contains(access))
                .isFalse();
        demo.delete(path + "/" + access).expect(204);
        demo.get(path + "/" + access).expect(404);
    }

    @Test
    void accountsLockAndPasswordsExpireWhenConfigured() {
        SecurityCompliance strict =
                new SecurityCompliance(
                        2,
                        Duration.ofHours(1),
                        2,
                        Duration.ZERO,
                        Duration.ofDays(30),
                        false,
                        Optional.of("^.{4,}$"),
                        Optional.of("at least four characters"));
        try (IdentityFixture other = IdentityFixture.start(it -> it.withCompliance(strict))) {
            String name = unique("locked");
            TestClient.Answer short_ =
                    other.admin()
                            .post("/users", "{'user':{'name':'x','password':'abc'}}")
                            .expect(400);
            assertThat(short_.text()).contains("at least four characters");
            String user = other.newUser(name, "first");
            assertThat(
                            other.login(name, "first", "")
                                    .expect(201)
                                    .json()
                                    .at("/token/user/password_expires_at")
                                    .asString())
                    .isNotEmpty();
            String expiring = "/users?name=" + name + "&password_expires_at=";
            assertThat(other.admin().get(expiring + "gt:2020-01-01T00:00:00Z").text())
                    .contains(user);
            assertThat(other.admin().get(expiring + "lt:2020-01-01T00:00:00Z").text())
                    .doesNotContain(user);
            other.admin().get(expiring + "before:2020-01-01T00:00:00Z").expect(400);
            String path = "/users/" + user + "/password";
            other.anonymous()
                    .post(path, "{'user':{'original_password':'first','password':'first'}}")
                    .expect(400);
            other.anonymous()
                    .post(path, "{'user':{'original_password':'first','password':'second'}}")
                    .expect(204);
            other.anonymous()
                    .post(path, "{'user':{'original_password':'second','password':'first'}}")
                    .expect(400);
            other.login(name, "wrong", "").expect(401);
            other.login(name, "wrong", "").expect(401);
            other.login(name, "second", "").expect(401);
        }
    }

    @Test
    void accessRulesAllowTheRequestsTheyNameAndNoOther() {
        TestClient demo = cloud.demo();
        String collection = "/users/" + cloud.demoUser + "/application_credentials";
        String name = unique("rules");
        var made =
                demo.post(
                                collection,
                                "{'application_credential':{'name':'"
                                        + name
                                        + "','secret':'pw','access_rules':[{'service':'identity',"
                                        + "'method':'GET','path':'/v3/auth/*'}]}}")
                        .expect(201)
                        .json()
                        .path("application_credential");
        String rule = made.at("/access_rules/0/id").asString();
        TestClient restricted =
                cloud.client(
                        cloud.anonymous()
                                .post(
                                        "/auth/tokens",
                                        "{'auth':{'identity':{'methods':['application_credential'],"
                                                + "'application_credential':{'id':'"
                                                + made.path("id").asString()
                                                + "','secret':'pw'}}}}")
                                .expect(201)
                                .header("X-Subject-Token")
                                .orElseThrow());
        restricted.get("/auth/projects").expect(200);
        restricted.get("/users/" + cloud.demoUser).expect(401);
        restricted.head("/auth/projects").expect(401);
        String rules = "/users/" + cloud.demoUser + "/access_rules";
        assertThat(demo.get(rules).expect(200).json().path("access_rules").findValuesAsString("id"))
                .contains(rule);
        demo.delete(rules + "/" + rule).expect(403);
        demo.delete(collection + "/" + made.path("id").asString()).expect(204);
        demo.delete(rules + "/" + rule).expect(204);
        demo.get(rules + "/" + rule).expect(404);
    }

    @Test
    void aUserGoesWithCredentialsAndTheirAccessRules() {
        String name = unique("leaver");
        String user = cloud.newUser(name, "pw");
        cloud.admin()
                .put(
                        "/projects/%s/users/%s/roles/%s"
                                .formatted(cloud.demoProject, user, cloud.memberRole),
                        "")
                .expect(204);
        cloud.client(cloud.token(name, "pw", IdentityFixture.onProject(cloud.demoProject)))
                .post(
                        "/users/" + user + "/application_credentials",
                        "{'application_credential':{'name':'last','secret':'pw','access_rules':"
                                + "[{'service':'compute','method':'GET','path':'/v2.1/servers'}]}}")
                .expect(201);
        cloud.admin().delete("/users/" + user).expect(204);
    }

    @Test
    void aTrustIsPassedOnAsOftenAsItSaysAndEndsWithWhereItBegan() {
        String first = trust(cloud.adminUser, cloud.admin(), true, ",'allow_redelegation':true");
        TestClient trustee =
                cloud.client(use(first).expect(201).header("X-Subject-Token").orElseThrow());
        String name = unique("second");
        String user = cloud.newUser(name, "pw");
        String body =
                "{'trust':{'trustor_user_id':'"
                        + cloud.adminUser
                        + "','trustee_user_id':'"
                        + user
                        + "','impersonation':true,'project_id':'"
                        + cloud.adminProject
                        + "','roles':[{'name':'%s'}]}}";
        trustee.post("/OS-TRUST/trusts", body.formatted("member")).expect(403);
        var second =
                trustee.post("/OS-TRUST/trusts", body.formatted("reader"))
                        .expect(201)
                        .json()
                        .path("trust");
        assertThat(second.path("redelegated_trust_id").asString()).isEqualTo(first);
        assertThat(second.path("redelegation_count").asInt()).isZero();
        String scope = "{'OS-TRUST:trust':{'id':'" + second.path("id").asString() + "'}}";
        TestClient third =
                cloud.client(
                        cloud.login(name, "pw", scope)
                                .expect(201)
                                .header("X-Subject-Token")
                                .orElseThrow());
        third.get("/auth/catalog").expect(200);
        third.post("/OS-TRUST/trusts", body.formatted("reader")).expect(403);
        cloud.admin().delete("/OS-TRUST/trusts/" + first).expect(204);
        third.get("/auth/catalog").expect(401);
        cloud.login(name, "pw", scope).expect(403);
    }
}
