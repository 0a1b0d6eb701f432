package org.monostack.identity;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the cloud vouches for its users at other clouds, Keystone's options of the section {@code
 * saml}; and whose weak signatures it takes. Immutable.
 *
 * @param assertionLife how long an assertion may be used
 * @param entityId what the cloud calls itself; made of its address in the catalog if not given
 * @param singleSignOn an address that metadata must name, and that nobody asks
 * @param language of the organization's names
 * @param relayStatePrefix of service providers that have none of their own
 * @param sha1Providers the identity providers whose assertions may be signed with SHA-1
 */
public record SamlConfig(
        Duration assertionLife,
        Optional<String> entityId,
        Optional<String> singleSignOn,
        String language,
        Optional<Organization> organization,
        Optional<Contact> contact,
        String relayStatePrefix,
        Set<String> sha1Providers) {

    public SamlConfig {
        sha1Providers = Set.copyOf(sha1Providers);
    }

    /** Who runs the cloud. */
    public record Organization(String name, String displayName, String url) {}

    /**
     * Whom to ask.
     *
     * @param type technical, support, administrative, billing or other
     */
    public record Contact(
            String type,
            Optional<String> company,
            Optional<String> givenName,
            Optional<String> surname,
            Optional<String> email,
            Optional<String> telephone) {}

    public static SamlConfig defaults() {
        return new SamlConfig(
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                "en",
                Optional.empty(),
                Optional.empty(),
                "ss:mem:",
                Set.of());
    }
}
