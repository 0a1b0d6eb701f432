package org.monostack.identity.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a token says. Names and roles are not in it: they are looked up whenever it is used.
 *
 * @param methods how the user proved who it is, such as password
 * @param auditIds the token's own audit id; then, if it was made from another token, the audit id
 *     at the start of that chain
 * @param accessTokenId the OAuth access token it was made by
 * @param federatedBy who vouched for the user, who then is not one of ours alone
 * @param thumbprint of the certificate that it is bound to, as {@code x5t#S256} shows it
 */
public record TokenContent(
        String userId,
        List<String> methods,
        Scope scope,
        Instant issuedAt,
        Instant expiresAt,
        List<String> auditIds,
        Optional<String> trustId,
        Optional<String> applicationCredentialId,
        Optional<String> accessTokenId,
        Optional<FederatedBy> federatedBy,
        Optional<String> thumbprint) {

    public TokenContent {
        methods = List.copyOf(methods);
        auditIds = List.copyOf(auditIds);
    }

    /** Whether it acts with rights that were passed on to it. */
    public boolean isDelegated() {
        return trustId.isPresent()
                || applicationCredentialId.isPresent()
                || accessTokenId.isPresent();
    }

    public String auditId() {
        return auditIds.getFirst();
    }
}
