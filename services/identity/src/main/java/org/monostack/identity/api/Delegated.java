package org.monostack.identity.api;

import org.monostack.identity.auth.Tokens;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;

/** Keeps delegated tokens from making lasting rights out of borrowed ones. Stateless. */
public final class Delegated {

    private final Tokens tokens;

    public Delegated(Tokens tokens) {
        this.tokens = tokens;
    }

    /** 403 for a token that came from a trust or an application credential. */
    void refuseAll(Transaction tx, Caller caller, String action) {
        refuse(tx, caller, action, false);
    }

    /** The same, but an application credential that is called unrestricted may. */
    void refuseRestricted(Transaction tx, Caller caller, String action) {
        refuse(tx, caller, action, true);
    }

    private void refuse(Transaction tx, Caller caller, String action, boolean unrestrictedMay) {
        boolean delegated =
                tokens.validate(tx, caller.token())
                        .flatMap(Tokens.Valid::delegation)
                        .filter(it ->
                                !(unrestrictedMay
                                        && it.applicationCredential()
                                                .filter(credential -> credential.unrestricted())
                                                .isPresent()))
                        .isPresent();
        if (delegated) {
            throw ApiException.forbidden(
                    "You are not authorized to perform the requested action: "
                            + action
                            + " with a delegated token.");
        }
    }
}
