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
        long revision) {

    /** One who was just made: enabled, without a default project, and with no option set. */
    public static User fresh(String id, String domainId, String name, Instant now, String extra) {
        return new User(
                id,
                domainId,
                name,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                now,
                "{}",
                extra,
                1);
    }
}
