package org.monostack.platform.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The parameters behind the question mark, in order, repeated ones kept. Immutable. */
public final class Query {
    private final String raw;
    private final Map<String, List<String>> values;

    private Query(String raw, Map<String, List<String>> values) {
        this.raw = raw;
        this.values = values;
    }

    /** Reads a raw query string; 400 when an escape is broken. */
    public static Query parse(String raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : raw.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            values.computeIfAbsent(name, key -> new java.util.ArrayList<>(1)).add(value);
        }
        return new Query(raw, values);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The query string holds a malformed escape: " + text);
        }
    }

    /** The first value of a parameter; a bare {@code ?name} gives an empty string. */
    public Optional<String> first(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** The last value of a parameter, for services where a repeated one overrides. */
    public Optional<String> last(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.getLast());
    }

    public List<String> all(String name) {
        List<String> all = values.get(name);
        return all == null ? List.of() : List.copyOf(all);
    }

    public boolean contains(String name) {
        return values.containsKey(name);
    }

    public Set<String> names() {
        return values.keySet();
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** A whole number of 0 or more; 400 naming the parameter if it is anything else. */
    public OptionalInt nonNegative(String name) {
        Optional<String> text = first(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= 0) {
                return OptionalInt.of(value);
            }
        } catch (NumberFormatException e) {
            // Answered below, as for a negative one.
        }
        throw ApiException.badRequest(
                "Invalid input for query parameter "
                        + name
                        + ": "
                        + text.get()
                        + " must be a"
                        + " non-negative integer.");
    }

    /** As the client sent it, without the question mark. */
    public String raw() {
        return raw;
    }
}
