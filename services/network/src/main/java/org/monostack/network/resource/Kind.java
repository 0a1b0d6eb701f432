package org.monostack.network.resource;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.model.Cidr;
import org.monostack.network.model.IpAddress;
import org.monostack.network.model.Mac;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Checks a value that a client sent and brings it into the form that we keep. */
@FunctionalInterface
interface Kind {

    /** Throws {@link Invalid} with a reason that a user understands. */
    JsonNode check(JsonNode value);

    /** Why a value is refused. */
    final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Invalid(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    static Invalid invalid(String reason) {
        return new Invalid(reason);
    }

    /** The value as a user wrote it, for messages; long ones are cut. */
    static String shown(JsonNode value) {
        String text =
                value.isString() ? value.stringValue() : value.isNull() ? "None" : value.toString();
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }

    static Kind text(int maxLength) {
        return value -> {
            if (!value.isString()) {
                throw invalid("'" + shown(value) + "' is not a valid string.");
            }
            if (value.stringValue().codePointCount(0, value.stringValue().length()) > maxLength) {
                throw invalid(
                        "'" + shown(value) + "' exceeds maximum length of " + maxLength + ".");
            }
            return value;
        };
    }

    static Kind nonEmptyText(int maxLength) {
        Kind text = text(maxLength);
        return value -> {
            text.check(value);
            if (value.stringValue().isBlank()) {
                throw invalid("'" + value.stringValue() + "' Blank strings are not permitted.");
            }
            return value;
        };
    }

    static Kind orNull(Kind kind) {
        return value -> value.isNull() ? value : kind.check(value);
    }

    static Kind flag() {
        return value -> {
            if (value.isBoolean()) {
                return value;
            }
            String text = value.isString() ? value.stringValue() : value.toString();
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "1" -> BooleanNode.TRUE;
                case "false", "0" -> BooleanNode.FALSE;
                default -> throw invalid("'" + shown(value) + "' cannot be converted to boolean.");
            };
        };
    }

    static int integer(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            return value.intValue();
        }
        if (value.isString()) {
            try {
                return Integer.parseInt(value.stringValue());
            } catch (NumberFormatException e) {
                // Refused below, with all the others.
            }
        }
        throw invalid("'" + shown(value) + "' is not an integer.");
    }

    static Kind range(int min, int max) {
        return value -> {
            int number = integer(value);
            if (number < min) {
                throw invalid("'" + number + "' is too small - must be at least '" + min + "'.");
            }
            if (number > max) {
                throw invalid(
                        "'" + number + "' is too large - must be no larger than '" + max + "'.");
            }
            return IntNode.valueOf(number);
        };
    }

    static Kind oneOf(String... values) {
        Set<String> allowed = new java.util.LinkedHashSet<>(java.util.List.of(values));
        return value -> {
            if (!value.isString() || !allowed.contains(value.stringValue())) {
                throw invalid("'" + shown(value) + "' is not in " + allowed + ".");
            }
            return value;
        };
    }

    static Kind uuid() {
        return value -> {
            if (value.isString()) {
                try {
                    String text = value.stringValue();
                    if (text.length() == 36) {
                        return StringNode.valueOf(UUID.fromString(text).toString());
                    }
                } catch (IllegalArgumentException e) {
                    // Refused below, with all the others.
                }
            }
            throw invalid("'" + shown(value) + "' is not a valid UUID.");
        };
    }

    static Kind address() {
        return value ->
                StringNode.valueOf(
                        IpAddress.parse(value.isString() ? value.stringValue() : "")
                                .orElseThrow(() ->
                                        invalid(
                                                "'"
                                                        + shown(value)
                                                        + "' is not a valid IP address."))
                                .toString());
    }

    static Kind cidr() {
        return value ->
                StringNode.valueOf(
                        Cidr.parse(value.isString() ? value.stringValue() : "")
                                .orElseThrow(() ->
                                        invalid("'" + shown(value) + "' is not a valid IP subnet."))
                                .toString());
    }

    /** An address or a block, kept as it was written; for allowed address pairs. */
    static Kind addressOrCidr() {
        return value -> {
            String text = value.isString() ? value.stringValue() : "";
            if (IpAddress.parse(text).isEmpty() && Cidr.parse(text).isEmpty()) {
                throw invalid("'" + shown(value) + "' is not a valid IP address or CIDR.");
            }
            return value;
        };
    }

    static Kind mac() {
        return value ->
                StringNode.valueOf(
                        Mac.parse(value.isString() ? value.stringValue() : "")
                                .filter(mac -> !mac.equals("00:00:00:00:00:00"))
                                .orElseThrow(() ->
                                        invalid(
                                                "'"
                                                        + shown(value)
                                                        + "' is not a valid MAC"
                                                        + " address.")));
    }

    /** A list without duplicates; null means an empty one. */
    static Kind list(Kind element) {
        return value -> {
            if (value.isNull()) {
                return Json.array();
            }
            if (!value.isArray()) {
                throw invalid("'" + shown(value) + "' is not a list.");
            }
            ArrayNode checked = Json.array();
            Set<JsonNode> seen = new HashSet<>();
            for (JsonNode item : value) {
                JsonNode converted = element.check(item);
                if (!seen.add(converted)) {
                    throw invalid("Duplicate items in the list: '" + shown(value) + "'.");
                }
                checked.add(converted);
            }
            return checked;
        };
    }

    /** An object with these keys and no others. */
    static Kind object(Map<String, Kind> required, Map<String, Kind> optional) {
        return value -> {
            if (!value.isObject()) {
                throw invalid("'" + shown(value) + "' is not a dictionary.");
            }
            ObjectNode checked = Json.object();
            for (String key : required.keySet()) {
                if (!value.has(key)) {
                    throw invalid("Required key '" + key + "' is missing in " + shown(value) + ".");
                }
            }
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                Kind kind = required.get(entry.getKey());
                if (kind == null) {
                    kind = optional.get(entry.getKey());
                }
                if (kind == null) {
                    throw invalid(
                            "Unexpected key '" + entry.getKey() + "' in " + shown(value) + ".");
                }
                checked.set(entry.getKey(), kind.check(entry.getValue()));
            }
            return checked;
        };
    }

    /** Any object, up to a length when written. */
    static Kind freeObject(int maxLength) {
        return value -> {
            if (value.isNull()) {
                return Json.object();
            }
            if (!value.isObject()) {
                throw invalid("'" + shown(value) + "' is not a dictionary.");
            }
            if (value.toString().length() > maxLength) {
                throw invalid(
                        "'" + shown(value) + "' exceeds maximum length of " + maxLength + ".");
            }
            return value;
        };
    }

    static Kind routes() {
        return list(object(Map.of("destination", cidr(), "nexthop", address()), Map.of()));
    }

    /** Start and end of one allocation pool. */
    static Kind pools() {
        return list(value -> {
            JsonNode pool =
                    object(Map.of("start", address(), "end", address()), Map.of()).check(value);
            BigInteger start = IpAddress.of(pool.path("start").stringValue()).value();
            if (start.compareTo(IpAddress.of(pool.path("end").stringValue()).value()) > 0) {
                throw invalid("The pool " + shown(value) + " starts after its end.");
            }
            return pool;
        });
    }
}
