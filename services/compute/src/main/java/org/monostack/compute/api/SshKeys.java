package org.monostack.compute.api;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Makes SSH keys and reads public ones. Stateless. */
final class SshKeys {
    private static final int RSA_BITS = 2048;

    private SshKeys() {}

    /**
     * A new key.
     *
     * @param privatePem PKCS#1, which every SSH client reads
     */
    record Generated(String publicKey, String privatePem) {}

    static Generated generate(String comment) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            java.security.KeyPair pair = generator.generateKeyPair();
            RSAPublicKey key = (RSAPublicKey) pair.getPublic();
            ByteArrayOutputStream blob = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(blob);
            put(out, "ssh-rsa".getBytes(StandardCharsets.US_ASCII));
            put(out, key.getPublicExponent().toByteArray());
            put(out, key.getModulus().toByteArray());
            String pem =
                    "-----BEGIN RSA PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(pkcs1(pair.getPrivate().getEncoded()))
                            + "\n-----END RSA PRIVATE KEY-----\n";
            return new Generated(
                    "ssh-rsa "
                            + Base64.getEncoder().encodeToString(blob.toByteArray())
                            + " "
                            + comment,
                    pem);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** The key within PKCS#8's envelope: the last field of the outer sequence. */
    private static byte[] pkcs1(byte[] pkcs8) {
        ByteBuffer der = ByteBuffer.wrap(pkcs8);
        field(der);
        skip(der); // version
        skip(der); // algorithm
        byte[] key = new byte[field(der)];
        der.get(key);
        return key;
    }

    private static void skip(ByteBuffer der) {
        int length = field(der);
        der.position(der.position() + length);
    }

    /** Reads a tag and a length. */
    private static int field(ByteBuffer der) {
        der.get();
        int length = der.get() & 0xff;
        if (length < 0x80) {
            return length;
        }
        int value = 0;
        for (int i = 0; i < (length & 0x7f); i++) {
            value = value << 8 | der.get() & 0xff;
        }
        return value;
    }

    /** The MD5 fingerprint of an SSH public key; empty if it is none. */
    static Optional<String> fingerprint(String publicKey) {
        String[] words = publicKey.strip().split("\\s+");
        if (words.length < 2) {
            return Optional.empty();
        }
        try {
            byte[] blob = Base64.getDecoder().decode(words[1]);
            ByteBuffer fields = ByteBuffer.wrap(blob);
            if (fields.remaining() < 8) {
                return Optional.empty();
            }
            int length = fields.getInt();
            if (length <= 0 || length > 64 || length > fields.remaining()) {
                return Optional.empty();
            }
            byte[] type = new byte[length];
            fields.get(type);
            if (!new String(type, StandardCharsets.US_ASCII).equals(words[0])) {
                return Optional.empty();
            }
            return Optional.of(
                    HexFormat.ofDelimiter(":")
                            .formatHex(MessageDigest.getInstance("MD5").digest(blob)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The SHA-1 fingerprint of a certificate in PEM; empty if it is none. */
    static Optional<String> certificateFingerprint(String pem) {
        try {
            byte[] der =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                            .getEncoded();
            return Optional.of(
                    HexFormat.ofDelimiter(":")
                            .formatHex(MessageDigest.getInstance("SHA-1").digest(der)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
