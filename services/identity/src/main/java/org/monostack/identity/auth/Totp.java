package org.monostack.identity.auth;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.monostack.identity.model.Credential;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.User;
import org.monostack.identity.store.CredentialStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import tools.jackson.databind.JsonNode;

/**
 * One-time passcodes of six digits (RFC 6238, SHA-1, 30 seconds) from the secrets that users keep
 * as credentials of type totp. The passcode of the half minute before still counts, as in Keystone.
 * Thread-safe.
 */
public final class Totp implements LoginMethod {

    private static final int SECONDS = 30;
    private static final int PREVIOUS_WINDOWS = 1;

    private final Database database;
    private final Logins logins;
    private final CredentialStore credentials;

    public Totp(Database database, Logins logins, CredentialStore credentials) {
        this.database = database;
        this.logins = logins;
        this.credentials = credentials;
    }

    @Override
    public Proof prove(JsonNode given, LoginRequest request) {
        JsonNode user = given.path("user");
        String passcode = user.path("passcode").asString("");
        return database.inTransaction(tx -> {
            Optional<User> found = logins.find(tx, user).map(UserStore.Login::user);
            // Looked for under no id, too: who does not exist must not be answered sooner.
            String id = found.map(User::id).orElse("");
            Selection own =
                    new Selection(
                            List.of(
                                    new Filter("user_id", Filter.Operator.EQUALS, id),
                                    new Filter("type", Filter.Operator.EQUALS, "totp")),
                            Selection.ALL.marker(),
                            Selection.ALL.limit());
            boolean matches = false;
            for (Credential credential : credentials.list(tx, own)) {
                matches |= matches(credential.blob(), passcode, Times.now().getEpochSecond());
            }
            if (!matches || found.isEmpty()) {
                throw Logins.refused();
            }
            return Proof.of(id, "totp");
        });
    }

    static boolean matches(String secret, String passcode, long now) {
        boolean matches = false;
        for (int back = 0; back <= PREVIOUS_WINDOWS; back++) {
            Optional<String> expected = passcode(secret, now / SECONDS - back);
            matches |= expected.isPresent() && ConstantTime.equal(expected.get(), passcode);
        }
        return matches;
    }

    /** Empty if the secret is not in base 32. */
    static Optional<String> passcode(String secret, long counter) {
        String plain = secret.strip().replace("=", "").toUpperCase(Locale.ROOT);
        String padded = plain + "=".repeat((8 - plain.length() % 8) % 8);
        try {
            byte[] key = Base32.decode(padded);
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(counter).array());
            int offset = hash[hash.length - 1] & 0xf;
            int value = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
            return Optional.of(String.format(Locale.ROOT, "%06d", value % 1_000_000));
        } catch (IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks HMAC", e);
        }
    }
}
