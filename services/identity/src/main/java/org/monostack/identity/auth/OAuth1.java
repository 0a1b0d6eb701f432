package org.monostack.identity.auth;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.monostack.identity.model.OAuth.AccessToken;
import org.monostack.identity.model.OAuth.Consumer;
import org.monostack.identity.store.OAuthStore;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * Requests signed as OAuth 1.0a (RFC 5849) says, in the Authorization header, with an HMAC; and the
 * log-in with an access token. Thread-safe.
 */
public final class OAuth1 implements LoginMethod {

    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);
    private static final Map<String, String> ALGORITHMS =
            Map.of(
                    "HMAC-SHA1", "HmacSHA1",
                    "HMAC-SHA256", "HmacSHA256",
                    "HMAC-SHA512", "HmacSHA512");
    private static final Pattern PARAMETER = Pattern.compile("\\s*([^=\\s]+)=\"([^\"]*)\"\\s*");

    private final Database database;
    private final OAuthStore store;

    public OAuth1(Database database, OAuthStore store) {
        this.database = database;
        this.store = store;
    }

    /** The parameters of an OAuth header; 400 if the request has none. */
    public static Map<String, String> parameters(Optional<String> authorization) {
        String header =
                authorization
                        .filter(it -> it.toLowerCase(Locale.ROOT).startsWith("oauth "))
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Error retrieving OAuth headers: there is no Authorization"
                                                + " header of the kind OAuth."));
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : header.substring(6).split(",")) {
            Matcher matcher = PARAMETER.matcher(part);
            if (matcher.matches()) {
                parameters.put(decode(matcher.group(1)), decode(matcher.group(2)));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("Error retrieving OAuth headers: malformed escape.");
        }
    }

    /** One of the parameters; 400 naming it if it is not there. */
    public static String required(Map<String, String> parameters, String name) {
        String value = parameters.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw ApiException.badRequest(
                    "Expecting to find "
                            + name
                            + " in request. The server could not comply with the request since it"
                            + " is either malformed or otherwise incorrect. The client is assumed"
                            + " to be in error.");
        }
        return value;
    }

    /**
     * Whether a POST to this address is signed with both secrets, and of these minutes.
     *
     * @param tokenSecret empty for a request that has no token yet
     */
    public static boolean isSigned(
            String url,
            List<Map.Entry<String, String>> query,
            Map<String, String> oauth,
            String consumerSecret,
            String tokenSecret) {
        String algorithm = ALGORITHMS.get(oauth.getOrDefault("oauth_signature_method", ""));
        return algorithm != null
                && oauth.getOrDefault("oauth_version", "1.0").equals("1.0")
                && !oauth.getOrDefault("oauth_nonce", "").isEmpty()
                && isOfNow(oauth.getOrDefault("oauth_timestamp", ""))
                && ConstantTime.equal(
                        oauth.getOrDefault("oauth_signature", ""),
                        sign(
                                algorithm,
                                escape(consumerSecret) + "&" + escape(tokenSecret),
                                base(url, query, oauth)));
    }

    private static boolean isOfNow(String timestamp) {
        if (!timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
        return Duration.between(at, Times.now()).abs().compareTo(CLOCK_SKEW) <= 0;
    }

    private static String base(
            String url, List<Map.Entry<String, String>> query, Map<String, String> oauth) {
        List<String> pairs = new ArrayList<>();
        query.forEach(pair -> pairs.add(escape(pair.getKey()) + "=" + escape(pair.getValue())));
        oauth.forEach((name, value) -> {
            if (!name.equals("oauth_signature") && !name.equals("realm")) {
                pairs.add(escape(name) + "=" + escape(value));
            }
        });
        pairs.sort(null);
        return "POST&" + escape(url) + "&" + escape(String.join("&", pairs));
    }

    private static String sign(String algorithm, String key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + algorithm, e);
        }
    }

    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    @Override
    public Proof prove(JsonNode given, LoginRequest request) {
        Map<String, String> oauth = parameters(request.authorization());
        String tokenId = required(oauth, "oauth_token");
        String consumerId = required(oauth, "oauth_consumer_key");
        return database.inTransaction(tx -> {
            AccessToken token =
                    store.accessToken(tx, tokenId)
                            .filter(it -> it.consumerId().equals(consumerId))
                            .filter(it -> Times.now().isBefore(it.expiresAt()))
                            .orElseThrow(Logins::refused);
            Consumer consumer = store.consumer(tx, consumerId).orElseThrow(Logins::refused);
            if (!isSigned(
                    request.url(), request.query(), oauth, consumer.secret(), token.secret())) {
                throw Logins.refused();
            }
            return Proof.delegated(token.userId(), "oauth1", Delegation.of(token));
        });
    }
}
