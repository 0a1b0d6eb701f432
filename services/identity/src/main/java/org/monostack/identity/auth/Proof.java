package org.monostack.identity.auth;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.TokenContent;

/**
 * What an authentication has proven so far.
 *
 * @param methods by which it was proven
 * @param parent the token it was proven by, if it was
 * @param passwordRevision the revision of the password that was verified
 * @param federatedBy who vouches for the user, if it is not known here alone
 * @param delegation what the proof is good for, if that is less than all that the user may
 * @param thumbprint of the certificate that the token is to be bound to
 */
public record Proof(
        String userId,
        List<String> methods,
        Optional<TokenContent> parent,
        Optional<Long> passwordRevision,
        Optional<Delegation> delegation,
        Optional<FederatedBy> federatedBy,
        Optional<String> thumbprint) {

    /** One that is bound to no certificate. */
    public Proof(
            String userId,
            List<String> methods,
            Optional<TokenContent> parent,
            Optional<Long> passwordRevision,
            Optional<Delegation> delegation,
            Optional<FederatedBy> federatedBy) {
        this(userId, methods, parent, passwordRevision, delegation, federatedBy, Optional.empty());
    }

    /** Proven by the certificate with this thumbprint, to which the token is to be bound. */
    public static Proof bound(String userId, String method, String thumbprint) {
        return new Proof(
                userId,
                List.of(method),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(thumbprint));
    }

    /** Proven by this method alone, with nothing more to say. */
    public static Proof of(String userId, String method) {
        return new Proof(
                userId,
                List.of(method),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static Proof delegated(String userId, String method, Delegation delegation) {
        return new Proof(
                userId,
                List.of(method),
                Optional.empty(),
                Optional.empty(),
                Optional.of(delegation),
                Optional.empty());
    }
}
