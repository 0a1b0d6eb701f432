package org.monostack.identity.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.monostack.identity.IdentityConfig;
import org.monostack.identity.model.RevokedToken;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.model.TokenContent;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TokenStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.crypto.SigningKeys;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Makes tokens, reads them and revokes them. Whether a token is good is decided anew at each use,
 * from what the database says now, so a revocation, a disabled user or a removed role holds for the
 * very next request; only what is written in a token itself is remembered. Thread-safe.
 */
public final class Tokens {

    /** How long services may still look at a token that has ended, for long operations. */
    public static final Duration EXPIRED_WINDOW = Duration.ofHours(48);

    private static final int AUDIT_ID_BYTES = 16;

    private final IdentityConfig config;
    private final Keys keys;
    private final OpenedTokens opened = new OpenedTokens();
    private final TokenStore store;
    private final SubjectStore subjects;
    private final Delegations delegations;
    private final KnownRows known;

    /** A token with what it stands for now. */
    public record Valid(TokenContent content, Subject subject, Optional<Delegation> delegation) {}

    /** What tokens are encrypted with, or signed. */
    public record Keys(Supplier<Fernet> fernet, Supplier<SigningKeys.Pairs> signing) {}

    public Tokens(
            IdentityConfig config,
            Keys keys,
            TokenStore store,
            SubjectStore subjects,
            Delegations delegations,
            KnownRows known) {
        this.config = config;
        this.keys = keys;
        this.store = store;
        this.subjects = subjects;
        this.delegations = delegations;
        this.known = known;
    }

    /** When a token that is made now from nothing else ends. */
    public Instant newExpiry() {
        return Times.now().plus(config.tokenLife()).truncatedTo(ChronoUnit.SECONDS);
    }

    public static String newAuditId() {
        return RandomIds.urlSafe(AUDIT_ID_BYTES);
    }

    /** The text that a client sends from now on. */
    public String issue(Transaction tx, TokenContent content) {
        return switch (config.tokenFormat()) {
            // Keystone strips the padding too: an equals sign is awkward in URLs and headers.
            case FERNET ->
                    keys.fernet()
                            .get()
                            .encrypt(TokenCodec.encode(content), content.issuedAt())
                            .replace("=", "");
            case JWS -> SignedTokens.sign(keys.signing().get(), content);
            case UUID -> {
                String token = RandomIds.hex();
                store.store(
                        tx,
                        Digests.sha256(token),
                        Base64.getEncoder().encodeToString(TokenCodec.encode(content)),
                        content.expiresAt());
                yield token;
            }
        };
    }

    /** What a token stands for; empty if it is not, or no longer, good for anything. */
    public Optional<Valid> validate(Transaction tx, String token) {
        return validate(tx, token, Duration.ZERO);
    }

    /**
     * @param grace how long after its end a token still counts
     */
    public Optional<Valid> validate(Transaction tx, String token, Duration grace) {
        Optional<TokenContent> read = read(tx, token);
        if (read.isEmpty() || !Times.now().isBefore(read.get().expiresAt().plus(grace))) {
            return Optional.empty();
        }
        TokenContent content = read.get();
        if (content.federatedBy().isPresent()
                && !known.vouches(tx, content.federatedBy().get().providerId())) {
            return Optional.empty();
        }
        Optional<Delegation> delegation = Optional.empty();
        if (content.isDelegated()) {
            delegation = delegations.find(tx, content, grace);
            if (delegation.isEmpty()) {
                return Optional.empty();
            }
        }
        String userId = delegation.map(Delegation::subjectUserId).orElse(content.userId());
        Optional<Subject> subject =
                subjects.find(tx, userId, content.scope(), content.auditIds().subList(0, 1));
        if (delegation.isPresent() && subject.isPresent()) {
            subject = delegations.restrict(tx, delegation.get(), subject.get());
        }
        Optional<Delegation> by = delegation;
        return subject.filter(it -> isGood(content, it)).map(it -> new Valid(content, it, by));
    }

    private static boolean isGood(TokenContent content, Subject subject) {
        return subject.usable()
                && !subject.revoked()
                && !content.issuedAt().isBefore(subject.tokensValidFrom())
                && isReachable(content.scope(), subject);
    }

    /** Whether the subject may be where the scope says: the place is there, and it has a role. */
    public static boolean isReachable(Scope scope, Subject subject) {
        return switch (scope) {
            case Scope.Unscoped unscoped -> true;
            case Scope.OnSystem system -> !subject.roles().isEmpty();
            case Scope.OnProject project -> usable(subject);
            case Scope.OnDomain domain -> usable(subject);
        };
    }

    private static boolean usable(Subject subject) {
        return subject.place().filter(Subject.Place::usable).isPresent()
                && !subject.roles().isEmpty();
    }

    private Optional<TokenContent> read(Transaction tx, String token) {
        return switch (config.tokenFormat()) {
            case FERNET -> {
                Fernet now = keys.fernet().get();
                yield opened.get(token, now, text -> open(now, text));
            }
            case JWS -> {
                SigningKeys.Pairs now = keys.signing().get();
                yield opened.get(token, now, text -> SignedTokens.read(now, text));
            }
            case UUID ->
                    store.stored(tx, Digests.sha256(token))
                            .map(Base64.getDecoder()::decode)
                            .flatMap(TokenCodec::decode);
        };
    }

    private static Optional<TokenContent> open(Fernet keys, String token) {
        return keys.decrypt(token).map(Fernet.Content::payload).flatMap(TokenCodec::decode);
    }

    /** From now on the token is good for nothing; others made from the same login stay. */
    public void revoke(Transaction tx, TokenContent content) {
        store.revoke(tx, content.auditId(), content.expiresAt());
    }

    /** Tokens that were revoked one by one and would still be good. */
    public List<RevokedToken> revoked(Transaction tx) {
        return store.revoked(tx);
    }

    /** The audit ids of a token made from another one: its own, and where the chain began. */
    public static List<String> auditChain(Optional<TokenContent> parent) {
        List<String> ids = new ArrayList<>(List.of(newAuditId()));
        parent.ifPresent(it -> ids.add(it.auditIds().getLast()));
        return ids;
    }
}
