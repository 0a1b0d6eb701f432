package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.FakeSamlEncryption.AES_128_CBC;
import static org.monostack.identity.FakeSamlEncryption.AES_128_GCM;
import static org.monostack.identity.FakeSamlEncryption.AES_256_CBC;
import static org.monostack.identity.FakeSamlEncryption.AES_256_GCM;
import static org.monostack.identity.FakeSamlEncryption.ENCRYPTION;
import static org.monostack.identity.FakeSamlEncryption.OAEP;
import static org.monostack.identity.FakeSamlEncryption.OAEP_11;
import static org.monostack.identity.FakeSamlEncryption.PKCS_1;
import static org.monostack.identity.FakeSamlProvider.RSA_SHA256;
import static org.monostack.identity.FakeSamlProvider.SHA256;
import static org.monostack.identity.FakeSamlProvider.enveloped;
import static org.monostack.identity.FakeSamlProvider.first;
import static org.monostack.identity.FakeSamlProvider.parse;
import static org.monostack.identity.FakeSamlProvider.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.testing.TestClient;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Assertions that a provider encrypts for this cloud. */
class SamlEncryptionTest {

    private static SamlFixture saml;
    private static PublicKey ours;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException, GeneralSecurityException {
        saml = new SamlFixture(settings);
        ours = keyInMetadata();
    }

    @AfterAll
    static void stop() {
        saml.close();
    }

    /** The key that the cloud's metadata tell providers to encrypt for. */
    private static PublicKey keyInMetadata() throws GeneralSecurityException {
        String url = saml.cloud.url() + "/Shibboleth.sso/Metadata";
        Document metadata = parse(saml.cloud.anonymous().get(url).expect(200).text());
        List<Element> descriptors = new ArrayList<>();
        var all = metadata.getElementsByTagNameNS("*", "KeyDescriptor");
        for (int i = 0; i < all.getLength(); i++) {
            Element each = (Element) all.item(i);
            if (each.getAttribute("use").equals("encryption")) {
                descriptors.add(each);
            }
        }
        assertThat(descriptors).hasSize(1);
        Element descriptor = descriptors.getFirst();
        List<String> methods = new ArrayList<>();
        var offered = descriptor.getElementsByTagNameNS("*", "EncryptionMethod");
        for (int i = 0; i < offered.getLength(); i++) {
            methods.add(((Element) offered.item(i)).getAttribute("Algorithm"));
        }
        assertThat(methods)
                .containsExactly(AES_256_GCM, AES_128_GCM, AES_256_CBC, AES_128_CBC, OAEP);
        String certificate =
                descriptor.getElementsByTagNameNS("*", "X509Certificate").item(0).getTextContent();
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getMimeDecoder().decode(certificate)))
                .getPublicKey();
    }

    private static FakeSamlEncryption encryption() {
        return new FakeSamlEncryption(ours);
    }

    private static Document signedInside(FakeSamlEncryption encryption) {
        Document document = saml.provider.signed(saml.saying());
        encryption.encrypt(document);
        return document;
    }

    private static Document signedOutside(FakeSamlEncryption encryption) {
        Document document = parse(saml.saying().response());
        encryption.encrypt(document);
        saml.provider.sign(document.getDocumentElement(), RSA_SHA256, SHA256);
        return document;
    }

    @Test
    void assertionsAreTakenHoweverTheyAreEncrypted() {
        for (String method : List.of(AES_128_CBC, AES_256_CBC, AES_128_GCM, AES_256_GCM)) {
            for (String keyMethod : List.of(OAEP, OAEP_11)) {
                FakeSamlEncryption encryption = encryption();
                encryption.method = method;
                encryption.keyMethod = keyMethod;
                assertThat(saml.user(signedInside(encryption))).isEqualTo("ann");
                encryption.keyBeside = true;
                assertThat(saml.user(signedOutside(encryption))).isEqualTo("ann");
            }
        }
        Document both = signedInside(encryption());
        saml.provider.sign(both.getDocumentElement(), RSA_SHA256, SHA256);
        assertThat(saml.user(both)).isEqualTo("ann");
    }

    @Test
    void theKeyForUsIsFoundAmongOthers() {
        FakeSamlEncryption encryption = encryption();
        FakeSamlEncryption another =
                new FakeSamlEncryption(saml.provider.key.certificate().getPublicKey());
        encryption.otherKeys = another.key(new byte[32]) + another.key(new byte[32]);
        assertThat(saml.user(signedInside(encryption))).isEqualTo("ann");
    }

    @Test
    void whatIsInsideIsHeldToTheSameRules() {
        FakeSamlProvider.Saying late = saml.saying();
        late.audience = "http://another.test";
        Document document = saml.provider.signed(late);
        encryption().encrypt(document);
        assertThat(saml.bring(enveloped(text(document))).expect(401).text()).contains("audience");
        String again = enveloped(text(signedInside(encryption())));
        saml.bring(again).expect(302);
        saml.bring(again).expect(401);
    }

    private static void spoil(Document document, int element, Consumer<byte[]> change) {
        Element value =
                (Element) document.getElementsByTagNameNS(ENCRYPTION, "CipherValue").item(element);
        byte[] bytes = Base64.getMimeDecoder().decode(value.getTextContent());
        change.accept(bytes);
        value.setTextContent(Base64.getEncoder().encodeToString(bytes));
    }

    private static Document spoilt(String method, int element, Consumer<byte[]> change) {
        FakeSamlEncryption encryption = encryption();
        encryption.method = method;
        Document document = signedInside(encryption);
        spoil(document, element, change);
        return document;
    }

    /** An encrypted text in the place of the assertion. */
    private static Document holding(String content) {
        Document document = parse(saml.saying().response());
        Element encrypted =
                parse(encryption().encrypted(content.getBytes(StandardCharsets.UTF_8)))
                        .getDocumentElement();
        Element assertion = FakeSamlProvider.assertion(document);
        assertion.getParentNode().replaceChild(document.importNode(encrypted, true), assertion);
        return document;
    }

    private static Document changed(Consumer<Document> change) {
        Document document = signedInside(encryption());
        change.accept(document);
        return document;
    }

    private static Document keyMethod(String method) {
        FakeSamlEncryption encryption = encryption();
        encryption.keyMethod = method;
        return signedInside(encryption);
    }

    @Test
    void nobodyLearnsWhyADecryptionFails() {
        Map<String, Document> refused = new LinkedHashMap<>();
        for (String method : List.of(AES_128_CBC, AES_256_GCM)) {
            // Keys come first in the document, what they decrypt behind them.
            refused.put("a changed key " + method, spoilt(method, 0, it -> it[9] ^= 1));
            refused.put("a changed start " + method, spoilt(method, 1, it -> it[0] ^= 1));
            refused.put("a changed middle " + method, spoilt(method, 1, it -> it[200] ^= 1));
            refused.put("a changed end " + method, spoilt(method, 1, it -> it[it.length - 1] ^= 1));
            refused.put(
                    "a changed padding " + method,
                    spoilt(method, 1, it -> it[it.length - 17] ^= 64));
        }
        refused.put("RSA of PKCS#1 1.5", keyMethod(PKCS_1));
        refused.put(
                "a key for another",
                signedInside(
                        new FakeSamlEncryption(saml.provider.key.certificate().getPublicKey())));
        refused.put("no XML", holding("nothing"));
        refused.put("a document type", holding("<!DOCTYPE x><x/>"));
        refused.put("another document", holding("<x/>"));
        Document unsigned = parse(saml.saying().response());
        encryption().encrypt(unsigned);
        refused.put("no signature", unsigned);
        Document strangers = new FakeSamlProvider(saml.provider.entityId).signed(saml.saying());
        encryption().encrypt(strangers);
        refused.put("another's signature", strangers);
        refused.put(
                "an unknown method",
                changed(it ->
                        first(it, ENCRYPTION, "EncryptionMethod")
                                .setAttribute("Algorithm", ENCRYPTION + "tripledes-cbc")));
        refused.put(
                "a shorter method",
                changed(it ->
                        first(it, ENCRYPTION, "EncryptionMethod")
                                .setAttribute("Algorithm", AES_128_GCM)));
        refused.put(
                "no data",
                changed(it -> FakeSamlProvider.remove(first(it, ENCRYPTION, "EncryptedData"))));
        refused.put(
                "no key",
                changed(it -> FakeSamlProvider.remove(first(it, ENCRYPTION, "EncryptedKey"))));
        refused.put(
                "content elsewhere",
                changed(it -> {
                    Element data =
                            (Element) it.getElementsByTagNameNS(ENCRYPTION, "CipherData").item(1);
                    Element reference = it.createElementNS(ENCRYPTION, "xenc:CipherReference");
                    reference.setAttribute("URI", saml.cloud.url());
                    data.replaceChild(reference, data.getFirstChild());
                }));
        List<String> answers = new ArrayList<>();
        refused.forEach((name, document) -> {
            TestClient.Answer answer = saml.bring(enveloped(text(document)));
            assertThat(answer.status()).as(name + ": " + answer.text()).isEqualTo(401);
            assertThat(answer.header("Set-Cookie")).isEmpty();
            answers.add(answer.text());
        });
        assertThat(answers.stream().distinct()).hasSize(1);
        assertThat(answers.getFirst()).contains("cannot be decrypted, or is not signed");
    }

    @Test
    void oneAssertionIsTakenAndNoMore() {
        Document two = signedOutsideTwice();
        assertThat(saml.bring(enveloped(text(two))).expect(401).text()).contains("2 assertions");
        Document beside = saml.provider.signed(saml.saying());
        Document encrypted = signedInside(encryption());
        beside.getDocumentElement()
                .appendChild(
                        beside.importNode(encrypted.getDocumentElement().getLastChild(), true));
        assertThat(saml.bring(enveloped(text(beside))).expect(401).text()).contains("2 assertions");
    }

    private static Document signedOutsideTwice() {
        Document document = parse(saml.saying().response());
        encryption().encrypt(document);
        Element root = document.getDocumentElement();
        root.appendChild(root.getLastChild().cloneNode(true));
        saml.provider.sign(root, RSA_SHA256, SHA256);
        return document;
    }
}
