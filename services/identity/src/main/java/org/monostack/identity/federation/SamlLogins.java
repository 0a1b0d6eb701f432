package org.monostack.identity.federation;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.monostack.identity.auth.Proof;
import org.monostack.identity.federation.SamlProviders.Provider;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.saml.AuthnRequest;
import org.monostack.identity.saml.SamlAssertion;
import org.monostack.identity.saml.SamlKey;
import org.monostack.identity.saml.SamlResponse;
import org.monostack.identity.store.SamlStore;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Log-ins by SAML: of browsers that a dashboard sends here, and of programs (ECP). What must be
 * remembered of a request travels, encrypted, as its id, which the provider signs with its answer.
 * That an assertion was taken is a row, so it is taken once, whichever process is asked. What a
 * program's assertion states is kept for some minutes and given out once. Thread-safe.
 */
public final class SamlLogins {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** How long a program may take from its assertion to its token. */
    public static final Duration SESSION = Duration.ofMinutes(5);

    /** What says who vouches, where the protocol names no other attribute: mod_shib's name. */
    private static final String ISSUER = "Shib-Identity-Provider";

    /** The same in mod_auth_mellon's words. */
    private static final String OTHER_ISSUER = "MELLON_IDP";

    private static final String REMOTE_USER = "REMOTE_USER";

    private final Database database;
    private final SamlStore store;
    private final SamlProviders providers;
    private final SamlSelf self;
    private final FederatedLogins logins;
    private final BrowserLogins browsers;
    private final Supplier<Fernet> keys;

    /**
     * A program's assertion was taken.
     *
     * @param secret what it gets its token by
     * @param returnTo where it began, if its provider was asked
     */
    public record Taken(String secret, Optional<FederatedBy> returnTo) {}

    /** What was asked of a provider, read back from the request's id. */
    private record Asked(FederatedBy by, String browser, String origin) {}

    public SamlLogins(
            Database database,
            SamlStore store,
            SamlProviders providers,
            SamlSelf self,
            FederatedLogins logins,
            BrowserLogins browsers,
            Supplier<Fernet> keys) {
        this.database = database;
        this.store = store;
        this.providers = providers;
        this.self = self;
        this.logins = logins;
        this.browsers = browsers;
        this.keys = keys;
    }

    /** Whether the provider's users come by SAML. */
    public boolean has(String providerId) {
        return providers.has(providerId);
    }

    /** The address to give out to somebody who came by this one. */
    public String address(String seen) {
        return self.address(seen);
    }

    /**
     * Sends a browser to the provider.
     *
     * @param seen the address by which the browser reaches identity
     * @throws ApiException 400, 401, 403 or 404 if it cannot go there or not come back
     */
    public BrowserLogins.Departure depart(FederatedBy by, String origin, String seen) {
        browsers.requireTrusted(origin);
        database.run(tx -> logins.enabled(tx, by));
        Provider provider = providers.get(by.providerId());
        URI address =
                provider.metadata()
                        .redirect()
                        .orElseThrow(() ->
                                ApiException.unauthorized(
                                        "Identity provider "
                                                + by.providerId()
                                                + " takes no browsers by redirection."));
        String secret = RandomIds.urlSafe(32);
        AuthnRequest request =
                request(
                        new Asked(by, Digests.sha256(secret), origin),
                        self.address(seen) + SamlSelf.POST);
        return new BrowserLogins.Departure(request.redirect(address, signer(provider)), secret);
    }

    /**
     * What a program is to pass on to the provider.
     *
     * @param seen the address by which the program reaches identity
     */
    public byte[] challenge(FederatedBy by, String seen) {
        database.run(tx -> logins.enabled(tx, by));
        Provider provider = providers.get(by.providerId());
        AuthnRequest request = request(new Asked(by, "", ""), self.address(seen) + SamlSelf.ECP);
        return request.envelope(
                self.config().relayStatePrefix() + RandomIds.hex(), signer(provider));
    }

    private Optional<SamlKey> signer(Provider provider) {
        return provider.metadata().wantsSignedRequests()
                ? Optional.of(self.key())
                : Optional.empty();
    }

    private AuthnRequest request(Asked asked, String consumer) {
        Instant now = Times.now();
        ObjectNode content =
                Json.object()
                        .put("saml", asked.by().providerId())
                        .put("protocol", asked.by().protocolId())
                        .put("browser", asked.browser())
                        .put("origin", asked.origin())
                        .put("until", now.plus(PATIENCE).toEpochMilli());
        // An id may not begin with a digit, nor hold an equals sign.
        String id = "_" + keys.get().encrypt(Json.bytes(content), now).replace("=", "");
        return new AuthnRequest(id, self.serviceProviderId(), consumer, now);
    }

    private Optional<Asked> asked(SamlAssertion assertion) {
        return assertion
                .answers()
                .map(id ->
                        keys.get()
                                .decrypt(id.substring(1))
                                .map(it -> Json.read(it.payload()))
                                .filter(it ->
                                        it.path("until").asLong() > Times.now().toEpochMilli())
                                .map(SamlLogins::asked)
                                .filter(it -> !it.by().providerId().isEmpty())
                                .orElseThrow(() ->
                                        ApiException.unauthorized(
                                                "The log-in took too long, or did not begin"
                                                        + " here.")));
    }

    private static Asked asked(JsonNode content) {
        return new Asked(
                new FederatedBy(
                        content.path("saml").asString(""), content.path("protocol").asString("")),
                content.path("browser").asString(""),
                content.path("origin").asString(""));
    }

    /**
     * Takes the assertion that a browser brings.
     *
     * @param secret the cookie's
     * @throws ApiException 400 if it cannot be read, 401 or 403 if it is not good
     */
    public BrowserLogins.Arrival arrive(byte[] document, Optional<String> secret) {
        SamlResponse response = SamlResponse.read(document);
        Provider provider = provider(response);
        SamlAssertion assertion = verified(response, provider, SamlSelf.POST);
        Asked asked =
                asked(assertion)
                        .filter(it -> !it.browser().isEmpty())
                        .orElseThrow(() ->
                                ApiException.unauthorized(
                                        "The log-in did not begin in a browser."));
        requireAsked(asked, provider);
        if (secret.filter(it -> ConstantTime.equal(Digests.sha256(it), asked.browser()))
                .isEmpty()) {
            throw ApiException.unauthorized("The log-in began in another browser.");
        }
        browsers.requireTrusted(asked.origin());
        database.run(tx -> {
            logins.enabled(tx, asked.by());
            takeOnce(tx, assertion);
        });
        Proof proof = logins.proven(asked.by(), stated(assertion, provider), ISSUER);
        return new BrowserLogins.Arrival(proof, asked.origin());
    }

    /**
     * Takes the assertion that a program brings.
     *
     * @throws ApiException 400 if it cannot be read, 401 if it is not good
     */
    public Taken take(byte[] envelope) {
        SamlResponse response = SamlResponse.readEnvelope(envelope);
        Provider provider = provider(response);
        SamlAssertion assertion = verified(response, provider, SamlSelf.ECP);
        Optional<Asked> asked = asked(assertion);
        asked.ifPresent(it -> {
            requireAsked(it, provider);
            if (!it.browser().isEmpty()) {
                throw ApiException.unauthorized("The log-in began in a browser.");
            }
        });
        String secret = RandomIds.urlSafe(32);
        database.run(tx -> {
            takeOnce(tx, assertion);
            store.keep(
                    tx,
                    Digests.sha256(secret),
                    provider.id(),
                    Json.write(Json.mapper().valueToTree(stated(assertion, provider))),
                    Times.now().plus(SESSION));
        });
        return new Taken(secret, asked.map(Asked::by));
    }

    private static void requireAsked(Asked asked, Provider provider) {
        if (!asked.by().providerId().equals(provider.id())) {
            throw ApiException.unauthorized("Another identity provider was asked.");
        }
    }

    /** Whose keys the response is to be verified with: the one who was asked, or another cloud. */
    private Provider provider(SamlResponse response) {
        Optional<String> asked =
                response.claimedAnswer()
                        .filter(it -> it.length() > 1)
                        .flatMap(it -> keys.get().decrypt(it.substring(1)))
                        .map(it -> Json.read(it.payload()).path("saml").asString(""));
        return asked.isPresent()
                ? providers.get(asked.get())
                : providers
                        .keystone(response.claimedIssuer())
                        .orElseThrow(() ->
                                ApiException.unauthorized(
                                        "The assertion is of an identity provider that is not"
                                                + " known here, or answers no request of ours."));
    }

    private SamlAssertion verified(SamlResponse response, Provider provider, String path) {
        return response.verified(
                provider.metadata(),
                new SamlResponse.Rules(
                        self.serviceProviderId(),
                        self.places(path),
                        provider.settings().keystone(),
                        provider.sha1(),
                        Times.now()),
                self::key);
    }

    private void takeOnce(Transaction tx, SamlAssertion assertion) {
        String digest = Digests.sha256(assertion.issuer() + "\n" + assertion.id());
        if (!store.take(tx, digest, assertion.expires())) {
            throw ApiException.unauthorized("The assertion was used before.");
        }
    }

    /**
     * Attributes as Apache's SAML modules hand them over in the environment: several values stand
     * between semicolons. What the modules say themselves cannot be overridden by an attribute.
     */
    private static Map<String, String> stated(SamlAssertion assertion, Provider provider) {
        Map<String, String> stated = new LinkedHashMap<>();
        FederationSettings.Saml settings = provider.settings();
        assertion
                .attributes()
                .forEach((name, values) ->
                        stated.put(settings.attributePrefix() + name, String.join(";", values)));
        stated.remove(REMOTE_USER);
        settings.remoteUserAttribute()
                .map(it -> assertion.attributes().get(it))
                .map(it -> String.join(";", it))
                .or(assertion::subject)
                .ifPresent(it -> stated.put(REMOTE_USER, it));
        stated.put(ISSUER, assertion.issuer());
        stated.put(OTHER_ISSUER, assertion.issuer());
        return stated;
    }

    /**
     * Proves whom the assertion was of that was taken under this secret; only once.
     *
     * @return empty if there is none for this provider
     */
    public Optional<Proof> prove(FederatedBy by, String secret) {
        database.run(tx -> logins.enabled(tx, by));
        Optional<String> kept =
                database.inTransaction(
                        tx -> store.collect(tx, Digests.sha256(secret), by.providerId()));
        return kept.map(Json::read)
                .map(attributes -> {
                    Map<String, String> stated = new LinkedHashMap<>();
                    attributes
                            .properties()
                            .forEach(it -> stated.put(it.getKey(), it.getValue().asString()));
                    return logins.proven(by, stated, ISSUER);
                });
    }
}
