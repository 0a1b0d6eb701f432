package org.monostack.identity.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Roles on a project that one user passes on to another.
 *
 * @param impersonation whether the trustee's tokens name the trustor as their user
 * @param remainingUses how many more tokens can be made with it; empty for any number
 * @param redelegationCount how many times in a row it can be passed on further
 * @param deletedAt set when it was deleted; such a trust gives no more tokens
 */
public record Trust(
        String id,
        String trustorUserId,
        String trusteeUserId,
        Optional<String> projectId,
        boolean impersonation,
        Optional<Instant> expiresAt,
        OptionalInt remainingUses,
        Optional<String> redelegatedTrustId,
        int redelegationCount,
        Optional<Instant> deletedAt,
        List<String> roleIds,
        String extra) {}
