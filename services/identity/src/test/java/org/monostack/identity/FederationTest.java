package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import com.nimbusds.jose.JOSEObjectType;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Users for whom an OpenID provider vouches: a real one, which issues and signs its tokens. */
class FederationTest {

    private static final String CLIENT = "keystone";
    private static final String DASHBOARD = "http://dashboard.test/auth/websso/";

    private static final String TOKENS = unique("tokens");
    private static final String AT_ONCE = unique("at-once");
    private static final String REFUSED = unique("refused");
    private static final String ENDING = unique("ending");
    private static final String SHARED = unique("shared");
    private static final String SHARING = unique("sharing");
    private static final String LOCAL = unique("local");
    private static final String PROJECTS = unique("projects");
    private static final String BROWSER = unique("browser");
    private static final String ASKED = unique("asked");

    private static final String BY_NAME =
            "[{'local':[{'user':{'name':'{0}','email':'{1}'}}],"
                    + "'remote':[{'type':'OIDC-preferred_username'},{'type':'HTTP_OIDC_EMAIL'}]},"
                    + "{'local':[{'groups':'{0}','domain':{'id':'default'}}],"
                    + "'remote':[{'type':'OIDC-groups','whitelist':['^cloud-'],'regex':true}]}]";

    private static MockOAuth2Server openId;
    private static IdentityFixture cloud;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException {
        openId = new MockOAuth2Server();
        openId.start();
        String providers =
                List.of(
                                TOKENS, AT_ONCE, REFUSED, ENDING, SHARED, SHARING, LOCAL, PROJECTS,
                                BROWSER, ASKED)
                        .stream()
                        .map(id ->
                                "  %s: {issuer: '%s', client_id: %s, client_secret: hidden%s}\n"
                                        .formatted(
                                                id,
                                                openId.issuerUrl(id),
                                                CLIENT,
                                                id.equals(ASKED) ? ", introspection: true" : ""))
                        .collect(Collectors.joining());
        Files.writeString(
                settings.resolve("federation.yaml"),
                "trusted_dashboards: ['" + DASHBOARD + "']\nproviders:\n" + providers);
        cloud = IdentityFixture.start(config -> config.withSettings(settings));
    }

    @AfterAll
    static void stop() {
        cloud.close();
        openId.shutdown();
    }

    /** Declares a provider with one protocol; gives the domain of its users. */
    private static String declare(String id, String rules) {
        TestClient admin = cloud.admin();
        String provider = "/OS-FEDERATION/identity_providers/" + id;
        String domain =
                admin.put(
                                provider,
                                "{'identity_provider':{'enabled':true,'remote_ids':['"
                                        + openId.issuerUrl(id)
                                        + "']}}")
                        .expect(201)
                        .json()
                        .at("/identity_provider/domain_id")
                        .asString();
        admin.put(
                        "/OS-FEDERATION/mappings/" + id,
                        "{'mapping':{'schema_version':'1.0','rules':" + rules + "}}")
                .expect(201);
        admin.put(provider + "/protocols/openid", "{'protocol':{'mapping_id':'" + id + "'}}")
                .expect(201);
        return domain;
    }

    private static String path(String id) {
        return "/OS-FEDERATION/identity_providers/" + id + "/protocols/openid/auth";
    }

    private static DefaultOAuth2TokenCallback saying(
            String id, String audience, long seconds, Map<String, Object> claims) {
        return new DefaultOAuth2TokenCallback(
                id,
                String.valueOf(claims.get("preferred_username")),
                JOSEObjectType.JWT.getType(),
                List.of(audience),
                claims,
                seconds);
    }

    private static String accessToken(
            String id, String audience, long seconds, Map<String, Object> claims) {
        return openId.issueToken(id, "a-program", saying(id, audience, seconds, claims))
                .serialize();
    }

    private static Map<String, Object> user(String name, List<String> groups) {
        return Map.of("preferred_username", name, "email", name + "@test", "groups", groups);
    }

    private static TestClient.Answer bring(String id, String accessToken) {
        return cloud.anonymous().with("Authorization", "Bearer " + accessToken).post(path(id));
    }

    private static TestClient.Answer login(String id, String name, List<String> groups) {
        return bring(id, accessToken(id, CLIENT, 60, user(name, groups)));
    }

    private static String token(TestClient.Answer answer) {
        return answer.expect(201).header("X-Subject-Token").orElseThrow();
    }

    private static TestClient.Answer rescope(String method, String token, String scope) {
        return cloud.anonymous()
                .post(
                        "/auth/tokens",
                        "{'auth':{'identity':{'methods':['%s'],'%s':{'id':'%s'}},'scope':%s}}"
                                .formatted(method, method, token, scope));
    }

    private static String newGroup(String name) {
        return cloud.admin()
                .post("/groups", "{'group':{'name':'" + name + "'}}")
                .expect(201)
                .json()
                .at("/group/id")
                .asString();
    }

    @Test
    void whoBringsAProvidersTokenGetsOneOfOursAndTheRolesOfItsGroups() {
        String domain = declare(TOKENS, BY_NAME);
        TestClient admin = cloud.admin();
        String group = newGroup("cloud-" + TOKENS);
        String project = cloud.newProject(unique("p"));
        admin.put("/projects/%s/groups/%s/roles/%s".formatted(project, group, cloud.memberRole))
                .expect(204);

        List<String> groups = List.of("cloud-" + TOKENS, "cloud-nobody", "other");
        TestClient.Answer first = login(TOKENS, "zoë", groups);
        JsonNode token = first.expect(201).json().path("token");
        String userId = token.at("/user/id").asString();
        assertThat(userId).matches("[0-9a-f]{64}");
        assertThat(token.at("/user/name").asString()).isEqualTo("zoë");
        assertThat(token.at("/user/domain/id").asString()).isEqualTo(domain);
        assertThat(token.at("/methods/0").asString()).isEqualTo("openid");
        assertThat(token.has("project")).isFalse();
        JsonNode by = token.at("/user/OS-FEDERATION");
        assertThat(by.at("/identity_provider/id").asString()).isEqualTo(TOKENS);
        assertThat(by.at("/protocol/id").asString()).isEqualTo("openid");
        assertThat(by.path("groups").findValuesAsString("id")).containsExactly(group);

        TestClient unscoped = cloud.client(token(first));
        for (String places : List.of("/OS-FEDERATION/projects", "/auth/projects")) {
            assertThat(
                            unscoped.get(places)
                                    .expect(200)
                                    .json()
                                    .path("projects")
                                    .findValuesAsString("id"))
                    .containsExactly(project);
        }
        assertThat(unscoped.get("/OS-FEDERATION/domains").expect(200).json().path("domains"))
                .isEmpty();
        TestClient.Answer scoped = rescope("token", token(first), onProject(project));
        assertThat(scoped.expect(201).json().at("/token/roles").findValuesAsString("name"))
                .containsExactlyInAnyOrder("member", "reader");
        assertThat(scoped.json().at("/token/user/OS-FEDERATION/protocol/id").asString())
                .isEqualTo("openid");
        assertThat(scoped.json().at("/token/expires_at"))
                .isEqualTo(first.json().at("/token/expires_at"));
        rescope("openid", token(first), onProject(project)).expect(201);
        rescope("token", token(first), onProject(cloud.adminProject)).expect(401);
        admin.with("X-Subject-Token", token(scoped)).get("/auth/tokens").expect(200);

        JsonNode shown = admin.get("/users/" + userId).expect(200).json().path("user");
        assertThat(shown.path("email").asString()).isEqualTo("zoë@test");
        assertThat(shown.at("/federated/0/idp_id").asString()).isEqualTo(TOKENS);
        assertThat(shown.at("/federated/0/protocols/0/unique_id").asString()).isEqualTo("zo%C3%AB");
        assertThat(
                        admin.get("/users/" + userId + "/groups")
                                .expect(200)
                                .json()
                                .at("/groups/0/membership_expires_at")
                                .asString())
                .isNotEmpty();

        // The provider's newest word counts, for tokens that were made before, too.
        JsonNode again = login(TOKENS, "zoë", List.of("other")).expect(201).json();
        assertThat(again.at("/token/user/id").asString()).isEqualTo(userId);
        assertThat(again.at("/token/user/OS-FEDERATION/groups")).isEmpty();
        cloud.client(token(scoped)).get("/projects/" + project).expect(401);
        rescope("token", token(first), onProject(project)).expect(401);
    }

    @Test
    void aScopeCanBeAskedForAtOnce() {
        declare(AT_ONCE, BY_NAME);
        String group = newGroup("cloud-" + AT_ONCE);
        cloud.admin()
                .put("/domains/default/groups/%s/roles/%s".formatted(group, cloud.readerRole))
                .expect(204);
        String accessToken =
                accessToken(AT_ONCE, CLIENT, 60, user("ann", List.of("cloud-" + AT_ONCE)));
        String login =
                "{'auth':{'identity':{'methods':['openid'],'openid':{'identity_provider':'%s',"
                        + "'protocol':'openid'}},'scope':{'domain':{'id':'default'}}}}";
        JsonNode token =
                cloud.anonymous()
                        .with("Authorization", "Bearer " + accessToken)
                        .post("/auth/tokens", login.formatted(AT_ONCE))
                        .expect(201)
                        .json();
        assertThat(token.at("/token/roles").findValuesAsString("name")).containsExactly("reader");
        cloud.anonymous().post("/auth/tokens", login.formatted(AT_ONCE)).expect(401);
        cloud.anonymous().post("/auth/tokens", login.formatted("nobody")).expect(404);
    }

    @Test
    void whatIsNotTheProvidersWordForUsIsRefused() {
        declare(REFUSED, BY_NAME);
        Map<String, Object> claims = user("mallory", List.of());
        login(REFUSED, "mallory", List.of()).expect(201);
        bring(REFUSED, accessToken(REFUSED, "another-service", 60, claims)).expect(401);
        bring(REFUSED, accessToken(REFUSED, CLIENT, -120, claims)).expect(401);
        bring(REFUSED, accessToken(TOKENS, CLIENT, 60, claims)).expect(401);
        String good = accessToken(REFUSED, CLIENT, 60, claims);
        String unsigned = good.substring(0, good.lastIndexOf('.') + 1);
        bring(REFUSED, unsigned).expect(401);
        bring(REFUSED, unsigned + "AAAA").expect(401);
        bring(REFUSED, "opaque").expect(401);
        cloud.anonymous().post(path(REFUSED)).expect(401);
        cloud.anonymous().post(path("nobody")).expect(404);
        bring(REFUSED, accessToken(REFUSED, CLIENT, 60, Map.of("preferred_username", "x")))
                .expect(401);

        TestClient admin = cloud.admin();
        String provider = "/OS-FEDERATION/identity_providers/" + REFUSED;
        admin.patch(provider, "{'identity_provider':{'remote_ids':['" + unique("else") + "']}}")
                .expect(200);
        bring(REFUSED, good).expect(403);
        admin.put("/OS-FEDERATION/mappings/" + unique("m"), mappingWith("(")).expect(400);
    }

    private static String mappingWith(String regex) {
        return "{'mapping':{'rules':[{'local':[{'user':{'name':'{0}'}}],'remote':[{'type':'A',"
                + "'whitelist':['"
                + regex
                + "'],'regex':true}]}]}}";
    }

    @Test
    void tokensEndWithTheTrustInTheProvider() {
        declare(ENDING, BY_NAME);
        String token = token(login(ENDING, "ann", List.of()));
        cloud.client(token).get("/auth/projects").expect(200);
        TestClient admin = cloud.admin();
        String provider = "/OS-FEDERATION/identity_providers/" + ENDING;
        admin.patch(provider, "{'identity_provider':{'enabled':false}}").expect(200);
        cloud.client(token).get("/auth/projects").expect(401);
        login(ENDING, "ann", List.of()).expect(403);
        admin.patch(provider, "{'identity_provider':{'enabled':true}}").expect(200);
        cloud.client(token).get("/auth/projects").expect(200);
        admin.delete(provider).expect(204);
        cloud.client(token).get("/auth/projects").expect(401);
    }

    @Test
    void providersThatShareADomainDoNotShareAccounts() {
        String domain = declare(SHARED, BY_NAME);
        String first =
                login(SHARED, "ann", List.of()).expect(201).json().at("/token/user/id").asString();
        declare(
                SHARING,
                "[{'local':[{'user':{'name':'{0}','domain':{'id':'"
                        + domain
                        + "'}}}],'remote':[{'type':'OIDC-preferred_username'}]}]");
        login(SHARING, "ann", List.of()).expect(409);
        login(SHARING, "bob", List.of()).expect(201);
        TestClient admin = cloud.admin();
        assertThat(
                        admin.get("/users?idp_id=" + SHARED)
                                .expect(200)
                                .json()
                                .path("users")
                                .findValuesAsString("id"))
                .containsExactly(first);

        // A protocol that is made anew finds the accounts that it had.
        String protocol = "/OS-FEDERATION/identity_providers/" + SHARED + "/protocols/openid";
        admin.delete(protocol).expect(204);
        admin.put(protocol, "{'protocol':{'mapping_id':'" + SHARED + "'}}").expect(201);
        assertThat(
                        login(SHARED, "ann", List.of())
                                .expect(201)
                                .json()
                                .at("/token/user/id")
                                .asString())
                .isEqualTo(first);
    }

    @Test
    void aMappingMayNameUsersThatAreHere() {
        declare(
                LOCAL,
                "[{'local':[{'user':{'type':'local','name':'{0}','domain':{'id':'default'}}}],"
                        + "'remote':[{'type':'OIDC-preferred_username'}]}]");
        JsonNode token = login(LOCAL, "demo", List.of()).expect(201).json().path("token");
        assertThat(token.at("/user/id").asString()).isEqualTo(cloud.demoUser);
        assertThat(token.path("user").has("OS-FEDERATION")).isFalse();
        login(LOCAL, "nobody-here", List.of()).expect(401);
    }

    @Test
    void aMappingMayGiveProjectsAndRoles() {
        String domain =
                declare(
                        PROJECTS,
                        "[{'local':[{'user':{'name':'{0}'},'projects':[{'name':'of {0}',"
                                + "'roles':[{'name':'member'}]}]}],"
                                + "'remote':[{'type':'OIDC-preferred_username'}]}]");
        String token = token(login(PROJECTS, "ann", List.of()));
        String scope = "{'project':{'name':'of ann','domain':{'id':'" + domain + "'}}}";
        JsonNode scoped = rescope("token", token, scope).expect(201).json().path("token");
        assertThat(scoped.path("roles").findValuesAsString("name")).contains("member");
        login(PROJECTS, "ann", List.of()).expect(201);
        cloud.admin()
                .patch(
                        "/OS-FEDERATION/mappings/" + PROJECTS,
                        "{'mapping':{'rules':[{'local':[{'user':{'name':'{0}'},'projects':[{"
                                + "'name':'x','roles':[{'name':'no-such-role'}]}]}],"
                                + "'remote':[{'type':'OIDC-preferred_username'}]}]}}")
                .expect(200);
        login(PROJECTS, "bob", List.of()).expect(401);
    }

    @Test
    void aProviderCanBeAskedAboutTokens() {
        declare(ASKED, "[{'local':[{'user':{'name':'{0}'}}],'remote':[{'type':'OIDC-sub'}]}]");
        assertThat(
                        login(ASKED, "ann", List.of())
                                .expect(201)
                                .json()
                                .at("/token/user/name")
                                .asString())
                .isEqualTo("ann");
        bring(ASKED, "made-up").expect(401);
    }

    @Test
    void aBrowserIsSentToTheProviderAndBackToItsDashboard() {
        declare(BROWSER, BY_NAME);
        String websso =
                "/auth/OS-FEDERATION/identity_providers/" + BROWSER + "/protocols/openid/websso";
        TestClient browser = cloud.anonymous();
        browser.get(websso).expect(400);
        browser.get(websso + "?origin=http%3A%2F%2Fevil.test%2F").expect(401);
        browser.get("/auth/OS-FEDERATION/websso/openid?origin=http%3A%2F%2Fevil.test%2F")
                .expect(401);
        browser.get("/auth/OS-FEDERATION/websso/saml2?origin=" + escaped(DASHBOARD)).expect(401);
        TestClient.Answer choice =
                browser.get("/auth/OS-FEDERATION/websso/openid?origin=" + escaped(DASHBOARD));
        assertThat(choice.status()).isIn(200, 302);

        TestClient.Answer departure =
                browser.get(websso + "?origin=" + escaped(DASHBOARD)).expect(302);
        String cookie = departure.header("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Lax");
        openId.enqueueCallback(saying(BROWSER, CLIENT, 60, user("ann", List.of())));
        TestClient.Answer back =
                browser.get(departure.header("Location").orElseThrow()).expect(302);
        String callback = back.header("Location").orElseThrow();

        browser.get(callback).expect(401);
        browser.with("Cookie", "monostack_sso=another").get(callback).expect(401);
        TestClient mine = browser.with("Cookie", cookie.substring(0, cookie.indexOf(';')));
        mine.get(callback.replace("state=", "state=x")).expect(401);
        mine.get(callback.substring(0, callback.indexOf('?')) + "?error=access_denied").expect(401);
        String page = mine.get(callback).expect(200).text();
        assertThat(page).contains("action=\"" + DASHBOARD + "\"");
        Matcher token = Pattern.compile("name=\"token\"[^>]* value=\"([^\"]+)\"").matcher(page);
        assertThat(token.find()).isTrue();
        cloud.client(token.group(1)).get("/auth/projects").expect(200);
        // The provider takes each code once.
        mine.get(callback).expect(401);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
