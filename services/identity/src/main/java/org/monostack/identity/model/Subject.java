package org.monostack.identity.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whom a token speaks for, and with which roles where, as the database says at this moment.
 *
 * @param usable whether the user and its domain are enabled
 * @param tokensValidFrom tokens of this user issued before are void
 * @param place the project or domain of the scope, if it has one and that exists
 * @param roles global roles in the scope, implied ones included
 * @param revoked whether one of the audit ids asked about is revoked
 */
public record Subject(
        Named user,
        Named userDomain,
        boolean usable,
        Instant tokensValidFrom,
        long passwordRevision,
        Optional<Instant> passwordExpiresAt,
        Optional<Place> place,
        List<Named> roles,
        boolean revoked) {

    /** The project or domain of a scope; a domain is its own domain. */
    public record Place(Named self, Named domain, boolean isDomain, boolean usable) {}

    /** This user in another's place and with another's roles. */
    public Subject at(Optional<Place> where, List<Named> with, boolean revokedToo) {
        return new Subject(
                user,
                userDomain,
                usable,
                tokensValidFrom,
                passwordRevision,
                passwordExpiresAt,
                where,
                with,
                revokedToo);
    }

    public Subject withRoles(List<Named> others) {
        return new Subject(
                user,
                userDomain,
                usable,
                tokensValidFrom,
                passwordRevision,
                passwordExpiresAt,
                place,
                others,
                revoked);
    }
}
