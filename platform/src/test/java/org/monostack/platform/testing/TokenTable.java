package org.monostack.platform.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.Caller;

/**
 * An authenticator that knows the tokens it was told; for tests of services other than identity.
 */
public final class TokenTable implements Authenticator {
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();

    @Override
    public Caller authenticate(String token) {
        Caller caller = callers.get(token);
        if (caller == null) {
            throw ApiException.unauthorized("The request you have made requires authentication.");
        }
        return caller;
    }

    public TokenTable add(String token, Caller caller) {
        callers.put(token, caller);
        return this;
    }

    /** Adds a caller with a project-scoped token; the user's id is the token. */
    public TokenTable add(String token, String projectId, String... roles) {
        return add(token, caller(token, projectId, roles));
    }

    /** A project-scoped caller with these roles. */
    public static Caller caller(String userId, String projectId, String... roles) {
        return new Caller(
                userId,
                userId,
                "default",
                "Default",
                Optional.of(projectId),
                Optional.of(projectId),
                Optional.of("default"),
                Optional.of("Default"),
                Optional.empty(),
                Optional.empty(),
                false,
                Set.of(roles),
                userId,
                "audit",
                Instant.now().plus(Duration.ofHours(1)),
                Optional.empty());
    }
}
