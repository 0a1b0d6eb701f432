package org.monostack.identity.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers across restarts which passwords were seeded, so that a start need not spend a quarter
 * of a second per user on hashing. A private file holds a random key and, per user, an HMAC of the
 * password with the revision it has in the database: another password or another revision does not
 * match, and then the hash decides. Losing the file costs time, nothing else.
 *
 * <p>Used while seeding, by one thread at a time.
 */
public final class SeededPasswords {

    private static final String KEY = "key";

    private final Path file;
    private final Passwords passwords;

    public SeededPasswords(Path file, Passwords passwords) {
        this.file = file;
        this.passwords = passwords;
    }

    public String hash(String password) {
        return passwords.hash(password);
    }

    /** Whether this is the user's password, which is known at once if it was seeded before. */
    public synchronized boolean matches(
            String userId, long revision, String password, Optional<String> hash) {
        ObjectNode known = read();
        String proof = known.path(userId).asString("");
        return !proof.isEmpty()
                        && ConstantTime.equal(proof, proof(known, userId, revision, password))
                || passwords.matches(userId, revision, password, hash);
    }

    /** Lets the next start know this password; does nothing if it does already. */
    public synchronized void remember(String userId, long revision, String password) {
        ObjectNode known = read();
        if (!known.has(KEY)) {
            known.put(KEY, HexFormat.of().formatHex(RandomIds.bytes(32)));
        }
        String proof = proof(known, userId, revision, password);
        if (known.path(userId).asString("").equals(proof)) {
            return;
        }
        known.put(userId, proof);
        try {
            PrivateFiles.write(file, Json.write(known));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String proof(ObjectNode known, String userId, long revision, String password) {
        byte[] key = known.path(KEY).asString("").getBytes(StandardCharsets.UTF_8);
        String text = userId + "\0" + revision + "\0" + password;
        return HexFormat.of().formatHex(Digests.hmac(key, text.getBytes(StandardCharsets.UTF_8)));
    }

    private ObjectNode read() {
        try {
            if (Files.exists(file)
                    && Json.read(Files.readAllBytes(file)) instanceof ObjectNode known
                    && known.has(KEY)) {
                return known;
            }
        } catch (IOException | Json.MalformedJson e) {
            return Json.object();
        }
        return Json.object();
    }
}
