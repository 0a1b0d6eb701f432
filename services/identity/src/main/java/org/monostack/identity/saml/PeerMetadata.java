package org.monostack.identity.saml;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What an identity provider's metadata say (saml-metadata, section 2.4.3). That they are that
 * provider's is the word of whoever put them here: a certificate's own dates and issuer do not
 * count. Immutable.
 *
 * @param redirect where browsers are sent
 * @param keys any of which may have signed
 * @param wantsSignedRequests whether it takes signed requests alone
 * @param validUntil when they are not to be used any more, if they say so
 */
public record PeerMetadata(
        String entityId,
        Optional<URI> redirect,
        List<PublicKey> keys,
        boolean wantsSignedRequests,
        Optional<Instant> validUntil) {

    private static final int FEWEST_BITS = 2048;
    private static final String REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

    /** The metadata cannot be used; the message says why. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    public PeerMetadata {
        keys = List.copyOf(keys);
    }

    /**
     * @param entityId whose, if the document is of several
     */
    public static PeerMetadata read(byte[] document, Optional<String> entityId) throws Unusable {
        try {
            return read(Xml.parse(document).getDocumentElement(), entityId);
        } catch (Xml.Malformed e) {
            throw new Unusable("it is not XML as it is read here: " + e.getMessage());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Unusable("a certificate or an address in it cannot be read");
        } catch (DateTimeException e) {
            throw new Unusable("a time in it cannot be read");
        }
    }

    private static PeerMetadata read(Element root, Optional<String> entityId)
            throws Unusable, GeneralSecurityException {
        List<Element> found = new ArrayList<>();
        if (Xml.is(root, Xml.METADATA, "EntityDescriptor")) {
            found.add(root);
        }
        NodeList below = root.getElementsByTagNameNS(Xml.METADATA, "EntityDescriptor");
        for (int i = 0; i < below.getLength(); i++) {
            found.add((Element) below.item(i));
        }
        found.removeIf(it ->
                Xml.child(it, Xml.METADATA, "IDPSSODescriptor").isEmpty()
                        || entityId.filter(id -> !id.equals(it.getAttribute("entityID")))
                                .isPresent());
        if (found.size() != 1) {
            throw new Unusable("it is of " + found.size() + " identity providers, not of one");
        }
        Element entity = found.getFirst();
        Element role = Xml.child(entity, Xml.METADATA, "IDPSSODescriptor").orElseThrow();
        Optional<Instant> until =
                List.of(root, entity, role).stream()
                        .flatMap(it -> Xml.attribute(it, "validUntil").stream())
                        .map(it -> OffsetDateTime.parse(it).toInstant())
                        .min(Comparator.naturalOrder());
        String id =
                Xml.attribute(entity, "entityID")
                        .orElseThrow(() -> new Unusable("the provider has no entityID"));
        Optional<URI> redirect =
                Xml.children(role, Xml.METADATA, "SingleSignOnService").stream()
                        .filter(it -> it.getAttribute("Binding").equals(REDIRECT))
                        .map(it -> URI.create(it.getAttribute("Location")))
                        .findFirst();
        List<PublicKey> keys = keys(role);
        if (keys.isEmpty()) {
            throw new Unusable("the provider has no signing certificate");
        }
        return new PeerMetadata(
                id,
                redirect,
                keys,
                List.of("true", "1").contains(role.getAttribute("WantAuthnRequestsSigned")),
                until);
    }

    /** Whether they may be used at this time. */
    public boolean isValid(Instant now) {
        return validUntil.filter(it -> !it.isAfter(now)).isEmpty();
    }

    private static List<PublicKey> keys(Element role) throws Unusable, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<PublicKey> keys = new ArrayList<>();
        for (Element descriptor : Xml.children(role, Xml.METADATA, "KeyDescriptor")) {
            if (descriptor.getAttribute("use").equals("encryption")) {
                continue;
            }
            NodeList texts = descriptor.getElementsByTagNameNS(Xml.SIGNATURE, "X509Certificate");
            for (int i = 0; i < texts.getLength(); i++) {
                byte[] der = Base64.getMimeDecoder().decode(texts.item(i).getTextContent());
                PublicKey key =
                        factory.generateCertificate(new ByteArrayInputStream(der)).getPublicKey();
                if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < FEWEST_BITS) {
                    throw new Unusable("a key in it has fewer than " + FEWEST_BITS + " bits");
                }
                keys.add(key);
            }
        }
        return keys;
    }
}
