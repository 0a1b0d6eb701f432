package org.monostack.identity.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A user. Its password is not here.
 *
 * @param options resource options, a JSON object
 * @param extra attributes that we keep without knowing them, a JSON object
 * @param tokensValidFrom tokens issued before are void
 * @param passwordChosenAt when the user chose the password; empty if somebody else set it
 * @param passwordRevision grows with every change of the password
 */
public record User(
        String id,
        String domainId,
        String name,
        boolean enabled,
        Optional<String> defaultProjectId,
        Optional<Instant> passwordExpiresAt,
        Optional<Instant> passwordChosenAt,
        long passwordRevision,
        Instant tokensValidFrom,
        String options,
        String extra,
        long revision) {}
