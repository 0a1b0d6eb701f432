package org.monostack.identity.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.OAuth.AccessToken;
import org.monostack.identity.model.Trust;

/**
 * On whose behalf, and with which of their roles, a token acts. One of the three is there.
 *
 * @param subjectUserId whose roles count: the first trustor, the owner of the application
 *     credential, or who authorized the access token
 * @param roleIds the roles that were passed on; only those that the user still has are in force
 */
public record Delegation(
        String subjectUserId,
        Optional<String> projectId,
        List<String> roleIds,
        Optional<Instant> expiresAt,
        Optional<Trust> trust,
        Optional<ApplicationCredential> applicationCredential,
        Optional<AccessToken> accessToken) {

    static Delegation of(Trust trust, String firstTrustor) {
        return new Delegation(
                firstTrustor,
                trust.projectId(),
                trust.roleIds(),
                trust.expiresAt(),
                Optional.of(trust),
                Optional.empty(),
                Optional.empty());
    }

    static Delegation of(ApplicationCredential credential) {
        return new Delegation(
                credential.userId(),
                Optional.of(credential.projectId()),
                credential.roleIds(),
                credential.expiresAt(),
                Optional.empty(),
                Optional.of(credential),
                Optional.empty());
    }

    static Delegation of(AccessToken token) {
        return new Delegation(
                token.userId(),
                Optional.of(token.projectId()),
                token.roleIds(),
                Optional.of(token.expiresAt()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(token));
    }
}
