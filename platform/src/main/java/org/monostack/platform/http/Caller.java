package org.monostack.platform.http;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who makes a request, as its token said when the request was authenticated. Captured once,
 * immutable, and passed along instead of the token.
 *
 * @param roles names of the roles in the token's scope, implied ones included
 * @param systemScope whether the token is scoped to the whole deployment
 * @param token the token as the client sent it; never logged
 */
public record Caller(
        String userId,
        String userName,
        String userDomainId,
        String userDomainName,
        Optional<String> projectId,
        Optional<String> projectName,
        Optional<String> projectDomainId,
        Optional<String> projectDomainName,
        Optional<String> domainId,
        Optional<String> domainName,
        boolean systemScope,
        Set<String> roles,
        String token,
        String auditId,
        Instant expiresAt,
        Optional<String> trustId) {

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** The id of the project of the token's scope. Throws 403 when the token has none. */
    public String requireProject() {
        return projectId.orElseThrow(
                () -> ApiException.forbidden("The request needs a token scoped to a project."));
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "Caller[user=" + userId + ", project=" + projectId.orElse("-") + "]";
    }
}
