package org.monostack.identity.federation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.auth.LoginRequest;
import org.monostack.identity.auth.Logins;
import org.monostack.identity.auth.Proof;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.Federation.IdentityProvider;
import org.monostack.identity.model.Federation.MappingRules;
import org.monostack.identity.model.Federation.Protocol;
import org.monostack.identity.store.FederationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * Proves users by what an identity provider says: the provider is asked outside of transactions,
 * what it said is mapped in one. Thread-safe.
 */
public final class FederatedLogins {

    private static final String BEARER = "bearer ";

    /** What says who vouches, where the protocol names no other attribute. */
    private static final String ISSUER = "HTTP_OIDC_ISS";

    private final Database database;
    private final FederationStore federation;
    private final OpenIdProviders providers;
    private final ShadowUsers shadows;

    public FederatedLogins(
            Database database,
            FederationStore federation,
            OpenIdProviders providers,
            ShadowUsers shadows) {
        this.database = database;
        this.federation = federation;
        this.providers = providers;
        this.shadows = shadows;
    }

    /** Proves whoever sends a provider's access token along. */
    public Proof prove(String method, JsonNode given, LoginRequest request) {
        FederatedBy by =
                new FederatedBy(required(given, "identity_provider"), required(given, "protocol"));
        if (!by.protocolId().equals(method)) {
            throw ApiException.badRequest(
                    "Invalid input for field 'protocol': it is not the method " + method + ".");
        }
        database.run(tx -> enabled(tx, by));
        String token =
                request.authorization()
                        .filter(it -> it.toLowerCase(Locale.ROOT).startsWith(BEARER))
                        .map(it -> it.substring(BEARER.length()).strip())
                        .orElseThrow(Logins::refused);
        OpenIdProvider provider = providers.get(by.providerId());
        return proven(by, provider.claimsOf(token), provider.settings());
    }

    private static String required(JsonNode given, String name) {
        String value = given.path(name).asString("");
        if (value.isEmpty()) {
            throw ApiException.badRequest(
                    "Expecting to find "
                            + name
                            + " in mapped. The server could not comply with the request since it is"
                            + " either malformed or otherwise incorrect. The client is assumed to be"
                            + " in error.");
        }
        return value;
    }

    /** The provider with its protocol; 404 if either is not there, 403 if it is disabled. */
    IdentityProvider enabled(Transaction tx, FederatedBy by) {
        IdentityProvider provider =
                federation
                        .provider(tx, by.providerId())
                        .orElseThrow(() -> notFound("identity provider", by.providerId()));
        if (!provider.enabled()) {
            throw ApiException.forbidden("Identity Provider " + provider.id() + " is disabled");
        }
        if (federation.protocol(tx, by.providerId(), by.protocolId()).isEmpty()) {
            throw notFound("federated protocol", by.protocolId());
        }
        return provider;
    }

    private static ApiException notFound(String what, String id) {
        return ApiException.notFound("Could not find " + what + ": " + id + ".");
    }

    /** Whoever the claims are about, as the protocol's mapping says; 401 if that is nobody. */
    Proof proven(FederatedBy by, Map<String, Object> claims, FederationSettings.OpenId settings) {
        return proven(by, Assertions.of(claims, settings), ISSUER);
    }

    /**
     * The same for what was stated in another way.
     *
     * @param issuerAttribute what says who vouches, where the protocol names no other attribute
     */
    Proof proven(FederatedBy by, Map<String, String> stated, String issuerAttribute) {
        return database.inTransaction(tx -> {
            IdentityProvider provider = enabled(tx, by);
            Protocol protocol =
                    federation.protocol(tx, by.providerId(), by.protocolId()).orElseThrow();
            requireItself(provider, protocol.remoteIdAttribute().orElse(issuerAttribute), stated);
            MappingRules mapping =
                    federation
                            .mapping(tx, protocol.mappingId())
                            .orElseThrow(() -> notFound("mapping", protocol.mappingId()));
            try {
                Mapped mapped = Mapping.of(mapping).apply(stated);
                boolean local = mapped.user().local();
                String userId =
                        local
                                ? shadows.local(tx, mapped.user())
                                : shadows.shadow(tx, provider, by, named(mapped, stated));
                return new Proof(
                        userId,
                        List.of(by.protocolId()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        local ? Optional.empty() : Optional.of(by));
            } catch (Mapping.NotMapped e) {
                throw ApiException.unauthorized(String.valueOf(e.getMessage()));
            }
        });
    }

    /** A provider that has names of its own must have said one of them. */
    private static void requireItself(
            IdentityProvider provider, String attribute, Map<String, String> stated) {
        if (provider.remoteIds().isEmpty()) {
            return;
        }
        String itself = stated.get(attribute);
        if (itself == null) {
            throw ApiException.unauthorized(
                    "Could not find Identity Provider identifier in environment: there is no "
                            + attribute
                            + ".");
        }
        if (!provider.remoteIds().contains(itself)) {
            throw ApiException.forbidden(
                    "Incoming identity provider identifier not included among the accepted"
                            + " identifiers.");
        }
    }

    /** A mapping that does not name the user leaves it with the name it came with. */
    private static Mapped named(Mapped mapped, Map<String, String> stated) {
        Mapped.MappedUser user = mapped.user();
        if (user.id().isPresent() || user.name().isPresent()) {
            return mapped;
        }
        return new Mapped(
                new Mapped.MappedUser(
                        user.id(),
                        Optional.ofNullable(stated.get("REMOTE_USER")),
                        user.email(),
                        user.domain(),
                        false),
                mapped.groupIds(),
                mapped.groups(),
                mapped.projects());
    }
}
