package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.FakeSamlProvider.ASSERTION;
import static org.monostack.identity.FakeSamlProvider.RSA_SHA256;
import static org.monostack.identity.FakeSamlProvider.SIGNATURE;
import static org.monostack.identity.FakeSamlProvider.assertion;
import static org.monostack.identity.FakeSamlProvider.enveloped;
import static org.monostack.identity.FakeSamlProvider.first;
import static org.monostack.identity.FakeSamlProvider.parse;
import static org.monostack.identity.FakeSamlProvider.text;
import static org.monostack.identity.SamlFixture.cookie;
import static org.monostack.identity.SamlFixture.path;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.crypto.dsig.Transform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.identity.saml.SamlKeyFile;
import org.monostack.platform.testing.TestClient;
import org.w3c.dom.Document;

/** A cloud whose Keystone signs with SHA-1, where the operator takes that of this one alone. */
class SamlSha1Test {

    private static final String SHA1_RSA = SIGNATURE + "rsa-sha1";
    private static final String SHA1 = SIGNATURE + "sha1";

    private static SamlFixture saml;
    private static FakeSamlProvider keystone;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException {
        saml = new SamlFixture(settings, true);
        keystone =
                new FakeSamlProvider(
                        saml.ownId, new SamlKeyFile(saml.cloud.keys.resolve("saml-key.pem")).get());
    }

    @AfterAll
    static void stop() {
        saml.close();
    }

    private static Document unsigned() {
        FakeSamlProvider.Saying saying = keystone.saying(SamlFixture.SP, saml.ecp(), "");
        saying.attributes.put("openstack_user", List.of("zoe"));
        return parse(saying.response());
    }

    private static void refused(Consumer<Document> signing) {
        Document document = unsigned();
        signing.accept(document);
        saml.refused(enveloped(text(document)));
    }

    @Test
    void theNamedCloudsAssertionsAreTaken() {
        for (String method : List.of(SHA1_RSA, RSA_SHA256)) {
            Document document = unsigned();
            keystone.sign(assertion(document), method, SHA1);
            TestClient.Answer taken = saml.bring(enveloped(text(document))).expect(302);
            assertThat(
                            saml.cloud
                                    .anonymous()
                                    .with("Cookie", cookie(taken))
                                    .get(path(saml.itself))
                                    .expect(201)
                                    .json()
                                    .at("/token/user/name")
                                    .asString())
                    .isEqualTo("zoe");
        }
    }

    @Test
    void nobodyElsesAre() {
        Document document = parse(saml.saying().response());
        saml.provider.sign(assertion(document), SHA1_RSA, SHA1);
        saml.refused(enveloped(text(document)));
    }

    @Test
    void allElseIsHeldToAsBefore() {
        FakeSamlProvider stranger = new FakeSamlProvider(saml.ownId);
        refused(it -> stranger.sign(assertion(it), SHA1_RSA, SHA1));
        refused(it -> {
            keystone.sign(assertion(it), SHA1_RSA, SHA1);
            first(it, ASSERTION, "AttributeValue").setTextContent("admin");
        });
        refused(it ->
                keystone.sign(
                        assertion(it),
                        SHA1_RSA,
                        SHA1,
                        List.of(Transform.ENVELOPED, "exclusive"),
                        2));
        refused(it ->
                keystone.sign(assertion(it), SHA1_RSA, SHA1, List.of(Transform.ENVELOPED), 1));
        for (String method :
                List.of(
                        SIGNATURE + "hmac-sha1",
                        SIGNATURE + "dsa-sha1",
                        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5")) {
            refused(it -> {
                keystone.sign(assertion(it), SHA1_RSA, SHA1);
                first(it, SIGNATURE, "SignatureMethod").setAttribute("Algorithm", method);
            });
        }
        refused(it -> {
            keystone.sign(assertion(it), SHA1_RSA, SHA1);
            first(it, SIGNATURE, "Transform")
                    .setAttribute("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116");
        });
    }
}
