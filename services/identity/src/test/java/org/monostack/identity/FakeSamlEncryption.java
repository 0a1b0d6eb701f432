package org.monostack.identity;

import static org.monostack.identity.FakeSamlProvider.ASSERTION;
import static org.monostack.identity.FakeSamlProvider.SIGNATURE;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Encrypts assertions as an identity provider does, rightly or wrongly, with code of its own. */
final class FakeSamlEncryption {

    static final String ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";
    static final String ENCRYPTION_11 = "http://www.w3.org/2009/xmlenc11#";
    static final String AES_128_CBC = ENCRYPTION + "aes128-cbc";
    static final String AES_256_CBC = ENCRYPTION + "aes256-cbc";
    static final String AES_128_GCM = ENCRYPTION_11 + "aes128-gcm";
    static final String AES_256_GCM = ENCRYPTION_11 + "aes256-gcm";
    static final String OAEP = ENCRYPTION + "rsa-oaep-mgf1p";
    static final String OAEP_11 = ENCRYPTION_11 + "rsa-oaep";
    static final String PKCS_1 = ENCRYPTION + "rsa-1_5";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int GCM_BITS = 128;

    private final PublicKey to;
    String method = AES_256_GCM;
    String keyMethod = OAEP;
    boolean keyBeside;

    /** What stands before the key for us, such as keys for others. */
    String otherKeys = "";

    FakeSamlEncryption(PublicKey to) {
        this.to = to;
    }

    /** Puts an EncryptedAssertion in the place of the assertion. */
    void encrypt(Document document) {
        Element assertion = FakeSamlProvider.assertion(document);
        Document alone = FakeSamlProvider.parse("<a/>");
        alone.replaceChild(alone.importNode(assertion, true), alone.getDocumentElement());
        byte[] content = FakeSamlProvider.text(alone).getBytes(StandardCharsets.UTF_8);
        Node encrypted = FakeSamlProvider.parse(encrypted(content)).getDocumentElement();
        assertion.getParentNode().replaceChild(document.importNode(encrypted, true), assertion);
    }

    String encrypted(byte[] content) {
        byte[] key = new byte[method.contains("256") ? 32 : 16];
        RANDOM.nextBytes(key);
        String wrapped = otherKeys + key(key);
        return "<saml:EncryptedAssertion xmlns:saml='%s' xmlns:xenc='%s' xmlns:ds='%s'>"
                        .formatted(ASSERTION, ENCRYPTION, SIGNATURE)
                + "<xenc:EncryptedData Type='"
                + ENCRYPTION
                + "Element'><xenc:EncryptionMethod Algorithm='"
                + method
                + "'/>"
                + (keyBeside ? "" : "<ds:KeyInfo>" + wrapped + "</ds:KeyInfo>")
                + value(data(key, content))
                + "</xenc:EncryptedData>"
                + (keyBeside ? wrapped : "")
                + "</saml:EncryptedAssertion>";
    }

    private static String value(byte[] bytes) {
        return "<xenc:CipherData><xenc:CipherValue>"
                + Base64.getMimeEncoder().encodeToString(bytes)
                + "</xenc:CipherValue></xenc:CipherData>";
    }

    /** A key, encrypted for whom this encrypts. */
    String key(byte[] key) {
        boolean newer = keyMethod.equals(OAEP_11);
        AlgorithmParameterSpec parameters =
                newer
                        ? new OAEPParameterSpec(
                                "SHA-256",
                                "MGF1",
                                MGF1ParameterSpec.SHA256,
                                PSource.PSpecified.DEFAULT)
                        : OAEPParameterSpec.DEFAULT;
        String details =
                "<ds:DigestMethod Algorithm='%s'/><xenc11:MGF xmlns:xenc11='%s' Algorithm='%smgf1sha256'/>"
                        .formatted(FakeSamlProvider.SHA256, ENCRYPTION_11, ENCRYPTION_11);
        return "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm='"
                + keyMethod
                + "'>"
                + (newer ? details : "")
                + "</xenc:EncryptionMethod>"
                + value(wrapped(key, parameters))
                + "</xenc:EncryptedKey>";
    }

    private byte[] wrapped(byte[] key, AlgorithmParameterSpec parameters) {
        try {
            boolean old = keyMethod.equals(PKCS_1);
            Cipher cipher = Cipher.getInstance("RSA/ECB/" + (old ? "PKCS1" : "OAEP") + "Padding");
            if (old) {
                cipher.init(Cipher.ENCRYPT_MODE, to);
            } else {
                cipher.init(Cipher.ENCRYPT_MODE, to, parameters);
            }
            return cipher.doFinal(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] data(byte[] key, byte[] content) {
        boolean counted = method.endsWith("gcm");
        byte[] start = new byte[counted ? 12 : 16];
        RANDOM.nextBytes(start);
        try {
            Cipher cipher =
                    Cipher.getInstance(
                            "AES/" + (counted ? "GCM/NoPadding" : "CBC/ISO10126Padding"));
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    counted ? new GCMParameterSpec(GCM_BITS, start) : new IvParameterSpec(start));
            byte[] done = cipher.doFinal(content);
            byte[] all = new byte[start.length + done.length];
            System.arraycopy(start, 0, all, 0, start.length);
            System.arraycopy(done, 0, all, start.length, done.length);
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
