package org.monostack.identity.model;

import java.util.Optional;

/**
 * A secret of a user for some other way to log in, such as EC2 signatures.
 *
 * @param blob the secret, in whatever form its type has; stored encrypted
 */
public record Credential(
        String id,
        String userId,
        Optional<String> projectId,
        String type,
        String blob,
        String extra) {

    /** Never the secret. */
    @Override
    public String toString() {
        return "Credential[" + id + ", " + type + "]";
    }
}
