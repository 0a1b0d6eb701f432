package org.monostack.identity.federation;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.monostack.identity.auth.Proof;
import org.monostack.identity.federation.OpenIdProvider.Challenge;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.Federation.IdentityProvider;
import org.monostack.identity.store.FederationStore;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Log-ins of browsers that a dashboard sends here: on to the provider, back with a code, and back
 * to the dashboard with a token. Nothing is stored between: what must be remembered travels
 * encrypted in the state, and the browser proves by a cookie that it is the one that began.
 * Thread-safe.
 */
public final class BrowserLogins {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Database database;
    private final FederationStore federation;
    private final Supplier<FederationSettings> settings;
    private final OpenIdProviders providers;
    private final SamlProviders saml;
    private final FederatedLogins logins;
    private final Supplier<Fernet> keys;

    /**
     * Where a browser goes.
     *
     * @param secret what it brings back as a cookie
     */
    public record Departure(URI address, String secret) {}

    /**
     * A browser that has come back.
     *
     * @param origin the dashboard that it came from
     */
    public record Arrival(Proof proof, String origin) {}

    public BrowserLogins(
            Database database,
            FederationStore federation,
            Supplier<FederationSettings> settings,
            OpenIdProviders providers,
            SamlProviders saml,
            FederatedLogins logins,
            Supplier<Fernet> keys) {
        this.database = database;
        this.federation = federation;
        this.settings = settings;
        this.providers = providers;
        this.saml = saml;
        this.logins = logins;
        this.keys = keys;
    }

    /** The providers that a browser can log in at by this protocol. */
    public List<String> choices(String protocolId) {
        return database.inTransaction(tx ->
                federation.providers(tx, List.of()).stream()
                        .filter(IdentityProvider::enabled)
                        .map(IdentityProvider::id)
                        .filter(id -> providers.has(id) || saml.has(id))
                        .filter(id -> federation.protocol(tx, id, protocolId).isPresent())
                        .toList());
    }

    /** 400 without a dashboard to go back to, 401 if that is not trusted. */
    public void requireTrusted(String origin) {
        if (origin.isEmpty()) {
            throw ApiException.badRequest("Request must have an origin query parameter");
        }
        if (settings.get().trustedDashboards().stream()
                .noneMatch(it -> lowerHost(it).equals(lowerHost(origin)))) {
            throw ApiException.unauthorized(origin + " is not a trusted dashboard host");
        }
    }

    private static String lowerHost(String address) {
        int path = address.indexOf('/', address.indexOf("//") + 2);
        return path < 0
                ? address.toLowerCase(Locale.ROOT)
                : address.substring(0, path).toLowerCase(Locale.ROOT) + address.substring(path);
    }

    /** Sends a browser to the provider, which is to send it back to {@code redirect}. */
    public Departure depart(FederatedBy by, String origin, URI redirect) {
        requireTrusted(origin);
        database.run(tx -> logins.enabled(tx, by));
        Challenge challenge = OpenIdProvider.newChallenge();
        String secret = RandomIds.urlSafe(32);
        ObjectNode content =
                Json.object()
                        .put("provider", by.providerId())
                        .put("protocol", by.protocolId())
                        .put("origin", origin)
                        .put("nonce", challenge.nonce())
                        .put("verifier", challenge.verifier())
                        .put("browser", Digests.sha256(secret))
                        .put("until", Times.now().plus(PATIENCE).toEpochMilli());
        String state = keys.get().encrypt(Json.bytes(content), Times.now()).replace("=", "");
        return new Departure(
                providers.get(by.providerId()).loginAddress(redirect, state, challenge), secret);
    }

    /**
     * @param secret the cookie's
     * @throws ApiException 401 unless this browser began this log-in a few minutes ago
     */
    public Arrival arrive(
            FederatedBy by, String state, String code, Optional<String> secret, URI redirect) {
        JsonNode content =
                keys.get()
                        .decrypt(state)
                        .map(it -> Json.read(it.payload()))
                        .filter(it -> it.path("until").asLong() > Times.now().toEpochMilli())
                        .filter(it -> it.path("provider").asString("").equals(by.providerId()))
                        .filter(it -> it.path("protocol").asString("").equals(by.protocolId()))
                        .orElseThrow(() ->
                                ApiException.unauthorized(
                                        "The log-in took too long, or did not begin here."));
        if (secret.filter(
                        it ->
                                ConstantTime.equal(
                                        Digests.sha256(it), content.path("browser").asString("")))
                .isEmpty()) {
            throw ApiException.unauthorized("The log-in began in another browser.");
        }
        OpenIdProvider provider = providers.get(by.providerId());
        Challenge challenge =
                new Challenge(
                        content.path("nonce").asString(""), content.path("verifier").asString(""));
        Proof proof =
                logins.proven(
                        by, provider.claimsOfLogin(redirect, code, challenge), provider.settings());
        return new Arrival(proof, content.path("origin").asString(""));
    }
}
