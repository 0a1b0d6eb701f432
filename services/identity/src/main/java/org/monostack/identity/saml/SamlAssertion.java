package org.monostack.identity.saml;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an identity provider said of a user, checked. Immutable.
 *
 * @param issuer the provider's entity ID
 * @param expires when nobody takes it any more
 * @param answers the id of the request that it answers, if it answers one
 * @param subject the user's name at the provider
 * @param attributes by both their names
 */
public record SamlAssertion(
        String issuer,
        String id,
        Instant expires,
        Optional<String> answers,
        Optional<String> subject,
        Map<String, List<String>> attributes) {

    public SamlAssertion {
        attributes = Map.copyOf(new LinkedHashMap<>(attributes));
    }
}
