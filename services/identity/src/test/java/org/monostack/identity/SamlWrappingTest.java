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

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Forged content around, beside or within what the provider did sign: none of it counts. */
class SamlWrappingTest {

    private static SamlFixture saml;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException {
        saml = new SamlFixture(settings);
    }

    @AfterAll
    static void stop() {
        saml.close();
    }

    /** The signed assertion, and a forged one of the administrator beside it. */
    private record Wrapped(Document document, Element signed, Element forged, Element signature) {

        Element response() {
            return document.getDocumentElement();
        }
    }

    private static DynamicTest wrapped(String name, boolean sameId, Consumer<Wrapped> arrange) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Document document = saml.provider.signed(saml.saying());
                    Element signed = assertion(document);
                    Element forged = (Element) signed.cloneNode(true);
                    remove((Element) forged.getElementsByTagNameNS(SIGNATURE, "Signature").item(0));
                    forged.getElementsByTagNameNS(ASSERTION, "AttributeValue")
                            .item(0)
                            .setTextContent("admin");
                    forged.getElementsByTagNameNS(ASSERTION, "NameID")
                            .item(0)
                            .setTextContent("admin");
                    if (!sameId) {
                        forged.setAttribute("ID", "_forged");
                    }
                    arrange.accept(
                            new Wrapped(
                                    document,
                                    signed,
                                    forged,
                                    first(document, SIGNATURE, "Signature")));
                    String envelope = enveloped(text(document));
                    assertThat(envelope).contains("admin");
                    saml.refused(envelope);
                });
    }

    private static Element object(Wrapped it) {
        Element object = it.document().createElementNS(SIGNATURE, "ds:Object");
        it.signature().appendChild(object);
        return object;
    }

    private static Element extensions(Wrapped it) {
        Element extensions =
                it.document().createElementNS(FakeSamlProvider.PROTOCOL, "samlp:Extensions");
        it.response().insertBefore(extensions, it.response().getFirstChild());
        return extensions;
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrappedAroundASignature() {
        Map<String, Consumer<Wrapped>> ways = new LinkedHashMap<>();
        ways.put(
                "forged before signed", it -> it.response().insertBefore(it.forged(), it.signed()));
        ways.put("forged behind signed", it -> it.response().appendChild(it.forged()));
        ways.put(
                "signed within forged",
                it -> {
                    it.response().replaceChild(it.forged(), it.signed());
                    it.forged().appendChild(it.signed());
                });
        ways.put(
                "forged takes the signature, signed is behind",
                it -> {
                    it.forged()
                            .insertBefore(
                                    it.signature(), it.forged().getFirstChild().getNextSibling());
                    it.response().insertBefore(it.forged(), it.signed());
                });
        ways.put(
                "forged takes the signature, signed is within it",
                it -> {
                    it.forged()
                            .insertBefore(
                                    it.signature(), it.forged().getFirstChild().getNextSibling());
                    it.response().replaceChild(it.forged(), it.signed());
                    it.signature().appendChild(it.signed());
                });
        ways.put(
                "forged takes the signature, signed is in its object",
                it -> {
                    it.forged()
                            .insertBefore(
                                    it.signature(), it.forged().getFirstChild().getNextSibling());
                    it.response().replaceChild(it.forged(), it.signed());
                    object(it).appendChild(it.signed());
                });
        ways.put(
                "forged takes the signature, signed is an extension",
                it -> {
                    it.forged()
                            .insertBefore(
                                    it.signature(), it.forged().getFirstChild().getNextSibling());
                    it.response().replaceChild(it.forged(), it.signed());
                    extensions(it).appendChild(it.signed());
                });
        ways.put(
                "forged takes the signature, signed is its advice",
                it -> {
                    it.forged()
                            .insertBefore(
                                    it.signature(), it.forged().getFirstChild().getNextSibling());
                    it.response().replaceChild(it.forged(), it.signed());
                    Element advice = it.document().createElementNS(ASSERTION, "saml:Advice");
                    it.forged().appendChild(advice).appendChild(it.signed());
                });
        ways.put(
                "the response takes the signature",
                it -> {
                    it.response()
                            .insertBefore(
                                    it.signature(), it.response().getFirstChild().getNextSibling());
                    it.response().replaceChild(it.forged(), it.signed());
                    object(it).appendChild(it.signed());
                });
        ways.put(
                "the response takes the signature and the id",
                it -> {
                    it.response().setAttribute("ID", it.signed().getAttribute("ID"));
                    it.response()
                            .insertBefore(
                                    it.signature(), it.response().getFirstChild().getNextSibling());
                    it.response().replaceChild(it.forged(), it.signed());
                    object(it).appendChild(it.signed());
                });
        return ways.entrySet().stream()
                .flatMap(way ->
                        Stream.of(
                                wrapped(way.getKey(), false, way.getValue()),
                                wrapped(way.getKey() + ", same id", true, way.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrappedAroundASignedResponse() {
        return Stream.of("Object", "Extensions")
                .flatMap(place ->
                        Stream.of(true, false)
                                .map(sameId ->
                                        DynamicTest.dynamicTest(
                                                place + ", same id: " + sameId,
                                                () ->
                                                        saml.refused(
                                                                wrappedResponse(place, sameId)))));
    }

    /** A forged response that takes the signature of a signed one, which it holds. */
    private static String wrappedResponse(String place, boolean sameId) {
        Document document = parse(saml.saying().response());
        Element signed = document.getDocumentElement();
        saml.provider.sign(signed, RSA_SHA256, SHA256);
        Element forged = (Element) signed.cloneNode(true);
        if (!sameId) {
            forged.setAttribute("ID", "_forged");
        }
        forged.getElementsByTagNameNS(ASSERTION, "AttributeValue").item(0).setTextContent("admin");
        document.replaceChild(forged, signed);
        Element signature = (Element) forged.getElementsByTagNameNS(SIGNATURE, "Signature").item(0);
        remove((Element) signed.getElementsByTagNameNS(SIGNATURE, "Signature").item(0));
        if (place.equals("Object")) {
            signature
                    .appendChild(document.createElementNS(SIGNATURE, "Object"))
                    .appendChild(signed);
        } else {
            forged.insertBefore(
                            document.createElementNS(FakeSamlProvider.PROTOCOL, "samlp:Extensions"),
                            forged.getFirstChild())
                    .appendChild(signed);
        }
        return enveloped(text(document));
    }
}
