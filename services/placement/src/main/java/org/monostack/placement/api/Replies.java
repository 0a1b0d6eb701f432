package org.monostack.placement.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What placement's resources have in common in how they read requests and answer. */
final class Replies {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final Pattern UUID_FORM =
            Pattern.compile(
                    "(?i)([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})");

    private static final Pattern ACCEPTABLE =
            Pattern.compile("\\*/\\*|application/\\*|application/json");

    private Replies() {}

    /** Adds the headers that answers with a body carry from 1.15 on. */
    static Response dated(Request request, Response response, Optional<Instant> modified) {
        if (!atLeast(request, 15)) {
            return response;
        }
        return response.header("Last-Modified", HTTP_DATE.format(modified.orElseGet(Instant::now)))
                .header("Cache-Control", "no-cache");
    }

    /**
     * A generation as a client names it. One that is out of every range is like any other that is
     * not the present one.
     */
    static long generation(JsonNode sent) {
        return sent.canConvertToLong() ? sent.longValue() : -1;
    }

    /** 200 with a body; 406 for a client that takes no JSON. */
    static Response json(Request request, ObjectNode body, Optional<Instant> modified) {
        Optional<String> accept = request.header("Accept");
        if (accept.isPresent() && !ACCEPTABLE.matcher(accept.get()).find()) {
            throw ApiException.notAcceptable("Only application/json is provided");
        }
        return dated(request, Response.json(200, body), modified);
    }

    static boolean atLeast(Request request, int minor) {
        return request.microversion().atLeast(1, minor);
    }

    /**
     * The JSON body of a request, held to a schema. 415 if it does not say that it is JSON, which
     * is why the schema is not checked before the handler runs.
     */
    static JsonNode body(Request request, Schema schema) {
        JsonNode body = body(request);
        try {
            schema.check(body, Optional.of(request.microversion()));
        } catch (ApiException e) {
            throw ApiException.badRequest("JSON does not validate: " + e.message());
        }
        return body;
    }

    private static JsonNode body(Request request) {
        if (request.hasBody() && request.header("Content-Type").isEmpty()) {
            throw ApiException.badRequest("content-type header required when content-length > 0");
        }
        String type = request.header("Content-Type").orElse("None");
        int parameters = type.indexOf(';');
        String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!bare.equalsIgnoreCase("application/json")) {
            throw ApiException.unsupportedMediaType(
                    "The media type " + bare + " is not supported, use application/json");
        }
        return request.json();
    }

    /** Reads a UUID with or without dashes; empty for anything else. */
    static Optional<UUID> uuid(String text) {
        var matcher = UUID_FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        UUID.fromString(
                                matcher.group(1)
                                        + "-"
                                        + matcher.group(2)
                                        + "-"
                                        + matcher.group(3)
                                        + "-"
                                        + matcher.group(4)
                                        + "-"
                                        + matcher.group(5)))
                : Optional.empty();
    }

    /** The path under which the client reaches the service, without scheme and host. */
    static String prefix(Request request) {
        return request.baseUrl().substring(request.origin().length());
    }

    static ObjectNode object() {
        return Json.object();
    }
}
