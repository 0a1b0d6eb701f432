package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.FakeSamlProvider.ASSERTION;
import static org.monostack.identity.FakeSamlProvider.RSA_SHA256;
import static org.monostack.identity.FakeSamlProvider.SHA256;
import static org.monostack.identity.FakeSamlProvider.SIGNATURE;
import static org.monostack.identity.FakeSamlProvider.assertion;
import static org.monostack.identity.FakeSamlProvider.enveloped;
import static org.monostack.identity.FakeSamlProvider.first;
import static org.monostack.identity.FakeSamlProvider.parse;
import static org.monostack.identity.FakeSamlProvider.remove;
import static org.monostack.identity.FakeSamlProvider.text;
import static org.monostack.identity.SamlFixture.cookie;
import static org.monostack.identity.SamlFixture.path;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.xml.crypto.dsig.Transform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.testing.TestClient;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Assertions that must not be taken: each differs from a good one in one thing, and none makes the
 * service fail.
 */
class SamlRefusalsTest {

    private static SamlFixture saml;
    private static FakeSamlProvider stranger;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException {
        saml = new SamlFixture(settings);
        stranger = new FakeSamlProvider(saml.provider.entityId);
    }

    @AfterAll
    static void stop() {
        saml.close();
    }

    private static DynamicTest refusal(String name, Consumer<FakeSamlProvider.Saying> change) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    FakeSamlProvider.Saying saying = saml.saying();
                    change.accept(saying);
                    saml.refused(enveloped(text(saml.provider.signed(saying))));
                });
    }

    private static DynamicTest signedAs(String name, UnaryOperator<String> change) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Document document = saml.provider.signed(saml.saying(), change);
                    saml.refused(enveloped(text(document)));
                });
    }

    private static DynamicTest unsigned(String name, Consumer<Document> change) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Document document = parse(saml.saying().response());
                    change.accept(document);
                    saml.refused(enveloped(text(document)));
                });
    }

    private static DynamicTest afterwards(String name, Consumer<Document> change) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Document document = saml.provider.signed(saml.saying());
                    change.accept(document);
                    saml.refused(enveloped(text(document)));
                });
    }

    @Test
    void goodOnesAreTaken() {
        assertThat(saml.user(saml.provider.signed(saml.saying()))).isEqualTo("ann");
        Document whole = parse(saml.saying().response());
        saml.provider.sign(whole.getDocumentElement(), RSA_SHA256, SHA256);
        assertThat(saml.user(whole)).isEqualTo("ann");
        Document both = saml.provider.signed(saml.saying());
        saml.provider.sign(
                both.getDocumentElement(),
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                "http://www.w3.org/2001/04/xmlenc#sha512");
        assertThat(saml.user(both)).isEqualTo("ann");
    }

    @Test
    void whatCannotBeAUserOfOursMakesNothingFail() {
        for (String name : List.of("a".repeat(300), "<b/>", "&#9;;", "{0}", "ann;bob")) {
            FakeSamlProvider.Saying saying = saml.saying();
            saying.subject = "";
            saying.attributes.put("uid", List.of(name));
            TestClient.Answer taken =
                    saml.bring(enveloped(text(saml.provider.signed(saying)))).expect(302);
            assertThat(
                            saml.cloud
                                    .anonymous()
                                    .with("Cookie", cookie(taken))
                                    .get(path(saml.idp))
                                    .status())
                    .as(name)
                    .isIn(201, 400, 401);
        }
    }

    @Test
    void aCommentDoesNotCutATextShort() {
        FakeSamlProvider.Saying saying = saml.saying();
        saying.attributes.put("uid", List.of("ann<!-- -->.evil"));
        assertThat(saml.user(saml.provider.signed(saying))).isEqualTo("ann.evil");
        Document later = saml.provider.signed(saml.saying());
        Node value = later.getElementsByTagNameNS(ASSERTION, "AttributeValue").item(0);
        value.insertBefore(later.createComment("x"), value.getFirstChild());
        // What is not signed does not count, and does not spoil what is.
        assertThat(saml.user(later)).isEqualTo("ann");
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotForUsNow() {
        return Stream.of(
                refusal("expired", it -> it.life = Duration.ofSeconds(-90)),
                refusal("good for years", it -> it.life = Duration.ofDays(4_000)),
                signedAs(
                        "good for ever",
                        it ->
                                it.replaceAll(
                                        "NotOnOrAfter='[^']*'",
                                        "NotOnOrAfter='+999999999-12-31T23:59:59Z'")),
                refusal("not good yet", it -> it.from = Duration.ofMinutes(3)),
                refusal("another audience", it -> it.audience = "http://other.test/sp"),
                refusal("another recipient", it -> it.recipient = "http://evil.test/acs"),
                refusal("the browsers' recipient", it -> it.recipient = saml.post()),
                refusal("another issuer", it -> it.issuer = "http://other.test/idp"),
                refusal("answers nothing", it -> it.answers = ""),
                refusal("answers another's request", it -> it.answers = "_made-up"),
                refusal("answers half a request", it -> it.answers = it.answers.substring(0, 90)),
                signedAs(
                        "no audience",
                        it ->
                                it.replaceAll(
                                        "<saml:AudienceRestriction>.*</saml:AudienceRestriction>",
                                        "")),
                signedAs(
                        "no conditions",
                        it -> it.replaceAll("<saml:Conditions.*</saml:Conditions>", "")),
                signedAs(
                        "a condition of another kind",
                        it -> it.replace("<saml:AudienceR", "<saml:Condition/><saml:AudienceR")),
                signedAs(
                        "two audiences at once",
                        it ->
                                it.replace(
                                        "<saml:AudienceRestriction>",
                                        "<saml:AudienceRestriction><saml:Audience>x</saml:Audience>"
                                                + "</saml:AudienceRestriction><saml:AudienceRestriction>")),
                signedAs("not for bearers", it -> it.replace("cm:bearer", "cm:sender-vouches")),
                signedAs(
                        "no end",
                        it -> it.replaceAll("(ConfirmationData) NotOnOrAfter='[^']*'", "$1")),
                signedAs(
                        "no time",
                        it -> it.replaceAll("NotOnOrAfter='[^']*'", "NotOnOrAfter='whenever'")),
                signedAs(
                        "made in the future",
                        it ->
                                it.replaceAll(
                                        "IssueInstant='[^']*'",
                                        "IssueInstant='2999-01-01T00:00:00Z'")),
                signedAs("no log-in", it -> it.replaceAll("<saml:AuthnStatement[^>]*/>", "")),
                signedAs(
                        "a log-in that is over",
                        it ->
                                it.replace(
                                        "<saml:AuthnStatement",
                                        "<saml:AuthnStatement SessionNotOnOrAfter='2001-01-01T00:00:00Z'")),
                signedAs("no subject", it -> it.replaceAll("<saml:Subject>.*</saml:Subject>", "")),
                signedAs("an older SAML", it -> it.replace("Version='2.0'", "Version='1.1'")),
                signedAs("a failure", it -> it.replace("status:Success", "status:Responder")),
                signedAs(
                        "another destination",
                        it ->
                                it.replaceAll(
                                        "Destination='[^']*'", "Destination='http://evil.test/'")),
                signedAs(
                        "no issuer of the assertion",
                        it ->
                                it.replaceFirst(
                                        "(?s)(<saml:Assertion[^>]*>)<saml:Issuer>.*?</saml:Issuer>",
                                        "$1<saml:Advice/>")),
                signedAs(
                        "encrypted too",
                        it ->
                                it.replace(
                                        "<saml:Assertion ",
                                        "<saml:EncryptedAssertion/><saml:Assertion ")));
    }

    @TestFactory
    Stream<DynamicTest> whatTheProviderDidNotSign() {
        return Stream.of(
                unsigned("unsigned", it -> {}),
                unsigned(
                        "a stranger's key", it -> stranger.sign(assertion(it), RSA_SHA256, SHA256)),
                unsigned(
                        "SHA-1",
                        it ->
                                saml.provider.sign(
                                        assertion(it),
                                        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
                                        "http://www.w3.org/2000/09/xmldsig#sha1")),
                unsigned(
                        "a digest by SHA-1",
                        it ->
                                saml.provider.sign(
                                        assertion(it),
                                        RSA_SHA256,
                                        "http://www.w3.org/2000/09/xmldsig#sha1")),
                unsigned(
                        "inclusive canonicalisation",
                        it ->
                                saml.provider.sign(
                                        assertion(it),
                                        RSA_SHA256,
                                        SHA256,
                                        List.of(Transform.ENVELOPED),
                                        1)),
                unsigned(
                        "canonicalisation with comments",
                        it ->
                                saml.provider.sign(
                                        assertion(it),
                                        RSA_SHA256,
                                        SHA256,
                                        List.of(
                                                Transform.ENVELOPED,
                                                "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"),
                                        1)),
                unsigned(
                        "two references",
                        it ->
                                saml.provider.sign(
                                        assertion(it),
                                        RSA_SHA256,
                                        SHA256,
                                        List.of(Transform.ENVELOPED, "exclusive"),
                                        2)),
                unsigned(
                        "only another part signed",
                        it ->
                                saml.provider.sign(
                                        named(it, "Subject", "_subject"), RSA_SHA256, SHA256)),
                afterwards(
                        "a changed value",
                        it -> first(it, ASSERTION, "AttributeValue").setTextContent("admin")),
                afterwards(
                        "a changed signature",
                        it -> first(it, SIGNATURE, "SignatureValue").setTextContent("AAAA")),
                afterwards(
                        "a signature that is not Base64",
                        it -> first(it, SIGNATURE, "SignatureValue").setTextContent("%%")),
                afterwards(
                        "a changed reference",
                        it -> first(it, SIGNATURE, "Reference").setAttribute("URI", "")),
                afterwards(
                        "a reference to elsewhere",
                        it ->
                                first(it, SIGNATURE, "Reference")
                                        .setAttribute("URI", "http://127.0.0.1:1/x")),
                afterwards("no reference", it -> remove(first(it, SIGNATURE, "Reference"))),
                afterwards("no method", it -> remove(first(it, SIGNATURE, "SignatureMethod"))),
                afterwards(
                        "an unknown method",
                        it ->
                                first(it, SIGNATURE, "SignatureMethod")
                                        .setAttribute("Algorithm", "x")),
                afterwards(
                        "HMAC with what is public",
                        it ->
                                first(it, SIGNATURE, "SignatureMethod")
                                        .setAttribute(
                                                "Algorithm",
                                                "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")),
                afterwards(
                        "a stylesheet",
                        it ->
                                first(it, SIGNATURE, "Transform")
                                        .setAttribute(
                                                "Algorithm",
                                                "http://www.w3.org/TR/1999/REC-xslt-19991116")),
                afterwards(
                        "an empty signature",
                        it -> {
                            Element signature = first(it, SIGNATURE, "Signature");
                            while (signature.getFirstChild() != null) {
                                signature.removeChild(signature.getFirstChild());
                            }
                        }));
    }

    private static Element named(Document document, String name, String id) {
        Element element = first(document, ASSERTION, name);
        element.setAttribute("ID", id);
        return element;
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoMessage() {
        String good = enveloped(text(saml.provider.signed(saml.saying())));
        return Map.<String, String>of(
                        "nothing",
                        "",
                        "no XML",
                        "{}",
                        "cut off",
                        good.substring(0, good.length() / 2),
                        "another document",
                        "<a/>",
                        "an empty envelope",
                        "<S:Envelope xmlns:S='http://schemas.xmlsoap.org/soap/envelope/'/>",
                        "a fault",
                        enveloped("<S:Fault/>"),
                        "two messages",
                        enveloped("<a/><b/>"),
                        "a document type",
                        "<!DOCTYPE x>" + good,
                        "entities",
                        "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
                                + good.replace(">ann<", ">&b;<"),
                        "a file",
                        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
                                + good.replace(">ann<", ">&a;<"))
                .entrySet()
                .stream()
                .map(it -> DynamicTest.dynamicTest(it.getKey(), () -> saml.refused(it.getValue())));
    }

    @Test
    void nestingWithoutEndAndSizeWithoutEndAreRefused() {
        saml.refused(enveloped("<a>".repeat(30_000) + "</a>".repeat(30_000)));
        assertThat(saml.bring(enveloped("<a>" + "x".repeat(600_000) + "</a>")).status())
                .isEqualTo(413);
    }

    @Test
    void anotherCloudsAssertionsAreHeldToItsKeyAndToOurAddress() {
        FakeSamlProvider posing = new FakeSamlProvider(saml.ownId);
        saml.refused(enveloped(text(posing.signed(posing.saying(SamlFixture.SP, saml.ecp(), "")))));
        saml.refused(
                enveloped(
                        text(
                                saml.provider.signed(
                                        saml.provider.saying(SamlFixture.SP, saml.ecp(), "")))));
    }
}
