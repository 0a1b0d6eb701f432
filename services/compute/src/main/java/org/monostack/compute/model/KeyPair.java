package org.monostack.compute.model;

import java.time.Instant;

/** A user's public key. The private half is never kept. */
public record KeyPair(
        long number,
        String userId,
        String name,
        String type,
        String fingerprint,
        String publicKey,
        Instant createdAt) {}
