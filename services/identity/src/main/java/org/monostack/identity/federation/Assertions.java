package org.monostack.identity.federation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.json.Json;

/**
 * Claims as the attributes that Keystone's mappings know, since Apache's OpenID module hands them
 * over in the environment: a claim {@code email} is both {@code OIDC-email} and {@code
 * HTTP_OIDC_EMAIL}. Stateless.
 */
final class Assertions {

    private static final String REMOTE_USER = "REMOTE_USER";

    private Assertions() {}

    static Map<String, String> of(Map<String, Object> claims, FederationSettings.OpenId settings) {
        Map<String, String> attributes = new LinkedHashMap<>();
        claims.forEach((claim, value) -> {
            if (value != null) {
                String name = settings.claimPrefix() + claim;
                String text = text(value);
                attributes.put(name, text);
                attributes.put(
                        "HTTP_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), text);
            }
        });
        @Nullable Object user = claims.get(settings.remoteUserClaim());
        if (user != null) {
            attributes.put(REMOTE_USER, text(user));
        }
        return attributes;
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag ? "1" : "0";
            case Number number -> number.toString();
            case List<?> list when list.stream().noneMatch(Assertions::isNested) ->
                    list.stream()
                            .filter(it -> it != null)
                            .map(Assertions::text)
                            .collect(Collectors.joining(";"));
            default -> Json.write(Json.mapper().valueToTree(value));
        };
    }

    private static boolean isNested(@Nullable Object value) {
        return value instanceof List<?> || value instanceof Map<?, ?>;
    }
}
