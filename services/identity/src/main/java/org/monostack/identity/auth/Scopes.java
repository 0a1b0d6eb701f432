package org.monostack.identity.auth;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Trust;
import org.monostack.identity.model.User;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.SubjectStore;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/** What a request for a token means by its scope. A wrong one is refused like a wrong password. */
public final class Scopes {

    private final SubjectStore subjects;
    private final KnownRows known;

    /** A scope, and the trust by which somebody gets there. */
    record Target(Scope scope, Optional<Trust> trust) {}

    public Scopes(SubjectStore subjects, KnownRows known) {
        this.subjects = subjects;
        this.known = known;
    }

    Target target(Transaction tx, Proof proof, @Nullable JsonNode wanted) {
        if (proof.delegation().isPresent()) {
            if (wanted != null) {
                throw ApiException.unauthorized("Application credentials cannot request a scope.");
            }
            return scoped(
                    new Scope.OnProject(
                            proof.delegation().get().projectId().orElseThrow(Logins::refused)));
        }
        if (wanted == null && proof.federatedBy().isPresent()) {
            // What somebody else vouches for leads nowhere unasked.
            return scoped(new Scope.Unscoped());
        }
        if (wanted == null) {
            return scoped(defaultScope(tx, proof.userId()));
        }
        if (wanted.isString()) {
            return scoped(new Scope.Unscoped());
        }
        if (wanted.has("OS-TRUST:trust")) {
            return trust(tx, proof, wanted.get("OS-TRUST:trust").path("id").asString(""));
        }
        if (wanted.has("system")) {
            return scoped(new Scope.OnSystem());
        }
        if (wanted.has("project")) {
            return scoped(new Scope.OnProject(project(tx, wanted.get("project")).id()));
        }
        return scoped(new Scope.OnDomain(domain(tx, wanted.path("domain")).id()));
    }

    private static Target scoped(Scope scope) {
        return new Target(scope, Optional.empty());
    }

    private Target trust(Transaction tx, Proof proof, String id) {
        Trust trust =
                known.trust(tx, id)
                        .filter(it -> it.trusteeUserId().equals(proof.userId()))
                        .filter(it ->
                                it.expiresAt().map(end -> Times.now().isBefore(end)).orElse(true))
                        .orElseThrow(() ->
                                ApiException.forbidden(
                                        "You are not authorized to use this trust."));
        Scope scope =
                trust.projectId().<Scope>map(Scope.OnProject::new).orElse(new Scope.Unscoped());
        return new Target(scope, Optional.of(trust));
    }

    /** The user's default project if that works out; else none. */
    private Scope defaultScope(Transaction tx, String userId) {
        Optional<Scope> scope =
                known.user(tx, userId).flatMap(User::defaultProjectId).map(Scope.OnProject::new);
        return scope.filter(it ->
                        subjects.find(tx, userId, it, List.of())
                                .filter(subject -> Tokens.isReachable(it, subject))
                                .isPresent())
                .orElse(new Scope.Unscoped());
    }

    private Project project(Transaction tx, JsonNode wanted) {
        if (wanted.has("id")) {
            return known.project(tx, wanted.get("id").asString())
                    .filter(it -> !it.isDomain())
                    .orElseThrow(Logins::refused);
        }
        Project domain = domain(tx, wanted.path("domain"));
        return known.project(tx, domain.id(), wanted.path("name").asString(""))
                .orElseThrow(Logins::refused);
    }

    private Project domain(Transaction tx, JsonNode wanted) {
        return (wanted.has("id")
                        ? known.domain(tx, wanted.get("id").asString())
                        : known.domainNamed(tx, wanted.path("name").asString("")))
                .orElseThrow(Logins::refused);
    }
}
