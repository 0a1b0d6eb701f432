package org.monostack.platform.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The Fernet format: a version byte 0x80, a 64-bit time in seconds, a 128-bit IV, AES-128-CBC text
 * with PKCS#7 padding, and HMAC-SHA256 over all of that; in URL-safe Base64.
 *
 * <p>Holds its keys, newest first; the first one encrypts, all decrypt. Immutable and thread-safe.
 */
public final class Fernet {

    private static final byte VERSION = (byte) 0x80;
    private static final int HEADER = 1 + Long.BYTES;
    private static final int IV_BYTES = 16;
    private static final int MAC_BYTES = 32;
    private static final int BLOCK = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<Key> keys;

    /** What a token holds, and when it was made. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; a copy per read would be waste
    public record Content(byte[] payload, Instant createdAt) {}

    private record Key(SecretKeySpec signing, SecretKeySpec encryption) {
        static Key of(String text) {
            byte[] bytes;
            try {
                bytes = Base64.getUrlDecoder().decode(text.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("a Fernet key is URL-safe Base64", e);
            }
            if (bytes.length != 32) {
                throw new IllegalArgumentException(
                        "a Fernet key has 32 bytes, not " + bytes.length);
            }
            return new Key(
                    new SecretKeySpec(bytes, 0, 16, "HmacSHA256"),
                    new SecretKeySpec(bytes, 16, 16, "AES"));
        }
    }

    /**
     * @param keys URL-safe Base64 of 32 bytes each, the one that encrypts first
     */
    public Fernet(List<String> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("Fernet needs at least one key");
        }
        this.keys = keys.stream().map(Key::of).toList();
    }

    /** A new random key. */
    public static String newKey() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** A token with padding, as the format says. */
    public String encrypt(byte[] payload, Instant now) {
        byte[] iv = new byte[IV_BYTES];
        RANDOM.nextBytes(iv);
        return encrypt(payload, now, iv);
    }

    String encrypt(byte[] payload, Instant now, byte[] iv) {
        Key key = keys.getFirst();
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key.encryption(), new IvParameterSpec(iv));
            byte[] text = cipher.doFinal(payload);
            ByteBuffer token =
                    ByteBuffer.allocate(HEADER + IV_BYTES + text.length + MAC_BYTES)
                            .put(VERSION)
                            .putLong(now.getEpochSecond())
                            .put(iv)
                            .put(text);
            token.put(mac(key, token.array(), token.position()));
            return Base64.getUrlEncoder().encodeToString(token.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks AES or HMAC", e);
        }
    }

    /** What a token holds, with or without padding; empty if none of the keys made it. */
    public Optional<Content> decrypt(String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int text = bytes.length - HEADER - IV_BYTES - MAC_BYTES;
        if (text < BLOCK || text % BLOCK != 0 || bytes[0] != VERSION) {
            return Optional.empty();
        }
        try {
            byte[] claimed = Arrays.copyOfRange(bytes, bytes.length - MAC_BYTES, bytes.length);
            for (Key key : keys) {
                if (MessageDigest.isEqual(claimed, mac(key, bytes, bytes.length - MAC_BYTES))) {
                    return Optional.of(open(key, bytes, text));
                }
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Content open(Key key, byte[] bytes, int text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                key.encryption(),
                new IvParameterSpec(bytes, HEADER, IV_BYTES));
        byte[] payload = cipher.doFinal(bytes, HEADER + IV_BYTES, text);
        return new Content(payload, Instant.ofEpochSecond(ByteBuffer.wrap(bytes, 1, 8).getLong()));
    }

    private static byte[] mac(Key key, byte[] bytes, int length) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key.signing());
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }
}
