package org.monostack.identity.auth;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.Trust;

/**
 * On whose behalf, and with which of their roles, a token acts.
 *
 * @param subjectUserId whose roles count: the trustor, or the owner of the application credential
 * @param roleIds the roles that were passed on; only those that the user still has are in force
 */
public record Delegation(
        String subjectUserId,
        List<String> roleIds,
        Optional<Trust> trust,
        Optional<ApplicationCredential> applicationCredential) {}
