package org.monostack.compute.api;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/** Readings of what clients send, beyond what a schema can say. */
final class Inputs {
    private static final Pattern UUID_FORM =
            Pattern.compile(
                    "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}");
    private static final Set<String> TRUE = Set.of("true", "1", "on", "yes", "y", "t");
    private static final Set<String> FALSE = Set.of("false", "0", "off", "no", "n", "f");

    private Inputs() {}

    static Optional<UUID> uuid(String text) {
        if (!UUID_FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        String hex = text.replace("-", "");
        return Optional.of(
                UUID.fromString(
                        hex.substring(0, 8)
                                + "-"
                                + hex.substring(8, 12)
                                + "-"
                                + hex.substring(12, 16)
                                + "-"
                                + hex.substring(16, 20)
                                + "-"
                                + hex.substring(20)));
    }

    static Optional<String> text(JsonNode parent, String field) {
        JsonNode value = parent.path(field);
        return value.isMissingNode() || value.isNull()
                ? Optional.empty()
                : Optional.of(value.asString());
    }

    /** A number that may come as a text; the schema has checked its form. */
    static Optional<Long> number(JsonNode parent, String field, long least) {
        JsonNode value = parent.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        long number;
        try {
            number = Long.parseLong(value.asString());
        } catch (NumberFormatException e) {
            throw invalid(field, value, "is not an integer");
        }
        if (number < least) {
            throw invalid(field, value, "is less than the minimum of " + least);
        }
        if (number > Integer.MAX_VALUE) {
            throw invalid(field, value, "is greater than the maximum of " + Integer.MAX_VALUE);
        }
        return Optional.of(number);
    }

    static ApiException invalid(String field, JsonNode value, String why) {
        String text = value.isString() ? value.asString() : value.toString();
        return ApiException.badRequest(
                "Invalid input for field/attribute "
                        + field
                        + ". Value: "
                        + text
                        + ". "
                        + text
                        + " "
                        + why);
    }

    static boolean bool(JsonNode parent, String field, boolean otherwise) {
        JsonNode value = parent.path(field);
        return value.isMissingNode() || value.isNull()
                ? otherwise
                : bool(value.asString(), otherwise);
    }

    static boolean bool(String text, boolean otherwise) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return TRUE.contains(word) || !FALSE.contains(word) && otherwise;
    }

    /** Whether this is one of the words for true and false. */
    static boolean isBool(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return TRUE.contains(word) || FALSE.contains(word);
    }

    /** An ISO 8601 time; without a zone it is UTC. */
    static Instant time(String parameter, String text) {
        String form = text.strip().replace(' ', 'T');
        try {
            return OffsetDateTime.parse(form).toInstant();
        } catch (DateTimeParseException e) {
            try {
                return LocalDateTime.parse(form).toInstant(ZoneOffset.UTC);
            } catch (DateTimeParseException again) {
                throw ApiException.badRequest(
                        "Invalid input for query parameters "
                                + parameter
                                + ". Value: "
                                + text
                                + ". '"
                                + text
                                + "' is not a 'date-time'");
            }
        }
    }

    /** An IPv6 address in its canonical form (RFC 5952); 400 naming the field if it is none. */
    static String ipv6(String field, String text) {
        if (text.isEmpty()) {
            return text;
        }
        byte[] bytes;
        try {
            // The colons that the schema demands keep this from asking a name server.
            InetAddress address = InetAddress.getByName(text);
            bytes = address.getAddress();
        } catch (UnknownHostException e) {
            throw ApiException.badRequest(
                    "Invalid input for field/attribute "
                            + field
                            + ". Value: "
                            + text
                            + ". '"
                            + text
                            + "' is not a 'ipv6'");
        }
        if (bytes.length != 16) {
            return text.toLowerCase(Locale.ROOT);
        }
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 16; i += 2) {
            groups.add(Integer.toHexString((bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff));
        }
        return compress(groups);
    }

    /** Writes the longest run of two or more zero groups as a double colon. */
    private static String compress(List<String> groups) {
        int best = -1;
        int length = 1;
        for (int i = 0; i < groups.size(); i++) {
            int end = i;
            while (end < groups.size() && groups.get(end).equals("0")) {
                end++;
            }
            if (end - i > length) {
                best = i;
                length = end - i;
            }
        }
        return best < 0
                ? String.join(":", groups)
                : String.join(":", groups.subList(0, best))
                        + "::"
                        + String.join(":", groups.subList(best + length, groups.size()));
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            map.put(entry.getKey(), entry.getValue().asString());
        }
        return map;
    }
}
