package org.monostack.identity.auth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.model.TokenContent;
import org.monostack.identity.model.Trust;
import org.monostack.identity.model.User;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * Answers {@code POST /v3/auth/tokens}: proves who somebody is, finds the scope they ask for and
 * issues a token. Wrong credentials and scopes look the same from outside: 401 with one message,
 * whatever was wrong. A token that is not good gets 404 as Keystone has it. Thread-safe.
 */
public final class Authentication {

    private final Database database;
    private final Tokens tokens;
    private final Logins logins;
    private final SubjectStore subjects;
    private final UserStore users;
    private final ProjectStore projects;
    private final TrustStore trusts;
    private final Delegations delegations;

    /** A token that was just made. */
    public record Issued(String token, Tokens.Valid valid) {}

    private record Target(Scope scope, Optional<Trust> trust) {}

    public Authentication(
            Database database,
            Tokens tokens,
            Logins logins,
            SubjectStore subjects,
            UserStore users,
            ProjectStore projects,
            TrustStore trusts,
            Delegations delegations) {
        this.database = database;
        this.tokens = tokens;
        this.logins = logins;
        this.subjects = subjects;
        this.users = users;
        this.projects = projects;
        this.trusts = trusts;
        this.delegations = delegations;
    }

    /**
     * @param auth the request's {@code auth} object, which holds to its schema
     */
    public Issued authenticate(JsonNode auth) {
        Proof proof = prove(auth.path("identity"));
        return database.inTransaction(tx -> issue(tx, proof, auth.get("scope")));
    }

    private Proof prove(JsonNode identity) {
        Set<String> methods = new LinkedHashSet<>();
        identity.path("methods").forEach(method -> methods.add(method.asString()));
        List<Proof> proofs = new ArrayList<>();
        for (String method : methods) {
            JsonNode given = identity.get(method);
            if (given == null || !given.isObject()) {
                throw ApiException.badRequest(
                        "Expecting to find "
                                + method
                                + " in identity. The server could not comply"
                                + " with the request since it is either malformed or otherwise"
                                + " incorrect. The client is assumed to be in error.");
            }
            proofs.add(
                    switch (method) {
                        case "password" -> logins.password(given.path("user"));
                        case "token" -> token(given.path("id").asString(""));
                        case "application_credential" -> logins.applicationCredential(given);
                        default ->
                                throw ApiException.unauthorized(
                                        "Attempted to authenticate with an unsupported method.");
                    });
        }
        return combine(proofs);
    }

    /** Several methods at once must all speak of one user. */
    private static Proof combine(List<Proof> proofs) {
        Proof first = proofs.getFirst();
        Set<String> methods = new LinkedHashSet<>();
        Optional<TokenContent> parent = Optional.empty();
        Optional<Long> revision = Optional.empty();
        Optional<ApplicationCredential> credential = Optional.empty();
        for (Proof proof : proofs) {
            if (!proof.userId().equals(first.userId())) {
                throw Logins.refused();
            }
            methods.addAll(proof.methods());
            parent = parent.or(proof::parent);
            revision = revision.or(proof::passwordRevision);
            credential = credential.or(proof::applicationCredential);
        }
        return new Proof(first.userId(), List.copyOf(methods), parent, revision, credential);
    }

    private Proof token(String token) {
        TokenContent content =
                database.inTransaction(tx -> tokens.validate(tx, token))
                        .map(Tokens.Valid::content)
                        .orElseThrow(() -> ApiException.notFound("Could not find token."));
        if (content.trustId().isPresent() || content.applicationCredentialId().isPresent()) {
            throw ApiException.forbidden(
                    "Using a delegated token to make another one is not allowed.");
        }
        List<String> methods = new ArrayList<>(content.methods());
        if (!methods.contains("token")) {
            methods.add("token");
        }
        return new Proof(
                content.userId(),
                methods,
                Optional.of(content),
                Optional.empty(),
                Optional.empty());
    }

    private Issued issue(Transaction tx, Proof proof, @Nullable JsonNode wanted) {
        Target target = target(tx, proof, wanted);
        Optional<Trust> trust = target.trust();
        Optional<Delegation> delegation =
                trust.map(Delegations::of)
                        .or(() ->
                                proof.applicationCredential()
                                        .map(it ->
                                                new Delegation(
                                                        it.userId(),
                                                        it.roleIds(),
                                                        Optional.empty(),
                                                        Optional.of(it))));
        String subjectId = delegation.map(Delegation::subjectUserId).orElse(proof.userId());
        Subject subject =
                subjects.find(tx, subjectId, target.scope(), List.of())
                        .orElseThrow(Logins::refused);
        if (trust.isEmpty()
                && proof.passwordRevision().isPresent()
                && proof.passwordRevision().get() != subject.passwordRevision()) {
            throw Logins.refused();
        }
        if (delegation.isPresent()) {
            subject =
                    delegations
                            .restrict(tx, delegation.get(), subject)
                            .orElseThrow(Logins::refused);
        }
        if (!subject.usable() || !Tokens.isReachable(target.scope(), subject)) {
            throw Logins.refused();
        }
        if (trust.isPresent() && !trusts.use(tx, trust.get().id())) {
            throw Logins.refused();
        }
        TokenContent content =
                new TokenContent(
                        proof.userId(),
                        proof.methods(),
                        target.scope(),
                        Times.now(),
                        expiry(proof, delegation),
                        Tokens.auditChain(proof.parent()),
                        trust.map(Trust::id),
                        proof.applicationCredential().map(ApplicationCredential::id));
        return new Issued(
                tokens.issue(tx, content), new Tokens.Valid(content, subject, delegation));
    }

    /** A token made from another ends with it, and with what it was delegated by. */
    private Instant expiry(Proof proof, Optional<Delegation> delegation) {
        Instant expiry = proof.parent().map(TokenContent::expiresAt).orElseGet(tokens::newExpiry);
        Optional<Instant> limit =
                delegation.flatMap(it ->
                        it.trust()
                                .flatMap(Trust::expiresAt)
                                .or(() ->
                                        it.applicationCredential()
                                                .flatMap(ApplicationCredential::expiresAt)));
        return limit.filter(it -> it.isBefore(expiry)).orElse(expiry);
    }

    private Target target(Transaction tx, Proof proof, @Nullable JsonNode wanted) {
        if (proof.applicationCredential().isPresent()) {
            if (wanted != null) {
                throw ApiException.unauthorized("Application credentials cannot request a scope.");
            }
            return scoped(new Scope.OnProject(proof.applicationCredential().get().projectId()));
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
                trusts.find(tx, id)
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
                users.find(tx, userId).flatMap(User::defaultProjectId).map(Scope.OnProject::new);
        return scope.filter(it ->
                        subjects.find(tx, userId, it, List.of())
                                .filter(subject -> Tokens.isReachable(it, subject))
                                .isPresent())
                .orElse(new Scope.Unscoped());
    }

    private Project project(Transaction tx, JsonNode wanted) {
        if (wanted.has("id")) {
            return projects.find(tx, wanted.get("id").asString())
                    .filter(it -> !it.isDomain())
                    .orElseThrow(Logins::refused);
        }
        Project domain = domain(tx, wanted.path("domain"));
        return projects.findNamed(tx, domain.id(), wanted.path("name").asString(""))
                .orElseThrow(Logins::refused);
    }

    private Project domain(Transaction tx, JsonNode wanted) {
        return (wanted.has("id")
                        ? projects.findDomain(tx, wanted.get("id").asString())
                        : projects.findDomainNamed(tx, wanted.path("name").asString("")))
                .orElseThrow(Logins::refused);
    }
}
