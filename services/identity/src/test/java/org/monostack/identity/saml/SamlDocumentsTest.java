package org.monostack.identity.saml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.identity.SamlConfig;
import org.monostack.platform.http.ApiException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Documents and keys alone; what they mean for users is tested at the service's face. */
class SamlDocumentsTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static SamlKey key;
    private static Path file;

    @BeforeAll
    static void make(@TempDir Path directory) {
        file = directory.resolve("saml-key.pem");
        key = new SamlKeyFile(file).get();
    }

    @Test
    void aKeyIsMadeOnceAndForItsOwnerAlone() throws IOException, GeneralSecurityException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new SamlKeyFile(file).get()).isEqualTo(key);
        assertThat(Files.list(file.resolveSibling(""))).hasSize(1);
        key.certificate().verify(key.certificate().getPublicKey());
        key.certificate().checkValidity();
        Path other = file.resolveSibling("other.pem");
        Files.writeString(other, "nothing");
        assertThatThrownBy(() -> new SamlKeyFile(other).get()).hasMessageContaining("other.pem");
        Files.delete(other);
    }

    private static String metadata(String attributes, String use) {
        String document =
                new String(
                        OwnMetadata.identityProvider(
                                "http://idp.test",
                                "http://idp.test/sso",
                                SamlConfig.defaults(),
                                key),
                        StandardCharsets.UTF_8);
        return document.substring(document.indexOf("<md:"))
                .replace("<md:IDPSSODescriptor ", "<md:IDPSSODescriptor " + attributes + " ")
                .replace("bindings:URI", "bindings:HTTP-Redirect")
                .replace("use=\"signing\"", use);
    }

    private static PeerMetadata read(String text) throws PeerMetadata.Unusable {
        return read(text, Optional.empty());
    }

    private static PeerMetadata read(String text, Optional<String> entityId)
            throws PeerMetadata.Unusable {
        return PeerMetadata.read(text.getBytes(StandardCharsets.UTF_8), entityId);
    }

    @Test
    void metadataSayWhoAProviderIs() throws PeerMetadata.Unusable {
        PeerMetadata plain = read(metadata("", ""));
        assertThat(plain.entityId()).isEqualTo("http://idp.test");
        assertThat(plain.redirect()).hasValue(URI.create("http://idp.test/sso"));
        assertThat(plain.keys()).containsExactly(key.certificate().getPublicKey());
        assertThat(plain.wantsSignedRequests()).isFalse();
        assertThat(plain.isValid(NOW)).isTrue();
        PeerMetadata other =
                read(metadata("WantAuthnRequestsSigned=\"true\" validUntil=\"" + NOW + "\"", ""));
        assertThat(other.wantsSignedRequests()).isTrue();
        assertThat(other.isValid(NOW.minusSeconds(1))).isTrue();
        assertThat(other.isValid(NOW)).isFalse();
        String several =
                "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">"
                        + metadata("", "")
                        + metadata("", "").replace("idp.test", "second.test")
                        + "</md:EntitiesDescriptor>";
        assertThat(read(several, Optional.of("http://second.test")).entityId())
                .isEqualTo("http://second.test");
        assertThatThrownBy(() -> read(several)).hasMessageContaining("2 identity providers");
        assertThatThrownBy(() -> read(several, Optional.of("http://third.test")))
                .hasMessageContaining("0 identity providers");
    }

    @Test
    void metadataThatDoNotSayItAreOfNoUse() {
        for (String text :
                List.of(
                        "",
                        "<a/>",
                        "<!DOCTYPE a><a/>",
                        metadata("", "use=\"encryption\""),
                        metadata("validUntil=\"soon\"", ""),
                        metadata("", "").replaceAll(">MII[^<]*<", ">AAAA<"),
                        metadata("", "").replaceAll(">MII[^<]*<", ">%<"),
                        metadata("", "").replace("http://idp.test/sso", "http://a b/"),
                        metadata("", "").replaceAll("entityID=\"[^\"]*\"", ""))) {
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(PeerMetadata.Unusable.class);
        }
    }

    @Test
    void requestsAreSignedWhereThatIsWanted() throws Exception {
        AuthnRequest request = new AuthnRequest("_1", "http://sp", "http://sp/acs", NOW);
        URI provider = URI.create("http://idp.test/sso");
        assertThat(request.redirect(provider, Optional.empty()).toString())
                .doesNotContain("Signature=");
        String query = request.redirect(provider, Optional.of(key)).getRawQuery();
        int end = query.indexOf("&Signature=");
        Signature check = Signature.getInstance("SHA256withRSA");
        check.initVerify(key.certificate());
        check.update(query.substring(0, end).getBytes(StandardCharsets.US_ASCII));
        assertThat(
                        check.verify(
                                Base64.getDecoder()
                                        .decode(
                                                URLDecoder.decode(
                                                        query.substring(end + 11),
                                                        StandardCharsets.UTF_8))))
                .isTrue();

        Document envelope = Xml.parse(request.envelope("state", Optional.of(key)));
        Element message =
                (Element) envelope.getElementsByTagNameNS(Xml.PROTOCOL, "AuthnRequest").item(0);
        Element signed =
                new Signatures(List.of(key.certificate().getPublicKey()), false).verified(message);
        assertThat(signed.getAttribute("AssertionConsumerServiceURL")).isEqualTo("http://sp/acs");
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        assertThatThrownBy(() ->
                        new Signatures(List.of(curve.generateKeyPair().getPublic()), false)
                                .verified(message))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void whatXmlCannotHoldIsReplaced() throws Xml.Malformed {
        String text = "a<b>&\"'\u0000\u0007\uD800\t\r\n\uD83D\uDE00";
        Document read =
                Xml.parse(
                        ("<a b=\"" + Xml.escaped(text) + "\"/>").getBytes(StandardCharsets.UTF_8));
        assertThat(read.getDocumentElement().getAttribute("b"))
                .isEqualTo("a<b>&\"'\uFFFD\uFFFD\uFFFD\t\r\n\uD83D\uDE00");
    }
}
