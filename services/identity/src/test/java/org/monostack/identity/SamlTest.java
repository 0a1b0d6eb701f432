package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.FakeSamlProvider.enveloped;
import static org.monostack.identity.FakeSamlProvider.text;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;
import static org.monostack.identity.SamlFixture.DASHBOARD;
import static org.monostack.identity.SamlFixture.SP;
import static org.monostack.identity.SamlFixture.attribute;
import static org.monostack.identity.SamlFixture.cookie;
import static org.monostack.identity.SamlFixture.path;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Users for whom a provider vouches that speaks SAML, and users for whom we vouch elsewhere. */
class SamlTest {

    private static Path directory;
    private static SamlFixture saml;
    private static IdentityFixture cloud;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException {
        directory = settings;
        saml = new SamlFixture(settings);
        cloud = saml.cloud;
    }

    @AfterAll
    static void stop() {
        saml.close();
    }

    @Test
    void aProgramGetsATokenForAnAssertion() {
        String project = cloud.newProject(unique("p"));
        cloud.admin()
                .put(
                        "/projects/%s/groups/%s/roles/%s"
                                .formatted(project, saml.group, cloud.memberRole))
                .expect(204);
        FakeSamlProvider.Saying saying = saml.saying();
        saying.attributes.put("groups", List.of("nobody", saml.idp));
        String envelope = enveloped(text(saml.provider.signed(saying)));
        TestClient.Answer taken = saml.bring(envelope).expect(302);
        String location = taken.header("Location").orElseThrow();
        assertThat(location).isEqualTo(cloud.url() + "/v3" + path(saml.idp));

        cloud.anonymous().get(location).expect(401);
        cloud.anonymous().with("Cookie", "monostack_saml=another").get(location).expect(401);
        TestClient mine = cloud.anonymous().with("Cookie", cookie(taken));
        // What one provider stated is no other's word.
        mine.get(path(saml.itself)).expect(401);
        TestClient.Answer answer = mine.get(location).expect(201);
        JsonNode token = answer.json().path("token");
        assertThat(token.at("/user/name").asString()).isEqualTo("ann");
        assertThat(token.at("/methods/0").asString()).isEqualTo("saml2");
        assertThat(token.at("/user/OS-FEDERATION/identity_provider/id").asString())
                .isEqualTo(saml.idp);
        String id = answer.header("X-Subject-Token").orElseThrow();
        assertThat(
                        cloud.client(id)
                                .get("/OS-FEDERATION/projects")
                                .expect(200)
                                .json()
                                .path("projects")
                                .findValuesAsString("id"))
                .containsExactly(project);
        cloud.anonymous()
                .post(
                        "/auth/tokens",
                        "{'auth':{'identity':{'methods':['saml2'],'saml2':{'id':'%s'}},'scope':%s}}"
                                .formatted(id, onProject(project)))
                .expect(201);

        // Each gives one token.
        mine.get(location).expect(401);
        saml.bring(envelope).expect(401);
    }

    @Test
    void whoBringsNoAssertionIsToldSo() {
        cloud.anonymous().get(path(saml.idp)).expect(401);
        cloud.anonymous().post(path(saml.idp)).expect(401);
        cloud.anonymous().get(path("nobody")).expect(404);
        assertThat(saml.challenge()).contains("<ecp:RelayState");
    }

    @Test
    void anAssertionIsTakenOnceWhicheverProcessIsAsked(@TempDir Path other) throws IOException {
        FakeSamlProvider.Saying saying = saml.saying();
        String envelope = enveloped(text(saml.provider.signed(saying)));
        copy(cloud.keys, other);
        try (IdentityFixture second =
                IdentityFixture.start(config ->
                        IdentityConfig.builder(other).withBcryptCost(4).withSettings(directory))) {
            String there = second.url() + "/Shibboleth.sso/SAML2/ECP";
            byte[] content = envelope.getBytes(StandardCharsets.UTF_8);
            TestClient.Answer taken =
                    cloud.anonymous().send("POST", there, Optional.of(content)).expect(302);
            saml.bring(envelope).expect(401);
            // The token may be asked for at either.
            cloud.anonymous().with("Cookie", cookie(taken)).get(path(saml.idp)).expect(201);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @Test
    void aBrowserIsSentToTheProviderAndBackToItsDashboard() {
        String websso =
                "/auth/OS-FEDERATION/identity_providers/" + saml.idp + "/protocols/saml2/websso";
        TestClient browser = cloud.anonymous();
        browser.get(websso).expect(400);
        browser.get(websso + "?origin=http%3A%2F%2Fevil.test%2F").expect(401);
        TestClient.Answer departure =
                browser.get(websso + "?origin=" + escaped(DASHBOARD)).expect(302);
        assertThat(
                        browser.get("/auth/OS-FEDERATION/websso/saml2?origin=" + escaped(DASHBOARD))
                                .status())
                .isIn(200, 302);
        String location = departure.header("Location").orElseThrow();
        assertThat(location).startsWith("http://idp.test/sso?realm=a&SAMLRequest=");
        String request = inflated(location.substring(location.indexOf("SAMLRequest=") + 12));
        assertThat(attribute(request, "AssertionConsumerServiceURL")).isEqualTo(saml.post());
        assertThat(attribute(request, "Destination")).isEqualTo("http://idp.test/sso?realm=a");
        assertThat(request).contains(">" + SP + "</saml:Issuer>");

        String answers = attribute(request, "ID");
        String good = form(saml.provider.saying(SP, saml.post(), answers));
        // Browsers keep the cookie back when another site posts: the page posts once more.
        String bounced = sent(browser, good).expect(200).text();
        assertThat(bounced).contains("action=\"" + saml.post() + "\"", "name=\"again\"");
        sent(browser, good + "&again=1").expect(401);
        sent(browser.with("Cookie", "monostack_sso=another"), good).expect(401);
        TestClient mine = browser.with("Cookie", cookie(departure));
        // Made for programs, or not asked for by this browser.
        sent(mine, form(saml.saying())).expect(401);
        sent(mine, form(saml.provider.saying(SP, saml.post(), attribute(saml.challenge(), "ID"))))
                .expect(401);
        saml.bring(
                        enveloped(
                                text(
                                        saml.provider.signed(
                                                saml.provider.saying(SP, saml.ecp(), answers)))))
                .expect(401);
        sent(mine, "SAMLResponse=%25%25").expect(400);
        sent(mine, "RelayState=x").expect(400);

        String page = sent(mine, good).expect(200).text();
        assertThat(page).contains("action=\"" + DASHBOARD + "\"");
        Matcher token = Pattern.compile("name=\"token\"[^>]* value=\"([^\"]+)\"").matcher(page);
        assertThat(token.find()).isTrue();
        cloud.client(token.group(1)).get("/auth/projects").expect(200);
        sent(mine, good).expect(401);
    }

    private static String form(FakeSamlProvider.Saying saying) {
        byte[] response = text(saml.provider.signed(saying)).getBytes(StandardCharsets.UTF_8);
        return "RelayState=&SAMLResponse=" + escaped(Base64.getEncoder().encodeToString(response));
    }

    private static TestClient.Answer sent(TestClient browser, String form) {
        return browser.with("Content-Type", "application/x-www-form-urlencoded")
                .send("POST", saml.post(), Optional.of(form.getBytes(StandardCharsets.UTF_8)));
    }

    private static String inflated(String parameter) {
        byte[] bytes =
                Base64.getDecoder().decode(URLDecoder.decode(parameter, StandardCharsets.UTF_8));
        try (InflaterInputStream in =
                new InflaterInputStream(new ByteArrayInputStream(bytes), new Inflater(true))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void metadataTellOthersWhatTheyNeed() {
        String sp =
                cloud.anonymous().get(cloud.url() + "/Shibboleth.sso/Metadata").expect(200).text();
        assertThat(sp)
                .contains("entityID=\"" + SP + "\"", saml.post(), saml.ecp(), "X509Certificate>");
        String idp = cloud.anonymous().get("/OS-FEDERATION/saml2/metadata").expect(200).text();
        assertThat(idp)
                .contains(
                        "entityID=\"" + saml.ownId + "\"", ">Cloud &amp; Co<", "X509Certificate>");
        assertThat(directory.resolve("federation.yaml")).exists();
    }

    private static String vouching(String provider, String token) {
        return ("{'auth':{'identity':{'methods':['token'],'token':{'id':'%s'}},"
                        + "'scope':{'service_provider':{'id':'%s'}}}}")
                .formatted(token, provider);
    }

    private static String newServiceProvider(boolean enabled) {
        String id = unique("sp");
        cloud.admin()
                .put(
                        "/OS-FEDERATION/service_providers/" + id,
                        "{'service_provider':{'sp_url':'%s','auth_url':'%s','enabled':%s}}"
                                .formatted(
                                        saml.ecp(),
                                        cloud.url() + "/v3" + path(saml.itself),
                                        enabled))
                .expect(201);
        return id;
    }

    @Test
    void theCloudVouchesForItsUsersAtAnother() {
        String sp = newServiceProvider(true);
        String name = unique("Zoë & <co>");
        String user = cloud.newUser(name, "secret");
        TestClient admin = cloud.admin();
        admin.put(
                        "/projects/%s/users/%s/roles/%s"
                                .formatted(cloud.demoProject, user, cloud.memberRole))
                .expect(204);
        admin.put("/groups/" + saml.group + "/users/" + user).expect(204);
        String token = cloud.token(name, "secret", onProject(cloud.demoProject));
        String body = vouching(sp, token);
        TestClient anybody = cloud.anonymous();
        TestClient.Answer alone = anybody.post("/auth/OS-FEDERATION/saml2", body).expect(200);
        assertThat(alone.header("X-sp-url")).hasValue(saml.ecp());
        assertThat(alone.header("X-auth-url")).hasValue(cloud.url() + "/v3" + path(saml.itself));
        assertThat(alone.header("Content-Type")).hasValue("text/xml");
        assertThat(alone.text())
                .contains(
                        ">JSON:{&quot;name&quot;:&quot;".replace("&quot;", "\"")
                                + saml.idp
                                + "\",\"domain\":{\"name\":\"Default\"}}<",
                        ">member</saml:AttributeValue>",
                        "Name=\"openstack_project_domain\"")
                .doesNotContain("&#13;");

        String envelope = anybody.post("/auth/OS-FEDERATION/saml2/ecp", body).expect(200).text();
        assertThat(envelope).contains(">ss:mem:");
        TestClient.Answer taken = saml.bring(envelope).expect(302);
        JsonNode there =
                anybody.with("Cookie", cookie(taken)).get(path(saml.itself)).expect(201).json();
        assertThat(there.at("/token/user/name").asString()).isEqualTo(name);
        assertThat(there.at("/token/user/OS-FEDERATION/groups").findValuesAsString("id"))
                .containsExactly(saml.group);
        saml.bring(envelope).expect(401);
        // An assertion alone, in an envelope of the client's, is as good.
        String declared = alone.text();
        saml.bring(enveloped(declared.substring(declared.indexOf("<samlp:Response")))).expect(302);
    }

    @Test
    void theCloudVouchesForNobodyElse() {
        String sp = newServiceProvider(true);
        String token = cloud.token("demo", "secret", onProject(cloud.demoProject));
        String unscoped = cloud.token("demo", "secret", "");
        for (String path : List.of("/auth/OS-FEDERATION/saml2", "/auth/OS-FEDERATION/saml2/ecp")) {
            TestClient anybody = cloud.anonymous();
            anybody.post(path, vouching(sp, token)).expect(200);
            anybody.post(path, vouching("nobody", token)).expect(404);
            anybody.post(path, vouching(newServiceProvider(false), token)).expect(403);
            anybody.post(path, vouching(sp, unscoped)).expect(403);
            anybody.post(path, vouching(sp, "made-up")).expect(404);
            anybody.post(path, vouching(sp, "")).expect(404);
            anybody.post(path, "{'auth':{'scope':{'service_provider':{'id':'x'}}}}").expect(400);
            anybody.post(path, "{'auth':{'identity':{'token':{'id':'x'}}}}").expect(400);
            anybody.post(path, "{}").expect(400);
            cloud.admin().get(path).expect(405);
        }
    }
}
