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
 */
public record Proof(
        String userId,
        List<String> methods,
        Optional<TokenContent> parent,
        Optional<Long> passwordRevision,
        Optional<Delegation> delegation,
        Optional<FederatedBy> federatedBy) {

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
