package org.monostack.identity.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.model.TokenContent;
import org.monostack.identity.model.Trust;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.SubjectStore;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * What trusts, application credentials and OAuth access tokens make of a token: whose roles it has
 * and which of them. All are looked up at each use, so deleting one ends its tokens at once.
 * Thread-safe.
 */
public final class Delegations {

    private final KnownRows known;
    private final SubjectStore subjects;

    public Delegations(KnownRows known, SubjectStore subjects) {
        this.known = known;
        this.subjects = subjects;
    }

    /** Empty when what a token was delegated by is gone or over. */
    Optional<Delegation> find(Transaction tx, TokenContent content, Duration grace) {
        Instant now = Times.now().minus(grace);
        Optional<Delegation> found;
        if (content.trustId().isPresent()) {
            found = known.trust(tx, content.trustId().get()).flatMap(trust -> of(tx, trust));
        } else if (content.accessTokenId().isPresent()) {
            found = known.accessToken(tx, content.accessTokenId().get()).map(Delegation::of);
        } else {
            found =
                    content.applicationCredentialId()
                            .flatMap(id -> known.credential(tx, id))
                            .map(Delegation::of);
        }
        return found.filter(it -> it.expiresAt().map(now::isBefore).orElse(true));
    }

    /** Whose roles a trust is about, however often it was passed on. */
    public String firstTrustor(Transaction tx, Trust trust) {
        return of(tx, trust).map(Delegation::subjectUserId).orElse(trust.trustorUserId());
    }

    /**
     * Empty if one of the trusts that it was passed on through is gone, or its trustee disabled.
     */
    Optional<Delegation> of(Transaction tx, Trust trust) {
        Trust first = trust;
        while (first.redelegatedTrustId().isPresent()) {
            Optional<Trust> above = known.trust(tx, first.redelegatedTrustId().get());
            if (above.isEmpty()
                    || subjects.find(
                                    tx,
                                    above.get().trusteeUserId(),
                                    new Scope.Unscoped(),
                                    List.of())
                            .filter(Subject::usable)
                            .isEmpty()) {
                return Optional.empty();
            }
            first = above.get();
        }
        return Optional.of(Delegation.of(trust, first.trustorUserId()));
    }

    /**
     * The subject with the delegated roles alone; empty if one of them was taken from the
     * delegating user since, or, for a trust, if its other party is not to be used.
     */
    Optional<Subject> restrict(Transaction tx, Delegation delegation, Subject subject) {
        Set<String> held = new HashSet<>(subject.roles().stream().map(Named::id).toList());
        if (!held.containsAll(delegation.roleIds())) {
            return Optional.empty();
        }
        Set<String> passedOn =
                Roles.closure(known.implications(tx), new HashSet<>(delegation.roleIds()));
        List<Named> left =
                subject.roles().stream().filter(role -> passedOn.contains(role.id())).toList();
        Subject restricted = subject.withRoles(left);
        if (delegation.trust().isEmpty()) {
            return Optional.of(restricted);
        }
        Trust trust = delegation.trust().get();
        Optional<Subject> trustee =
                subjects.find(tx, trust.trusteeUserId(), new Scope.Unscoped(), List.of())
                        .filter(Subject::usable);
        if (trustee.isEmpty() || !subject.usable()) {
            return Optional.empty();
        }
        return trust.impersonation()
                ? Optional.of(restricted)
                : trustee.map(
                        it -> it.at(restricted.place(), restricted.roles(), subject.revoked()));
    }
}
