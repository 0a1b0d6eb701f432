package org.monostack.platform.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Password hashes as Keystone stores them: bcrypt, {@code $2b$<cost>$...}, over the password's
 * first 72 bytes of UTF-8. Deliberately slow: cost 12 takes about a quarter of a second.
 */
public final class Bcrypt {

    /** The algorithm reads no more than this. */
    public static final int MAX_BYTES = 72;

    private static final int SALT_BYTES = 16;

    private final int cost;

    public Bcrypt(int cost) {
        if (cost < 4 || cost > 31) {
            throw new IllegalArgumentException("bcrypt's cost is 4 to 31, not " + cost);
        }
        this.cost = cost;
    }

    public String hash(String password) {
        return OpenBSDBCrypt.generate(
                "2b", significantBytes(password), RandomIds.bytes(SALT_BYTES), cost);
    }

    /** False also for a hash of another kind. */
    public static boolean matches(String password, String hash) {
        if (!hash.matches("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}")) {
            return false;
        }
        return OpenBSDBCrypt.checkPassword(hash, significantBytes(password));
    }

    private static byte[] significantBytes(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }
}
