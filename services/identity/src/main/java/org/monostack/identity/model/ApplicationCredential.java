package org.monostack.identity.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A name and a secret with which a program acts as its owner in one project.
 *
 * @param unrestricted whether its tokens may make further credentials and trusts
 * @param secretHash never shown
 */
public record ApplicationCredential(
        String id,
        String name,
        String userId,
        String projectId,
        Optional<String> description,
        String secretHash,
        Optional<Instant> expiresAt,
        boolean unrestricted,
        List<String> roleIds,
        List<AccessRule> accessRules) {}
