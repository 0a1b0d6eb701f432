package org.monostack.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.monostack.identity.saml.SamlKey;
import org.monostack.identity.saml.SamlKeyFile;
import org.monostack.platform.crypto.RandomIds;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * An identity provider that speaks SAML, with a fresh key. It says whatever it is told to, rightly
 * or wrongly; it signs with code of its own.
 */
final class FakeSamlProvider {

    static final String ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
    static final String PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
    static final String SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";
    static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";

    final String entityId;
    final SamlKey key;

    /** One that has another's key. */
    FakeSamlProvider(String entityId, SamlKey key) {
        this.entityId = entityId;
        this.key = key;
    }

    FakeSamlProvider(String entityId) {
        this.entityId = entityId;
        try {
            Path directory = Files.createTempDirectory("monostack-saml-");
            Path file = directory.resolve("key.pem");
            key = new SamlKeyFile(file).get();
            Files.delete(file);
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String metadata() {
        try {
            return "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'"
                    + " entityID='"
                    + entityId
                    + "'><md:IDPSSODescriptor protocolSupportEnumeration='"
                    + PROTOCOL
                    + "'><md:KeyDescriptor><ds:KeyInfo xmlns:ds='"
                    + SIGNATURE
                    + "'><ds:X509Data><ds:X509Certificate>\n"
                    + Base64.getMimeEncoder().encodeToString(key.certificate().getEncoded())
                    + "\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
                    + "<md:SingleSignOnService"
                    + " Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'"
                    + " Location='http://idp.test/sso?realm=a'/></md:IDPSSODescriptor>"
                    + "</md:EntityDescriptor>";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it says; as text with single quotes, changed at will before it is signed. */
    static final class Saying {
        String issuer = "";
        String id = "_" + RandomIds.hex();
        String subject = "ann";
        String audience = "";
        String recipient = "";
        String answers = "";
        Duration life = Duration.ofMinutes(5);
        Duration from = Duration.ofMinutes(-1);
        Map<String, List<String>> attributes = new LinkedHashMap<>();

        String response() {
            Instant now = Instant.now();
            StringBuilder stated = new StringBuilder();
            attributes.forEach((name, values) -> {
                stated.append("<saml:Attribute Name='urn:oid:")
                        .append(name)
                        .append("' FriendlyName='")
                        .append(name)
                        .append("'>");
                values.forEach(value ->
                        stated.append("<saml:AttributeValue>")
                                .append(value)
                                .append("</saml:AttributeValue>"));
                stated.append("</saml:Attribute>");
            });
            String inResponse = answers.isEmpty() ? "" : " InResponseTo='" + answers + "'";
            String bounds =
                    " NotBefore='" + now.plus(from) + "' NotOnOrAfter='" + now.plus(life) + "'";
            return "<samlp:Response xmlns:samlp='"
                    + PROTOCOL
                    + "' xmlns:saml='"
                    + ASSERTION
                    + "' ID='_"
                    + RandomIds.hex()
                    + "' Version='2.0' IssueInstant='"
                    + now
                    + "' Destination='"
                    + recipient
                    + "'"
                    + inResponse
                    + "><saml:Issuer>"
                    + issuer
                    + "</saml:Issuer><samlp:Status><samlp:StatusCode"
                    + " Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></samlp:Status>"
                    + "<saml:Assertion ID='"
                    + id
                    + "' Version='2.0' IssueInstant='"
                    + now
                    + "'><saml:Issuer>"
                    + issuer
                    + "</saml:Issuer><saml:Subject><saml:NameID>"
                    + subject
                    + "</saml:NameID><saml:SubjectConfirmation"
                    + " Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'>"
                    + "<saml:SubjectConfirmationData NotOnOrAfter='"
                    + now.plus(life)
                    + "' Recipient='"
                    + recipient
                    + "'"
                    + inResponse
                    + "/></saml:SubjectConfirmation></saml:Subject><saml:Conditions"
                    + bounds
                    + "><saml:AudienceRestriction><saml:Audience>"
                    + audience
                    + "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
                    + "<saml:AuthnStatement AuthnInstant='"
                    + now
                    + "'/><saml:AttributeStatement>"
                    + stated
                    + "</saml:AttributeStatement></saml:Assertion></samlp:Response>";
        }
    }

    Saying saying(String audience, String recipient, String answers) {
        Saying saying = new Saying();
        saying.issuer = entityId;
        saying.audience = audience;
        saying.recipient = recipient;
        saying.answers = answers;
        saying.attributes.put("uid", List.of("ann"));
        return saying;
    }

    /** The response with its assertion signed. */
    Document signed(Saying saying) {
        return signed(saying, text -> text);
    }

    Document signed(Saying saying, UnaryOperator<String> change) {
        Document document = parse(change.apply(saying.response()));
        sign(assertion(document), RSA_SHA256, SHA256);
        return document;
    }

    static Element first(Document document, String namespace, String name) {
        return (Element) document.getElementsByTagNameNS(namespace, name).item(0);
    }

    static void remove(Element element) {
        element.getParentNode().removeChild(element);
    }

    static Element assertion(Document document) {
        return (Element) document.getElementsByTagNameNS(ASSERTION, "Assertion").item(0);
    }

    /** Puts a signature behind the element's issuer. */
    void sign(Element element, String method, String digest) {
        sign(element, method, digest, List.of(Transform.ENVELOPED, "exclusive"), 1);
    }

    void sign(
            Element element,
            String method,
            String digest,
            List<String> transforms,
            int references) {
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        DOMSignContext context =
                new DOMSignContext(
                        key.signing(), element, element.getFirstChild().getNextSibling());
        context.setProperty("org.jcp.xml.dsig.secureValidation", false);
        context.setIdAttributeNS(element, null, "ID");
        try {
            List<Transform> done = new ArrayList<>();
            for (String transform : transforms) {
                done.add(
                        factory.newTransform(
                                transform.equals("exclusive")
                                        ? CanonicalizationMethod.EXCLUSIVE
                                        : transform,
                                (TransformParameterSpec) null));
            }
            Reference reference =
                    factory.newReference(
                            "#" + element.getAttribute("ID"),
                            factory.newDigestMethod(digest, null),
                            done,
                            null,
                            null);
            factory.newXMLSignature(
                            factory.newSignedInfo(
                                    factory.newCanonicalizationMethod(
                                            CanonicalizationMethod.EXCLUSIVE,
                                            (C14NMethodParameterSpec) null),
                                    factory.newSignatureMethod(method, null),
                                    Collections.nCopies(references, reference)),
                            null)
                    .sign(context);
        } catch (GeneralSecurityException | MarshalException | XMLSignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    static Document parse(String text) {
        try {
            return DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .parse(
                            new ByteArrayInputStream(
                                    text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(Document document) {
        StringWriter text = new StringWriter();
        try {
            Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            transformer.transform(new DOMSource(document), new StreamResult(text));
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    static String enveloped(String response) {
        return "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Header>"
                + "<ecp:RelayState xmlns:ecp=\"urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp\">"
                + "ss:mem:1</ecp:RelayState></S:Header><S:Body>"
                + response
                + "</S:Body></S:Envelope>";
    }
}
