package org.monostack.identity.saml;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.http.ApiException;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * XML signatures as SAML restricts them (saml-core, section 5.4): enveloped in the element that
 * they are of, one reference to that element's ID, exclusive canonicalisation; SHA-256 or stronger,
 * unless the operator takes SHA-1 of a provider. What is verified is not used where it stood:
 * callers get an element read anew from the very bytes that were signed, so what else the document
 * holds does not matter. Immutable.
 */
final class Signatures {

    private static final String ID = "ID";
    private static final String SHA256_RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private static final String SHA256_EC = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

    private static final Set<String> METHODS =
            Set.of(
                    SHA256_RSA,
                    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
                    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
                    "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
                    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
                    SHA256_EC,
                    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
                    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512");
    private static final Set<String> DIGESTS =
            Set.of(
                    DigestMethod.SHA256,
                    "http://www.w3.org/2001/04/xmldsig-more#sha384",
                    DigestMethod.SHA512);

    private static final String SHA1_RSA = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

    private final List<PublicKey> keys;
    private final boolean sha1;

    /**
     * @param keys any of which may have signed
     * @param sha1 whether RSA with SHA-1 counts as well
     */
    Signatures(List<PublicKey> keys, boolean sha1) {
        this.keys = List.copyOf(keys);
        this.sha1 = sha1;
    }

    /** Signs an element that has an ID, behind its first child, which is the issuer. */
    static void sign(Element element, SamlKey key) {
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        Element issuer = Xml.children(element).getFirst();
        DOMSignContext context =
                issuer.getNextSibling() == null
                        ? new DOMSignContext(key.signing(), element)
                        : new DOMSignContext(key.signing(), element, issuer.getNextSibling());
        context.setIdAttributeNS(element, null, ID);
        context.setDefaultNamespacePrefix("ds");
        try {
            Reference reference =
                    factory.newReference(
                            "#" + element.getAttribute(ID),
                            factory.newDigestMethod(DigestMethod.SHA256, null),
                            List.of(
                                    factory.newTransform(
                                            Transform.ENVELOPED, (TransformParameterSpec) null),
                                    factory.newTransform(
                                            CanonicalizationMethod.EXCLUSIVE,
                                            (TransformParameterSpec) null)),
                            null,
                            null);
            SignedInfo info =
                    factory.newSignedInfo(
                            factory.newCanonicalizationMethod(
                                    CanonicalizationMethod.EXCLUSIVE,
                                    (C14NMethodParameterSpec) null),
                            factory.newSignatureMethod(
                                    key.signing() instanceof ECKey ? SHA256_EC : SHA256_RSA, null),
                            List.of(reference));
            KeyInfoFactory keys = factory.getKeyInfoFactory();
            KeyInfo named = keys.newKeyInfo(List.of(keys.newX509Data(List.of(key.certificate()))));
            factory.newXMLSignature(info, named).sign(context);
        } catch (GeneralSecurityException | MarshalException | XMLSignatureException e) {
            throw new IllegalStateException("a SAML message cannot be signed", e);
        }
        // The JDK breaks Base64 into lines that end with a carriage return; neither text is signed.
        unbroken(element, "SignatureValue");
        unbroken(element, "X509Certificate");
    }

    private static void unbroken(Element element, String name) {
        NodeList nodes = element.getElementsByTagNameNS(Xml.SIGNATURE, name);
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            node.setTextContent(node.getTextContent().replaceAll("\\s", ""));
        }
    }

    static boolean isSigned(Element element) {
        return Xml.child(element, Xml.SIGNATURE, "Signature").isPresent();
    }

    /**
     * The element as one of the keys signed it.
     *
     * @throws ApiException 401 if none did
     */
    Element verified(Element element) {
        List<Element> signatures = Xml.children(element, Xml.SIGNATURE, "Signature");
        if (signatures.size() != 1) {
            throw refused("it has " + signatures.size() + " signatures");
        }
        String id = element.getAttribute(ID);
        if (id.isEmpty() || bearers(element, id) != 1) {
            throw refused("its ID is missing or borne by another element too");
        }
        for (PublicKey key : keys) {
            Optional<byte[]> signed = signedBytes(element, signatures.getFirst(), id, key);
            if (signed.isPresent()) {
                return reread(element, signed.get(), id);
            }
        }
        throw refused("no key of the identity provider made its signature");
    }

    private static ApiException refused(String why) {
        return ApiException.unauthorized(
                "What the identity provider said is not good: " + why + ".");
    }

    /** How many elements of the whole document bear this id, under whatever name. */
    private static int bearers(Element element, String id) {
        int bearers = 0;
        NodeList all = element.getOwnerDocument().getElementsByTagNameNS("*", "*");
        for (int i = 0; i < all.getLength(); i++) {
            NamedNodeMap attributes = all.item(i).getAttributes();
            for (int j = 0; j < attributes.getLength(); j++) {
                Attr attribute = (Attr) attributes.item(j);
                @Nullable String local = attribute.getLocalName();
                if (ID.equalsIgnoreCase(local) && attribute.getValue().equals(id)) {
                    bearers++;
                }
            }
        }
        return bearers;
    }

    @SuppressWarnings("PMD.AvoidCatchingGenericException") // what a stranger wrote is parsed
    private Optional<byte[]> signedBytes(
            Element element, Element signature, String id, PublicKey key) {
        DOMValidateContext context =
                new DOMValidateContext(KeySelector.singletonKeySelector((Key) key), signature);
        // It refuses SHA-1; all else that it refuses is refused by onlyReference, too, before
        // anything is done of what the signature says.
        context.setProperty("org.jcp.xml.dsig.secureValidation", !sha1);
        context.setProperty("javax.xml.crypto.dsig.cacheReference", Boolean.TRUE);
        context.setIdAttributeNS(element, null, ID);
        try {
            XMLSignature read =
                    XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
            Reference reference = onlyReference(read, id);
            if (!read.validate(context)) {
                return Optional.empty();
            }
            try (InputStream digested = reference.getDigestInputStream()) {
                return Optional.of(digested.readAllBytes());
            }
        } catch (ApiException e) {
            throw e;
        } catch (MarshalException e) {
            throw refused("its signature is not one of SHA-256 or stronger as SAML has it");
        } catch (XMLSignatureException e) {
            // A key of another kind than the signature's.
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            throw refused("its signature cannot be read");
        }
    }

    /** The signature is of the element with this id, in no other way than SAML has it. */
    private Reference onlyReference(XMLSignature signature, String id) {
        SignedInfo info = signature.getSignedInfo();
        String method = info.getSignatureMethod().getAlgorithm();
        if (!METHODS.contains(method) && !(sha1 && method.equals(SHA1_RSA))) {
            throw refused("its signature is made by a method that is not taken");
        }
        if (!info.getCanonicalizationMethod()
                .getAlgorithm()
                .equals(CanonicalizationMethod.EXCLUSIVE)) {
            throw refused("its signature's canonicalisation is not the exclusive one");
        }
        if (!signature.getObjects().isEmpty()) {
            throw refused("its signature carries objects");
        }
        List<Reference> references = info.getReferences();
        if (references.size() != 1 || !("#" + id).equals(references.getFirst().getURI())) {
            throw refused("its signature is of something else");
        }
        Reference reference = references.getFirst();
        String digest = reference.getDigestMethod().getAlgorithm();
        if (!DIGESTS.contains(digest) && !(sha1 && digest.equals(DigestMethod.SHA1))) {
            throw refused("its signature's digest is made by a method that is not taken");
        }
        List<Transform> transforms = reference.getTransforms();
        if (!transforms.stream()
                .map(Transform::getAlgorithm)
                .toList()
                .equals(List.of(Transform.ENVELOPED, CanonicalizationMethod.EXCLUSIVE))) {
            throw refused("its signature transforms what it is of");
        }
        return reference;
    }

    private static Element reread(Element element, byte[] signed, String id) {
        try {
            Element read = Xml.parse(signed).getDocumentElement();
            if (!Xml.is(read, String.valueOf(element.getNamespaceURI()), element.getLocalName())
                    || !read.getAttribute(ID).equals(id)) {
                throw refused("its signature is of something else");
            }
            return read;
        } catch (Xml.Malformed e) {
            throw refused("what was signed is not XML");
        }
    }
}
