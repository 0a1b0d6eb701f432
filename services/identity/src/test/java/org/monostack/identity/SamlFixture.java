package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.platform.testing.TestClient;
import org.w3c.dom.Document;

/**
 * A cloud that knows an identity provider by SAML, and itself as another cloud. Its settings are a
 * directory of the test's.
 */
final class SamlFixture implements AutoCloseable {

    static final String DASHBOARD = "http://dashboard.test/auth/websso/";
    static final String SP = "http://cloud.test/sp";

    final String idp = IdentityFixture.unique("university");
    final String itself = IdentityFixture.unique("keystone");
    final String ownId = "http://cloud.test/v3/OS-FEDERATION/saml2/" + itself;
    final FakeSamlProvider provider = new FakeSamlProvider("http://idp.test/" + idp);
    final IdentityFixture cloud;
    final String group;

    SamlFixture(Path settings) throws IOException {
        this(settings, false);
    }

    /**
     * @param sha1 whether the other cloud, and it alone, may sign with SHA-1
     */
    SamlFixture(Path settings, boolean sha1) throws IOException {
        cloud =
                IdentityFixture.start(config ->
                        config.withSettings(settings)
                                .withSaml(
                                        new SamlConfig(
                                                SamlConfig.defaults().assertionLife(),
                                                Optional.of(ownId),
                                                Optional.empty(),
                                                "en",
                                                Optional.of(
                                                        new SamlConfig.Organization(
                                                                "Cloud & Co", "Cloud", "http://c")),
                                                Optional.empty(),
                                                "ss:mem:",
                                                sha1 ? Set.of(itself) : Set.of())));
        Files.writeString(settings.resolve("university.xml"), provider.metadata());
        Files.writeString(
                settings.resolve("keystone.xml"),
                cloud.anonymous().get("/OS-FEDERATION/saml2/metadata").expect(200).text());
        Files.writeString(
                settings.resolve("federation.yaml"),
                "trusted_dashboards: ['"
                        + DASHBOARD
                        + "']\nservice_provider: {entity_id: '"
                        + SP
                        + "', addresses: ['"
                        + cloud.url()
                        + "', 'http://elsewhere.test/identity']}\nproviders:\n  "
                        + idp
                        + ": {saml_metadata: university.xml}\n  "
                        + itself
                        + ": {saml_metadata: keystone.xml, keystone: true}\n");
        group =
                cloud.admin()
                        .post("/groups", "{'group':{'name':'" + idp + "'}}")
                        .expect(201)
                        .json()
                        .at("/group/id")
                        .asString();
        declare(
                idp,
                provider.entityId,
                "[{'local':[{'user':{'name':'{0}'}}],'remote':[{'type':'uid'}]},"
                        + "{'local':[{'groups':'{0}','domain':{'id':'default'}}],"
                        + "'remote':[{'type':'urn:oid:groups'}]}]");
        declare(
                itself,
                ownId,
                "[{'local':[{'user':{'name':'{0}'}},{'group':{'id':'"
                        + group
                        + "'}}],'remote':[{'type':'openstack_user'}]}]");
    }

    private void declare(String id, String remote, String rules) {
        TestClient admin = cloud.admin();
        String path = "/OS-FEDERATION/identity_providers/" + id;
        admin.put(path, "{'identity_provider':{'enabled':true,'remote_ids':['" + remote + "']}}")
                .expect(201);
        admin.put("/OS-FEDERATION/mappings/" + id, "{'mapping':{'rules':" + rules + "}}")
                .expect(201);
        for (String protocol : List.of("saml2", "mapped")) {
            admin.put(path + "/protocols/" + protocol, "{'protocol':{'mapping_id':'" + id + "'}}")
                    .expect(201);
        }
    }

    static String path(String id) {
        return "/OS-FEDERATION/identity_providers/" + id + "/protocols/saml2/auth";
    }

    String ecp() {
        return cloud.url() + "/Shibboleth.sso/SAML2/ECP";
    }

    String post() {
        return cloud.url() + "/Shibboleth.sso/SAML2/POST";
    }

    /** The envelope that a program gets that asks for a token. */
    String challenge() {
        TestClient.Answer answer =
                cloud.anonymous()
                        .with("Accept", "text/html, application/vnd.paos+xml")
                        .with(
                                "PAOS",
                                "ver=\"urn:liberty:paos:2003-08\";"
                                        + "\"urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp\"")
                        .get(path(idp))
                        .expect(200);
        assertThat(answer.header("Content-Type")).hasValue("application/vnd.paos+xml");
        return answer.text();
    }

    static String attribute(String xml, String name) {
        Matcher found = Pattern.compile(" " + name + "=\"([^\"]*)\"").matcher(xml);
        assertThat(found.find()).as("%s in %s", name, xml).isTrue();
        return found.group(1);
    }

    /** What the provider says to a program that asks anew, and rightly. */
    FakeSamlProvider.Saying saying() {
        String challenge = challenge();
        assertThat(attribute(challenge, "responseConsumerURL")).isEqualTo(ecp());
        return provider.saying(SP, ecp(), attribute(challenge, "ID"));
    }

    TestClient.Answer bring(String envelope) {
        return cloud.anonymous()
                .with("Content-Type", "application/vnd.paos+xml")
                .send("POST", ecp(), Optional.of(envelope.getBytes(StandardCharsets.UTF_8)));
    }

    /** The name of the user whom the assertion in a response turns out to be of. */
    String user(Document response) {
        TestClient.Answer taken =
                bring(FakeSamlProvider.enveloped(FakeSamlProvider.text(response))).expect(302);
        return cloud.anonymous()
                .with("Cookie", cookie(taken))
                .get(path(idp))
                .expect(201)
                .json()
                .at("/token/user/name")
                .asString();
    }

    /** Brings what must not be taken; the service does not fail by it. */
    void refused(String envelope) {
        TestClient.Answer answer = bring(envelope);
        assertThat(answer.status()).as(answer.text()).isIn(400, 401);
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    static String cookie(TestClient.Answer answer) {
        String whole = answer.header("Set-Cookie").orElseThrow();
        return whole.substring(0, whole.indexOf(';'));
    }

    @Override
    public void close() {
        cloud.close();
    }
}
