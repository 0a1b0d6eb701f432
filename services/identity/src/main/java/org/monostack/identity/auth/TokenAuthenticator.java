package org.monostack.identity.auth;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.RequestLine;

/** Turns a token into a caller for every service, on every request. Thread-safe. */
public final class TokenAuthenticator implements Authenticator {

    private final Database database;
    private final Tokens tokens;

    public TokenAuthenticator(Database database, Tokens tokens) {
        this.database = database;
        this.tokens = tokens;
    }

    @Override
    public Caller authenticate(String token) {
        return caller(token, valid(token, Duration.ZERO));
    }

    @Override
    public Caller authenticate(String token, RequestLine line) {
        Tokens.Valid valid = valid(token, grace(line));
        valid.delegation()
                .flatMap(Delegation::applicationCredential)
                .filter(it -> !AccessRules.allow(it.accessRules(), line))
                .ifPresent(it -> {
                    throw ApiException.unauthorized(
                            "The application credential's access rules do not allow this"
                                    + " request.");
                });
        return caller(token, valid);
    }

    /**
     * A user's token may end while services still work on what it asked for: they say with a token
     * of their own that they pass on a request of before. Identity itself makes no such exception.
     */
    private Duration grace(RequestLine line) {
        if (line.serviceToken().isEmpty()) {
            return Duration.ZERO;
        }
        Subject service = valid(line.serviceToken().get(), Duration.ZERO).subject();
        boolean counts =
                !line.service().equals("identity")
                        && service.roles().stream().anyMatch(it -> it.name().equals("service"));
        return counts ? Tokens.EXPIRED_WINDOW : Duration.ZERO;
    }

    private Tokens.Valid valid(String token, Duration grace) {
        return database.reading(tx -> tokens.validate(tx, token, grace))
                .orElseThrow(() ->
                        ApiException.unauthorized(
                                "The request you have made requires authentication."));
    }

    private static Caller caller(String token, Tokens.Valid valid) {
        Subject subject = valid.subject();
        Set<String> roles = new LinkedHashSet<>();
        subject.roles().forEach(role -> roles.add(role.name()));
        Optional<Subject.Place> project = subject.place().filter(place -> !place.isDomain());
        Optional<Named> domain =
                subject.place().filter(Subject.Place::isDomain).map(Subject.Place::self);
        return new Caller(
                subject.user().id(),
                subject.user().name(),
                subject.userDomain().id(),
                subject.userDomain().name(),
                project.map(place -> place.self().id()),
                project.map(place -> place.self().name()),
                project.map(place -> place.domain().id()),
                project.map(place -> place.domain().name()),
                domain.map(Named::id),
                domain.map(Named::name),
                valid.content().scope() instanceof Scope.OnSystem,
                roles,
                token,
                valid.content().auditId(),
                valid.content().expiresAt(),
                valid.content().trustId());
    }
}
