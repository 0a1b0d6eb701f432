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
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * What trusts and application credentials make of a token: whose roles it has and which of them.
 * Both are read at each use, so deleting one ends its tokens at once. Thread-safe.
 */
public final class Delegations {

    private final TrustStore trusts;
    private final ApplicationCredentialStore credentials;
    private final RoleStore roles;
    private final SubjectStore subjects;

    public Delegations(
            TrustStore trusts,
            ApplicationCredentialStore credentials,
            RoleStore roles,
            SubjectStore subjects) {
        this.trusts = trusts;
        this.credentials = credentials;
        this.roles = roles;
        this.subjects = subjects;
    }

    /** Empty when the trust or the credential is gone or over. */
    Optional<Delegation> find(Transaction tx, TokenContent content, Duration grace) {
        Instant now = Times.now().minus(grace);
        if (content.trustId().isPresent()) {
            return trusts.find(tx, content.trustId().get())
                    .filter(trust -> trust.expiresAt().map(now::isBefore).orElse(true))
                    .map(Delegations::of);
        }
        return content.applicationCredentialId()
                .flatMap(id -> credentials.find(tx, id))
                .filter(it -> it.expiresAt().map(now::isBefore).orElse(true))
                .map(it ->
                        new Delegation(
                                it.userId(), it.roleIds(), Optional.empty(), Optional.of(it)));
    }

    static Delegation of(Trust trust) {
        return new Delegation(
                trust.trustorUserId(), trust.roleIds(), Optional.of(trust), Optional.empty());
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
                Roles.closure(roles.implications(tx), new HashSet<>(delegation.roleIds()));
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
