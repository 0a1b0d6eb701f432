package org.monostack.identity.api;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a resource in a request's body, which has passed the route's schema. */
record Fields(JsonNode node) {

    /** The object under this key of the body. */
    static Fields of(Request request, String key) {
        return new Fields(request.json().path(key));
    }

    boolean has(String name) {
        return node.has(name);
    }

    /** Empty if the field is missing or null; 400 if it is a list or an object. */
    Optional<String> text(String name) {
        JsonNode value = node.get(name);
        if (value != null && value.isContainer()) {
            throw ApiException.badRequest("Invalid input for field '" + name + "': not a text.");
        }
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.asString());
    }

    /** The field, or what was before if the request does not name it; null removes it. */
    Optional<String> text(String name, Optional<String> before) {
        return has(name) ? text(name) : before;
    }

    String required(String name) {
        return text(name)
                .orElseThrow(
                        () -> ApiException.badRequest("'" + name + "' is a required property"));
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? otherwise : value.asBoolean();
    }

    /** The resource options as they will be: null removes one. */
    String options(String before) {
        return merged(before, node.path("options"), Set.of(), true);
    }

    /** All fields that are not known, over those that were there before. */
    String extra(String before, Set<String> known) {
        return merged(before, node, known, false);
    }

    private static String merged(
            String before, JsonNode changes, Set<String> without, boolean nullRemoves) {
        if (!(changes instanceof ObjectNode object)) {
            return before;
        }
        ObjectNode merged = (ObjectNode) Json.read(before);
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (without.contains(field.getKey())) {
                continue;
            }
            if (nullRemoves && field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), field.getValue());
            }
        }
        return Json.write(merged);
    }

    /** A time in ISO 8601; UTC if it names no offset. 400 naming the field if it is none. */
    Optional<Instant> time(String name) {
        return text(name).map(value -> parseTime(name, value));
    }

    static Instant parseTime(String name, String value) {
        try {
            return OffsetDateTime.parse(value).toInstant().truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeParseException e) {
            try {
                return LocalDateTime.parse(value)
                        .toInstant(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.MICROS);
            } catch (DateTimeParseException again) {
                throw ApiException.badRequest(
                        "Invalid input for field '"
                                + name
                                + "': '"
                                + value
                                + "' is not a time in ISO 8601.");
            }
        }
    }

    /** A node of an optional text. */
    static void put(ObjectNode node, String name, Optional<String> value) {
        @Nullable String text = value.orElse(null);
        node.put(name, text);
    }
}
