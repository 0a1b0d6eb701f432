package org.monostack.identity.saml;

import java.security.Key;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.xml.security.Init;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.encryption.XMLEncryptionException;
import org.w3c.dom.Element;

/**
 * Assertions that were encrypted for this cloud (saml-core, section 6.2): with AES, whose key is
 * encrypted with our certificate's by RSA-OAEP. RSA in the manner of PKCS#1 1.5 is not taken, since
 * whoever sees how it fails can decrypt with it. That something can be decrypted says nothing of
 * who wrote it. Stateless.
 */
final class Decryption {

    /** How an assertion may be encrypted, and how many bytes the key has. */
    private static final Map<String, Integer> KEY_BYTES =
            Map.of(
                    XMLCipher.AES_256_GCM, 32,
                    XMLCipher.AES_128_GCM, 16,
                    XMLCipher.AES_256, 32,
                    XMLCipher.AES_128, 16);

    /** What metadata offer, best first. */
    static final List<String> METHODS =
            List.of(
                    XMLCipher.AES_256_GCM,
                    XMLCipher.AES_128_GCM,
                    XMLCipher.AES_256,
                    XMLCipher.AES_128,
                    XMLCipher.RSA_OAEP);

    private static final Set<String> KEY_METHODS =
            Set.of(XMLCipher.RSA_OAEP, XMLCipher.RSA_OAEP_11);

    private static final String ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";

    /** One for each of those who may read it; each costs us an operation with the private key. */
    private static final int MOST_KEYS = 4;

    static {
        Init.init();
    }

    /** It cannot be decrypted; the message, which is for nobody outside, says why. */
    static final class Undecipherable extends Exception {
        private static final long serialVersionUID = 1L;

        Undecipherable(String message) {
            super(message);
        }
    }

    private Decryption() {}

    /** Whether others can encrypt for this key. */
    static boolean isPossible(SamlKey key) {
        return key.signing() instanceof RSAKey;
    }

    /** The assertion in an EncryptedAssertion, in a document of its own. */
    static Element decrypted(Element assertion, SamlKey key) throws Undecipherable {
        if (!isPossible(key)) {
            throw new Undecipherable("our key is none of RSA");
        }
        List<Element> all = Xml.children(assertion, ENCRYPTION, "EncryptedData");
        if (all.size() != 1) {
            throw new Undecipherable("it holds " + all.size() + " encrypted data");
        }
        Element data = all.getFirst();
        String method = method(data);
        if (!KEY_BYTES.containsKey(method)) {
            throw new Undecipherable("its method is not taken");
        }
        requireValue(data);
        try {
            XMLCipher cipher = XMLCipher.getInstance();
            cipher.setSecureValidation(true);
            cipher.init(XMLCipher.DECRYPT_MODE, contentKey(assertion, data, method, key));
            Element read = Xml.parse(cipher.decryptToByteArray(data)).getDocumentElement();
            if (!Xml.is(read, Xml.ASSERTION, "Assertion")) {
                throw new Undecipherable("what was encrypted is no assertion");
            }
            return read;
        } catch (Xml.Malformed e) {
            throw new Undecipherable("what was encrypted is no XML");
        } catch (XMLEncryptionException | RuntimeException e) {
            throw new Undecipherable("its content cannot be decrypted");
        }
    }

    /** The key is beside the data, or in what the data say of their key. */
    private static Key contentKey(Element assertion, Element data, String method, SamlKey key)
            throws Undecipherable {
        List<Element> wrapped =
                Stream.concat(
                                Xml.child(data, Xml.SIGNATURE, "KeyInfo").stream(),
                                Stream.of(assertion))
                        .flatMap(it -> Xml.children(it, ENCRYPTION, "EncryptedKey").stream())
                        .limit(MOST_KEYS)
                        .toList();
        for (Element each : wrapped) {
            Optional<Key> found = unwrapped(each, method, key);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new Undecipherable("no key of it was encrypted for ours as it is taken here");
    }

    private static Optional<Key> unwrapped(Element wrapped, String method, SamlKey key)
            throws Undecipherable {
        if (!KEY_METHODS.contains(method(wrapped))) {
            return Optional.empty();
        }
        requireValue(wrapped);
        try {
            XMLCipher cipher = XMLCipher.getInstance();
            cipher.setSecureValidation(true);
            cipher.init(XMLCipher.UNWRAP_MODE, key.signing());
            Key found = cipher.decryptKey(cipher.loadEncryptedKey(wrapped), method);
            return Optional.of(found)
                    .filter(it -> it.getEncoded().length == KEY_BYTES.getOrDefault(method, 0));
        } catch (XMLEncryptionException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static String method(Element encrypted) {
        return Xml.child(encrypted, ENCRYPTION, "EncryptionMethod")
                .map(it -> it.getAttribute("Algorithm"))
                .orElse("");
    }

    /** What is encrypted stands here; nothing is fetched from elsewhere. */
    private static void requireValue(Element encrypted) throws Undecipherable {
        List<Element> all = Xml.children(encrypted, ENCRYPTION, "CipherData");
        if (all.size() != 1
                || Xml.children(all.getFirst()).size() != 1
                || Xml.child(all.getFirst(), ENCRYPTION, "CipherValue").isEmpty()) {
            throw new Undecipherable("it does not hold what was encrypted");
        }
    }
}
