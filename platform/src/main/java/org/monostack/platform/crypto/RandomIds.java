package org.monostack.platform.crypto;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Unguessable names. */
public final class RandomIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomIds() {}

    /** 32 hexadecimal digits, as Keystone's ids are. */
    public static String hex() {
        return HexFormat.of().formatHex(bytes(16));
    }

    /** A text of URL-safe Base64 without padding, of so many random bytes. */
    public static String urlSafe(int bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(bytes));
    }

    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
