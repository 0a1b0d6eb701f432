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

/**
 * Turns a token into a caller for every service, on every request. Thread-safe.
 *
 * <p>A token that is bound to a certificate (RFC 8705) and comes in {@code Authorization: Bearer}
 * must come with that certificate, as OpenStack's filter {@code oauth2_mtls_token} has it. In
 * {@code X-Auth-Token} it is good without, as OpenStack's plain filter {@code auth_token} does not
 * look at what a token is bound to.
 */
public final class TokenAuthenticator implements Authenticator {

    private final Database database;
    private final Tokens tokens;
    private final ClientCertificates certificates;

    public TokenAuthenticator(Database database, Tokens tokens, ClientCertificates certificates) {
        this.database = database;
        this.tokens = tokens;
        this.certificates = certificates;
    }

    @Override
    public Caller authenticate(String token) {
        return caller(token, valid(token, Duration.ZERO));
    }

    @Override
    public Caller authenticate(String token, RequestLine line) {
        Tokens.Valid valid = valid(token, grace(line));
        requireCertificate(valid, line);
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

    private void requireCertificate(Tokens.Valid valid, RequestLine line) {
        Optional<String> thumbprint = valid.content().thumbprint();
        if (thumbprint.isEmpty() || line.bearer().isEmpty()) {
            return;
        }
        RequestLine.Bearer bearer = line.bearer().get();
        boolean same =
                certificates
                        .shown(bearer.address(), bearer.headers())
                        .filter(it -> it.thumbprint().equals(thumbprint.get()))
                        .isPresent();
        if (!same) {
            throw Logins.refused();
        }
    }

    private Tokens.Valid valid(String token, Duration grace) {
        return database.reading(tx -> tokens.validate(tx, token, grace))
                .orElseThrow(Logins::refused);
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
