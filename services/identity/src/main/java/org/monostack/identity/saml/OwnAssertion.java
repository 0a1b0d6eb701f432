package org.monostack.identity.saml;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.monostack.platform.crypto.RandomIds;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Vouches for a user of ours at another cloud, in the form that Keystone gives it: a signed
 * assertion in a Response that answers no request. Immutable.
 *
 * @param issuer our entity ID
 * @param recipient the only address at which it counts
 * @param attributes in this order
 */
public record OwnAssertion(
        String issuer,
        String recipient,
        String user,
        Map<String, List<String>> attributes,
        Instant now,
        Instant expires) {

    private static final String FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
    private static final String NEXT = "http://schemas.xmlsoap.org/soap/actor/next";

    /** The Response alone. */
    public byte[] response(SamlKey key) {
        return signed(message(), key);
    }

    /**
     * The Response in a SOAP envelope.
     *
     * @param relayState what the other cloud is told to remember
     */
    public byte[] envelope(String relayState, SamlKey key) {
        return signed(
                "<S:Envelope xmlns:S=\""
                        + Xml.SOAP
                        + "\"><S:Header><ecp:RelayState xmlns:ecp=\""
                        + Xml.ECP
                        + "\" S:mustUnderstand=\"1\" S:actor=\""
                        + NEXT
                        + "\">"
                        + Xml.escaped(relayState)
                        + "</ecp:RelayState></S:Header><S:Body>"
                        + message()
                        + "</S:Body></S:Envelope>",
                key);
    }

    private static byte[] signed(String text, SamlKey key) {
        Document document = Xml.ours(text);
        NodeList assertions = document.getElementsByTagNameNS(Xml.ASSERTION, "Assertion");
        Signatures.sign((Element) assertions.item(0), key);
        return Xml.bytes(document);
    }

    private String message() {
        String issued = "\" IssueInstant=\"" + now.truncatedTo(ChronoUnit.SECONDS) + "\"";
        String by =
                "<saml:Issuer Format=\"" + FORMAT + "\">" + Xml.escaped(issuer) + "</saml:Issuer>";
        String until = expires.truncatedTo(ChronoUnit.MILLIS).toString();
        StringBuilder text =
                new StringBuilder("<samlp:Response xmlns:samlp=\"")
                        .append(Xml.PROTOCOL)
                        .append("\" xmlns:saml=\"")
                        .append(Xml.ASSERTION)
                        .append("\" ID=\"_")
                        .append(RandomIds.hex())
                        .append(issued)
                        .append(" Version=\"2.0\" Destination=\"")
                        .append(Xml.escaped(recipient))
                        .append("\">")
                        .append(by)
                        .append("<samlp:Status><samlp:StatusCode Value=\"")
                        .append("urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>")
                        .append("<saml:Assertion ID=\"_")
                        .append(RandomIds.hex())
                        .append(issued)
                        .append(" Version=\"2.0\">")
                        .append(by)
                        .append("<saml:Subject><saml:NameID>")
                        .append(Xml.escaped(user))
                        .append("</saml:NameID><saml:SubjectConfirmation Method=\"")
                        .append("urn:oasis:names:tc:SAML:2.0:cm:bearer\">")
                        .append("<saml:SubjectConfirmationData NotOnOrAfter=\"")
                        .append(until)
                        .append("\" Recipient=\"")
                        .append(Xml.escaped(recipient))
                        .append("\"/></saml:SubjectConfirmation></saml:Subject>")
                        .append("<saml:AuthnStatement AuthnInstant=\"")
                        .append(now.truncatedTo(ChronoUnit.SECONDS))
                        .append("\" SessionIndex=\"")
                        .append(RandomIds.hex())
                        .append("\" SessionNotOnOrAfter=\"")
                        .append(until)
                        .append("\"><saml:AuthnContext><saml:AuthnContextClassRef>")
                        .append("urn:oasis:names:tc:SAML:2.0:ac:classes:Password")
                        .append("</saml:AuthnContextClassRef><saml:AuthenticatingAuthority>")
                        .append(Xml.escaped(issuer))
                        .append("</saml:AuthenticatingAuthority></saml:AuthnContext>")
                        .append("</saml:AuthnStatement><saml:AttributeStatement>");
        attributes.forEach((name, values) -> {
            text.append("<saml:Attribute Name=\"").append(Xml.escaped(name)).append("\">");
            for (String value : values) {
                text.append("<saml:AttributeValue xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"")
                        .append(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"")
                        .append(" xsi:type=\"xs:string\">")
                        .append(Xml.escaped(value))
                        .append("</saml:AttributeValue>");
            }
            text.append("</saml:Attribute>");
        });
        return text.append("</saml:AttributeStatement></saml:Assertion></samlp:Response>")
                .toString();
    }
}
