package org.monostack.identity.saml;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Asks an identity provider who somebody is (saml-core, section 3.4.1). Immutable.
 *
 * @param id what the answer must name
 * @param issuer our entity ID
 * @param consumer where the answer is to be brought
 */
public record AuthnRequest(String id, String issuer, String consumer, Instant now) {

    private static final String BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:";
    private static final String NEXT = "http://schemas.xmlsoap.org/soap/actor/next";

    /** The address that a browser is sent to (saml-bindings, section 3.4). */
    public URI redirect(URI provider, Optional<SamlKey> signer) {
        byte[] text =
                message("HTTP-POST", Optional.of(provider.toString()))
                        .getBytes(StandardCharsets.UTF_8);
        String query = "SAMLRequest=" + escaped(Base64.getEncoder().encodeToString(deflated(text)));
        if (signer.isPresent()) {
            query = signed(query, signer.get());
        }
        String address = provider.toString();
        return URI.create(address + (address.contains("?") ? "&" : "?") + query);
    }

    private static String signed(String query, SamlKey key) {
        boolean curve = key.signing() instanceof ECKey;
        String whole =
                query
                        + "&SigAlg="
                        + escaped(
                                "http://www.w3.org/2001/04/xmldsig-more#"
                                        + (curve ? "ecdsa-sha256" : "rsa-sha256"));
        try {
            Signature signature =
                    Signature.getInstance(curve ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            signature.initSign(key.signing());
            signature.update(whole.getBytes(StandardCharsets.US_ASCII));
            return whole
                    + "&Signature="
                    + escaped(Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a SAML request cannot be signed", e);
        }
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static byte[] deflated(byte[] content) {
        Deflater raw = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, raw)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            raw.end();
        }
        return bytes.toByteArray();
    }

    /**
     * The SOAP envelope that a program passes on (the ECP profile, section 2.3.2 of its version 2).
     *
     * @param relayState what comes back with the answer
     */
    public byte[] envelope(String relayState, Optional<SamlKey> signer) {
        String next = " S:mustUnderstand=\"1\" S:actor=\"" + NEXT + "\"";
        Document document =
                Xml.ours(
                        "<S:Envelope xmlns:S=\""
                                + Xml.SOAP
                                + "\"><S:Header><paos:Request xmlns:paos=\""
                                + Xml.PAOS
                                + "\""
                                + next
                                + " responseConsumerURL=\""
                                + Xml.escaped(consumer)
                                + "\" service=\""
                                + Xml.ECP
                                + "\"/><ecp:Request xmlns:ecp=\""
                                + Xml.ECP
                                + "\""
                                + next
                                + " IsPassive=\"0\"><saml:Issuer xmlns:saml=\""
                                + Xml.ASSERTION
                                + "\">"
                                + Xml.escaped(issuer)
                                + "</saml:Issuer></ecp:Request><ecp:RelayState xmlns:ecp=\""
                                + Xml.ECP
                                + "\""
                                + next
                                + ">"
                                + Xml.escaped(relayState)
                                + "</ecp:RelayState></S:Header><S:Body>"
                                + message("PAOS", Optional.empty())
                                + "</S:Body></S:Envelope>");
        signer.ifPresent(key -> {
            Element body = Xml.children(document.getDocumentElement()).getLast();
            Signatures.sign(Xml.children(body).getFirst(), key);
        });
        return Xml.bytes(document);
    }

    private String message(String binding, Optional<String> destination) {
        return "<samlp:AuthnRequest xmlns:samlp=\""
                + Xml.PROTOCOL
                + "\" xmlns:saml=\""
                + Xml.ASSERTION
                + "\" ID=\""
                + Xml.escaped(id)
                + "\" Version=\"2.0\" IssueInstant=\""
                + now.truncatedTo(ChronoUnit.SECONDS)
                + "\""
                + destination.map(it -> " Destination=\"" + Xml.escaped(it) + "\"").orElse("")
                + " AssertionConsumerServiceURL=\""
                + Xml.escaped(consumer)
                + "\" ProtocolBinding=\""
                + BINDINGS
                + binding
                + "\"><saml:Issuer>"
                + Xml.escaped(issuer)
                + "</saml:Issuer><samlp:NameIDPolicy AllowCreate=\"true\"/></samlp:AuthnRequest>";
    }
}
