package org.monostack.identity.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.monostack.identity.model.User;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.database.Times;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules of users who need several methods to log in, and the receipts that carry what was
 * proven from one request to the next. A receipt is encrypted with keys of its own, so it can never
 * pass for a token. Thread-safe.
 */
public final class Factors {

    private static final Duration LIFE = Duration.ofMinutes(5);

    private final Supplier<Fernet> keys;

    /**
     * A login that needs more.
     *
     * @param missing the sets of methods each of which would do
     */
    public record Receipt(
            String text,
            String userId,
            List<String> methods,
            Instant issuedAt,
            Instant expiresAt,
            List<List<String>> required) {}

    /** What a receipt that was sent back proves. */
    record Proven(String userId, List<String> methods) {}

    public Factors(Supplier<Fernet> keys) {
        this.keys = keys;
    }

    /** The receipt to hand out if these methods are not enough for the user. */
    Optional<Receipt> missing(User user, List<String> methods) {
        JsonNode options = Json.read(user.options());
        if (!options.path("multi_factor_auth_enabled").asBoolean(true)) {
            return Optional.empty();
        }
        List<List<String>> rules = rules(options.path("multi_factor_auth_rules"));
        Set<String> proven = new HashSet<>(methods);
        if (rules.isEmpty() || rules.stream().anyMatch(proven::containsAll)) {
            return Optional.empty();
        }
        Instant now = Times.now();
        Instant end = now.plus(LIFE);
        ObjectNode content = Json.object().put("user", user.id()).put("until", end.toEpochMilli());
        content.set("methods", Json.strings(methods));
        return Optional.of(
                new Receipt(
                        keys.get().encrypt(Json.bytes(content), now).replace("=", ""),
                        user.id(),
                        methods,
                        now,
                        end,
                        rules));
    }

    /** As Keystone reads them: what is not a list of texts is no rule. */
    private static List<List<String>> rules(JsonNode node) {
        List<List<String>> rules = new ArrayList<>();
        for (JsonNode rule : node) {
            Set<String> methods = new LinkedHashSet<>();
            boolean texts = rule.isArray();
            for (JsonNode method : rule) {
                texts &= method.isString();
                methods.add(method.asString(""));
            }
            if (texts && !methods.isEmpty()) {
                rules.add(List.copyOf(methods));
            }
        }
        return rules;
    }

    /** Empty if it is none of ours or over. */
    Optional<Proven> read(String receipt) {
        Optional<JsonNode> content = keys.get().decrypt(receipt).map(it -> Json.read(it.payload()));
        return content.filter(it -> it.path("until").asLong() > Times.now().toEpochMilli())
                .map(it -> {
                    List<String> methods = new ArrayList<>();
                    it.path("methods").forEach(method -> methods.add(method.asString()));
                    return new Proven(it.path("user").asString(), methods);
                });
    }
}
