package org.monostack.identity.federation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.http.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One OpenID provider, and what it says about somebody who brings its access token or was sent
 * there to log in. Its metadata and keys are soft: read when they are first needed, and again when
 * they are old or a key is not known. Thread-safe.
 */
final class OpenIdProvider {

    private static final Logger LOG = LoggerFactory.getLogger(OpenIdProvider.class);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 20_000;
    private static final int MAX_KEYS_BYTES = 1 << 20;
    private static final Duration METADATA_LIFE = Duration.ofHours(1);

    private final FederationSettings.OpenId settings;
    private volatile Optional<Known> known = Optional.empty();

    /** What the provider says of itself. */
    private record Known(
            OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, Instant readAt) {}

    /** What a log-in in a browser has to come back with. */
    record Challenge(String nonce, String verifier) {}

    OpenIdProvider(FederationSettings.OpenId settings) {
        this.settings = settings;
    }

    FederationSettings.OpenId settings() {
        return settings;
    }

    private Known known() {
        Optional<Known> before = known;
        if (before.filter(it -> it.readAt().plus(METADATA_LIFE).isAfter(Instant.now()))
                .isPresent()) {
            return before.get();
        }
        try {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(
                            new Issuer(settings.issuer()), CONNECT_MILLIS, READ_MILLIS);
            JWKSource<SecurityContext> keys =
                    JWKSourceBuilder.create(
                                    metadata.getJWKSetURI().toURL(),
                                    new DefaultResourceRetriever(
                                            CONNECT_MILLIS, READ_MILLIS, MAX_KEYS_BYTES))
                            // A thread of its own per provider would outlive it.
                            .refreshAheadCache(false)
                            .build();
            Known fresh = new Known(metadata, keys, Instant.now());
            known = Optional.of(fresh);
            return fresh;
        } catch (IOException | GeneralException e) {
            if (before.isPresent()) {
                LOG.warn("{} cannot be asked anew, its last metadata hold", settings, e);
                return before.get();
            }
            throw away(e);
        }
    }

    private ApiException away(Exception e) {
        LOG.warn("{} cannot be asked", settings, e);
        return ApiException.unavailable(
                "The identity provider at " + settings.issuer() + " cannot be reached; try again.");
    }

    private static ApiException refused(String reason) {
        return ApiException.unauthorized("The identity provider's word does not count: " + reason);
    }

    /** The claims of whoever the token was given to; 401 if it is not good. */
    Map<String, Object> claimsOf(String accessToken) {
        Optional<SignedJWT> signed =
                settings.introspection() ? Optional.empty() : signed(accessToken);
        return signed.isPresent() ? verified(signed.get()) : introspected(accessToken);
    }

    private static Optional<SignedJWT> signed(String token) {
        try {
            return JWTParser.parse(token) instanceof SignedJWT jwt
                    ? Optional.of(jwt)
                    : Optional.empty();
        } catch (java.text.ParseException e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> verified(SignedJWT token) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(selector());
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        new JWTClaimsSet.Builder().issuer(settings.issuer().toString()).build(),
                        Set.of("sub", "exp")));
        try {
            JWTClaimsSet claims = processor.process(token, null);
            requireForUs(claims.toJSONObject());
            return claims.toJSONObject();
        } catch (KeySourceException e) {
            throw away(e);
        } catch (BadJOSEException | JOSEException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    /** Signatures by secrets that both sides know prove nothing about who signed. */
    private JWSVerificationKeySelector<SecurityContext> selector() {
        return new JWSVerificationKeySelector<>(JWSAlgorithm.Family.SIGNATURE, known().keys());
    }

    /** A token that was given for another service must not open this one. */
    private void requireForUs(Map<String, Object> claims) {
        List<String> meant = new ArrayList<>(texts(claims.get("aud")));
        meant.addAll(texts(claims.get("azp")));
        meant.addAll(texts(claims.get("client_id")));
        boolean forUs =
                meant.contains(settings.clientId())
                        || settings.audiences().stream().anyMatch(meant::contains);
        if (!forUs) {
            throw refused("the token is meant for somebody else");
        }
    }

    private static List<String> texts(@Nullable Object claim) {
        return switch (claim) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            default -> List.of(claim.toString());
        };
    }

    private Map<String, Object> introspected(String token) {
        URI endpoint = known().metadata().getIntrospectionEndpointURI();
        if (endpoint == null || settings.clientSecret().isEmpty()) {
            throw refused("the token is not signed, and the provider cannot be asked about it");
        }
        try {
            TokenIntrospectionResponse response =
                    TokenIntrospectionResponse.parse(
                            send(
                                    new TokenIntrospectionRequest(
                                                    endpoint,
                                                    client(),
                                                    new BearerAccessToken(token))
                                            .toHTTPRequest()));
            if (!response.indicatesSuccess() || !response.toSuccessResponse().isActive()) {
                throw refused("the token is not active");
            }
            Map<String, Object> claims =
                    new LinkedHashMap<>(response.toSuccessResponse().toJSONObject());
            if (!claims.getOrDefault("iss", settings.issuer().toString())
                    .equals(settings.issuer().toString())) {
                throw refused("the token is of another issuer");
            }
            requireForUs(claims);
            claims.put("iss", settings.issuer().toString());
            return claims;
        } catch (IOException e) {
            throw away(e);
        } catch (ParseException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private ClientAuthentication client() {
        return new ClientSecretBasic(
                new ClientID(settings.clientId()), new Secret(settings.clientSecret().orElse("")));
    }

    private static HTTPResponse send(HTTPRequest request) throws IOException {
        request.setConnectTimeout(CONNECT_MILLIS);
        request.setReadTimeout(READ_MILLIS);
        request.setFollowRedirects(false);
        return request.send();
    }

    static Challenge newChallenge() {
        return new Challenge(new Nonce().getValue(), new CodeVerifier().getValue());
    }

    /** Where a browser goes to log in. */
    URI loginAddress(URI redirect, String state, Challenge challenge) {
        return new AuthenticationRequest.Builder(
                        new ResponseType(ResponseType.Value.CODE),
                        Scope.parse(settings.scopes()),
                        new ClientID(settings.clientId()),
                        redirect)
                .endpointURI(known().metadata().getAuthorizationEndpointURI())
                .state(new State(state))
                .nonce(new Nonce(challenge.nonce()))
                .codeChallenge(new CodeVerifier(challenge.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** The claims of who logged in, by the code that the browser came back with. */
    Map<String, Object> claimsOfLogin(URI redirect, String code, Challenge challenge) {
        OIDCProviderMetadata metadata = known().metadata();
        try {
            AuthorizationCodeGrant grant =
                    new AuthorizationCodeGrant(
                            new AuthorizationCode(code),
                            redirect,
                            new CodeVerifier(challenge.verifier()));
            TokenRequest request =
                    settings.clientSecret().isPresent()
                            ? new TokenRequest.Builder(
                                            metadata.getTokenEndpointURI(), client(), grant)
                                    .build()
                            : new TokenRequest.Builder(
                                            metadata.getTokenEndpointURI(),
                                            new ClientID(settings.clientId()),
                                            grant)
                                    .build();
            TokenResponse response = OIDCTokenResponseParser.parse(send(request.toHTTPRequest()));
            if (!(response instanceof OIDCTokenResponse success)) {
                throw refused("the code was not accepted");
            }
            OIDCTokens tokens = success.getOIDCTokens();
            JWT idToken = tokens.getIDToken();
            if (idToken == null) {
                throw refused("there is no ID token");
            }
            Map<String, Object> claims = new LinkedHashMap<>();
            claims.putAll(
                    new IDTokenValidator(
                                    new Issuer(settings.issuer()),
                                    new ClientID(settings.clientId()),
                                    selector(),
                                    null)
                            .validate(idToken, new Nonce(challenge.nonce()))
                            .toJSONObject());
            userInfo(metadata, tokens).forEach(claims::putIfAbsent);
            return claims;
        } catch (IOException | KeySourceException e) {
            throw away(e);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    /** What the provider tells of the user beside the ID token; nothing if it has no such place. */
    private Map<String, Object> userInfo(OIDCProviderMetadata metadata, OIDCTokens tokens)
            throws IOException, ParseException {
        if (metadata.getUserInfoEndpointURI() == null) {
            return Map.of();
        }
        UserInfoResponse response =
                UserInfoResponse.parse(
                        send(
                                new UserInfoRequest(
                                                metadata.getUserInfoEndpointURI(),
                                                tokens.getAccessToken())
                                        .toHTTPRequest()));
        return response.indicatesSuccess() && response.toSuccessResponse().getUserInfo() != null
                ? response.toSuccessResponse().getUserInfo().toJSONObject()
                : Map.of();
    }
}
