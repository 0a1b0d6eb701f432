package org.monostack.identity.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.monostack.platform.crypto.Bcrypt;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.RandomIds;

/**
 * Hashes and verifies secrets. A verification is slow by design, so one that succeeded is
 * remembered for a while.
 *
 * <p>The memory is soft: per user one HMAC, under a key that only this process knows, of the secret
 * and the revision it belongs to. A changed password has another revision, so it is never found
 * again; there is nothing to invalidate. Failures are not remembered. Thread-safe; as many threads
 * hash at once as there are processors, so that logins cannot starve other requests of memory.
 */
public final class Passwords {

    private static final int REMEMBERED = 10_000;

    private final Bcrypt bcrypt;
    private final Duration memory;
    private final byte[] key = RandomIds.bytes(32);
    private final Semaphore processors =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors()));
    private final Map<String, Verified> verified =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private record Verified(String proof, long until) {}

    public Passwords(int bcryptCost, Duration memory) {
        this.bcrypt = new Bcrypt(bcryptCost);
        this.memory = memory;
    }

    public String hash(String secret) {
        processors.acquireUninterruptibly();
        try {
            return bcrypt.hash(secret);
        } finally {
            processors.release();
        }
    }

    /**
     * Whether a secret is the one behind a hash.
     *
     * @param owner whose secret it is: a user's or an application credential's id
     * @param revision changes whenever the hash does
     * @param hash empty for an owner that is unknown or has no secret; that takes as long as a
     *     wrong secret, so that nobody can tell
     */
    public boolean matches(String owner, long revision, String secret, Optional<String> hash) {
        if (hash.isEmpty()) {
            // Costs what comparing with a hash does, and needs none to be made at each start.
            hash(secret);
            return false;
        }
        String proof = proof(owner, revision, secret);
        if (remembers(owner, proof)) {
            return true;
        }
        if (!verify(secret, hash.get())) {
            return false;
        }
        remember(owner, proof);
        return true;
    }

    private boolean verify(String secret, String hash) {
        processors.acquireUninterruptibly();
        try {
            return Bcrypt.matches(secret, hash);
        } finally {
            processors.release();
        }
    }

    private String proof(String owner, long revision, String secret) {
        String text = owner + "\0" + revision + "\0" + secret;
        return HexFormat.of().formatHex(Digests.hmac(key, text.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean remembers(String owner, String proof) {
        synchronized (verified) {
            Verified known = verified.get(owner);
            return known != null
                    && known.until() - System.nanoTime() > 0
                    && ConstantTime.equal(known.proof(), proof);
        }
    }

    private void remember(String owner, String proof) {
        if (memory.isZero()) {
            return;
        }
        synchronized (verified) {
            verified.put(owner, new Verified(proof, System.nanoTime() + memory.toNanos()));
        }
    }
}
