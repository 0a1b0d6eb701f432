package org.monostack.identity.auth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.OAuth.AccessToken;
import org.monostack.identity.model.Subject;
import org.monostack.identity.model.TokenContent;
import org.monostack.identity.model.Trust;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * Answers {@code POST /v3/auth/tokens}: proves who somebody is, finds the scope they ask for and
 * issues a token, or a receipt if more proof is needed. Wrong credentials and scopes look the same
 * from outside: 401 with one message, whatever was wrong. A token that is not good gets 404 as
 * Keystone has it. Thread-safe.
 */
public final class Authentication {

    /** The ways by which an identity provider sends somebody; its protocols have these ids. */
    public static final Set<String> FEDERATED = Set.of("mapped", "openid", "saml2");

    private final Database database;
    private final Tokens tokens;
    private final Map<String, LoginMethod> methods;
    private final Factors factors;
    private final Scopes scopes;
    private final Stores stores;
    private final Delegations delegations;

    /** What is read and written here. */
    public record Stores(SubjectStore subjects, KnownRows known, TrustStore trusts) {}

    /** What a login comes to. */
    public sealed interface Result {}

    /** A token that was just made. */
    public record Issued(String token, Tokens.Valid valid) implements Result {}

    /** Not enough yet. */
    public record Incomplete(Factors.Receipt receipt) implements Result {}

    /**
     * @param methods the ways to log in, by name, besides token
     */
    public Authentication(
            Database database,
            Tokens tokens,
            Map<String, LoginMethod> methods,
            Factors factors,
            Scopes scopes,
            Stores stores,
            Delegations delegations) {
        this.database = database;
        this.tokens = tokens;
        this.methods = Map.copyOf(methods);
        this.factors = factors;
        this.scopes = scopes;
        this.stores = stores;
        this.delegations = delegations;
    }

    public Result authenticate(LoginRequest request) {
        Proof proof = prove(request);
        return database.inTransaction(tx -> {
            Optional<Factors.Receipt> receipt = receipt(tx, proof);
            return receipt.isPresent()
                    ? new Incomplete(receipt.get())
                    : issue(tx, proof, request.auth().get("scope"));
        });
    }

    /** Issues a token for what somebody proved in another way than by this API. */
    public Issued issueFor(Proof proof, Optional<JsonNode> scope) {
        return database.inTransaction(tx -> issue(tx, proof, scope.orElse(null)));
    }

    private Optional<Factors.Receipt> receipt(Transaction tx, Proof proof) {
        return proof.parent().isPresent() || proof.delegation().isPresent()
                ? Optional.empty()
                : stores.known()
                        .user(tx, proof.userId())
                        .flatMap(user -> factors.missing(user, proof.methods()));
    }

    private Proof prove(LoginRequest request) {
        JsonNode identity = request.auth().path("identity");
        Set<String> names = new LinkedHashSet<>();
        identity.path("methods").forEach(method -> names.add(method.asString()));
        List<Proof> proofs = new ArrayList<>();
        for (String name : names) {
            JsonNode given = identity.get(name);
            if (given == null || !given.isObject()) {
                throw ApiException.badRequest(
                        "Expecting to find "
                                + name
                                + " in identity. The server could not comply"
                                + " with the request since it is either malformed or otherwise"
                                + " incorrect. The client is assumed to be in error.");
            }
            proofs.add(prove(name, given, request));
        }
        return combine(proofs, request.receipt().map(this::proven));
    }

    private Proof prove(String name, JsonNode given, LoginRequest request) {
        // Who came by way of a provider may ask for a scope under that method's name, too.
        if (name.equals("token") || FEDERATED.contains(name) && given.has("id")) {
            return token(given.path("id").asString(""));
        }
        LoginMethod method = methods.get(name);
        if (method == null) {
            throw ApiException.unauthorized(
                    "Attempted to authenticate with an unsupported method.");
        }
        return method.prove(given, request);
    }

    private Factors.Proven proven(String receipt) {
        return factors.read(receipt).orElseThrow(Logins::refused);
    }

    /** Several methods at once must all speak of one user, and so must what was proven before. */
    private static Proof combine(List<Proof> proofs, Optional<Factors.Proven> before) {
        Proof first = proofs.getFirst();
        Set<String> methods = new LinkedHashSet<>();
        Optional<TokenContent> parent = Optional.empty();
        Optional<Long> revision = Optional.empty();
        Optional<Delegation> delegation = Optional.empty();
        Optional<FederatedBy> federatedBy = Optional.empty();
        Optional<String> thumbprint = Optional.empty();
        if (before.filter(it -> !it.userId().equals(first.userId())).isPresent()) {
            throw Logins.refused();
        }
        before.ifPresent(it -> methods.addAll(it.methods()));
        for (Proof proof : proofs) {
            if (!proof.userId().equals(first.userId())) {
                throw Logins.refused();
            }
            methods.addAll(proof.methods());
            parent = parent.or(proof::parent);
            revision = revision.or(proof::passwordRevision);
            delegation = delegation.or(proof::delegation);
            federatedBy = federatedBy.or(proof::federatedBy);
            thumbprint = thumbprint.or(proof::thumbprint);
        }
        return new Proof(
                first.userId(),
                List.copyOf(methods),
                parent,
                revision,
                delegation,
                federatedBy,
                thumbprint);
    }

    private Proof token(String token) {
        TokenContent content =
                database.reading(tx -> tokens.validate(tx, token))
                        .map(Tokens.Valid::content)
                        .orElseThrow(() -> ApiException.notFound("Could not find token."));
        if (content.isDelegated()) {
            throw ApiException.forbidden(
                    "Using a delegated token to make another one is not allowed.");
        }
        List<String> used = new ArrayList<>(content.methods());
        if (!used.contains("token")) {
            used.add("token");
        }
        return new Proof(
                content.userId(),
                used,
                Optional.of(content),
                Optional.empty(),
                Optional.empty(),
                content.federatedBy(),
                // Or else whoever has a bound token could make one of it that is not.
                content.thumbprint());
    }

    private Issued issue(Transaction tx, Proof proof, @Nullable JsonNode wanted) {
        Scopes.Target target = scopes.target(tx, proof, wanted);
        Optional<Trust> trust = target.trust();
        Optional<Delegation> delegation =
                trust.map(it -> delegations.of(tx, it).orElseThrow(Logins::refused))
                        .or(proof::delegation);
        String subjectId = delegation.map(Delegation::subjectUserId).orElse(proof.userId());
        Subject subject =
                stores.subjects()
                        .find(tx, subjectId, target.scope(), List.of())
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
        if (trust.isPresent() && !stores.trusts().use(tx, trust.get().id())) {
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
                        delegation
                                .flatMap(Delegation::applicationCredential)
                                .map(ApplicationCredential::id),
                        delegation.flatMap(Delegation::accessToken).map(AccessToken::id),
                        proof.federatedBy(),
                        proof.thumbprint());
        return new Issued(
                tokens.issue(tx, content), new Tokens.Valid(content, subject, delegation));
    }

    /** A token made from another ends with it, and with what it was delegated by. */
    private Instant expiry(Proof proof, Optional<Delegation> delegation) {
        Instant expiry = proof.parent().map(TokenContent::expiresAt).orElseGet(tokens::newExpiry);
        return delegation
                .flatMap(Delegation::expiresAt)
                .filter(it -> it.isBefore(expiry))
                .orElse(expiry);
    }
}
