package org.monostack.identity.auth;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.TokenContent;

/**
 * What an authentication has proven so far.
 *
 * @param methods by which it was proven
 * @param parent the token it was proven by, if it was
 * @param passwordRevision the revision of the password that was verified
 */
record Proof(
        String userId,
        List<String> methods,
        Optional<TokenContent> parent,
        Optional<Long> passwordRevision,
        Optional<ApplicationCredential> applicationCredential) {}
