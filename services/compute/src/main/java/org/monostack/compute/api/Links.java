package org.monostack.compute.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Links and times as Nova writes them. */
final class Links {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private Links() {}

    /** 2026-01-31T12:00:00Z, as in created and updated. */
    static String time(Instant instant) {
        return SECONDS.format(instant);
    }

    /** 2026-01-31T12:00:00.000000, as extensions write it. */
    static String micros(Instant instant) {
        return MICROS.format(instant);
    }

    /** The self link of a thing, such as /v2.1/servers/ID. */
    static String self(Request request, String collection, String id) {
        return request.baseUrl() + "/v2.1" + project(request) + "/" + collection + "/" + id;
    }

    private static String project(Request request) {
        return request.optionalPathParameter("project_id").map(id -> "/" + id).orElse("");
    }

    static String bookmark(Request request, String collection, String id) {
        return request.baseUrl() + project(request) + "/" + collection + "/" + id;
    }

    /** The links self and bookmark. */
    static ArrayNode both(Request request, String collection, String id) {
        ArrayNode links = Json.array();
        links.addObject().put("rel", "self").put("href", self(request, collection, id));
        links.addObject().put("rel", "bookmark").put("href", bookmark(request, collection, id));
        return links;
    }

    /** Only the bookmark, as servers link to their image and flavor. */
    static ArrayNode bookmarkOnly(Request request, String collection, String id) {
        ArrayNode links = Json.array();
        links.addObject().put("rel", "bookmark").put("href", bookmark(request, collection, id));
        return links;
    }

    /** Adds {@code <name>_links} with the next page, if there may be one. */
    static void next(
            ObjectNode body,
            String name,
            Request request,
            int found,
            Paging paging,
            Optional<String> last) {
        if (found == 0 || found < paging.limit() || last.isEmpty()) {
            return;
        }
        StringBuilder query = new StringBuilder();
        for (String key : request.query().names()) {
            if (key.equals("marker")) {
                continue;
            }
            for (String value : request.query().all(key)) {
                append(query, key, value);
            }
        }
        append(query, "marker", last.get());
        body.putArray(name + "_links")
                .addObject()
                .put("rel", "next")
                .put("href", request.baseUrl() + request.rawPath() + query);
    }

    private static void append(StringBuilder query, String key, String value) {
        query.append(query.isEmpty() ? '?' : '&')
                .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
