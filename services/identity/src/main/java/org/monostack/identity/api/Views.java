package org.monostack.identity.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Selection;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How resources and collections look on the wire, and how lists are asked for. */
final class Views {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Views() {}

    static String time(Instant time) {
        return TIME.format(time);
    }

    static @Nullable String time(Optional<Instant> time) {
        return time.map(TIME::format).orElse(null);
    }

    /** The address of something below /v3. */
    static String url(Request request, String path) {
        return request.baseUrl() + "/v3/" + path;
    }

    /** Adds the link to itself that every resource has. */
    static ObjectNode linked(Request request, ObjectNode node, String path) {
        node.set("links", Json.object().put("self", url(request, path)));
        return node;
    }

    /** Starts a view from stored attributes that we do not know; known ones are set over them. */
    static ObjectNode extra(String extra) {
        return (ObjectNode) Json.read(extra);
    }

    static Response member(int status, String key, ObjectNode node) {
        ObjectNode body = Json.object();
        body.set(key, node);
        return Response.json(status, body);
    }

    /** A whole collection. */
    static Response collection(Request request, String key, List<ObjectNode> nodes) {
        return collection(request, key, nodes, Optional.empty());
    }

    /**
     * The page that was asked for.
     *
     * @param items one more than the limit, if there are so many
     */
    static <T> Response page(
            Request request,
            String key,
            List<T> items,
            Function<T, String> id,
            Function<T, ObjectNode> view) {
        OptionalInt limit = limit(request.query());
        Optional<String> next = Optional.empty();
        List<T> page = items;
        if (limit.isPresent() && items.size() > limit.getAsInt()) {
            page = items.subList(0, limit.getAsInt());
            next = Optional.of(nextUrl(request, id.apply(page.getLast())));
        }
        return collection(request, key, page.stream().map(view).toList(), next);
    }

    private static Response collection(
            Request request, String key, List<ObjectNode> nodes, Optional<String> next) {
        ArrayNode array = Json.array();
        nodes.forEach(array::add);
        ObjectNode body = Json.object();
        body.set(key, array);
        body.set(
                "links",
                Json.object()
                        .put("next", next.orElse(null))
                        .put("self", request.url())
                        .put("previous", (String) null));
        return Response.json(200, body);
    }

    private static String nextUrl(Request request, String marker) {
        List<String> kept = new ArrayList<>();
        for (String pair : request.query().raw().split("&")) {
            if (!pair.isEmpty() && !pair.startsWith("marker=")) {
                kept.add(pair);
            }
        }
        kept.add("marker=" + marker);
        return request.baseUrl() + request.rawPath() + "?" + String.join("&", kept);
    }

    /** 0 means no limit, as without the parameter. */
    private static OptionalInt limit(Query query) {
        OptionalInt limit = query.nonNegative("limit");
        return limit.isPresent() && limit.getAsInt() > 0 ? limit : OptionalInt.empty();
    }

    /**
     * What the query asks for; with a limit, one row more, to know whether there is a next page.
     */
    static Selection selection(Request request) {
        return selection(request, List.of());
    }

    /** The same; with a token for a domain, of what is in that domain. */
    static Selection selectionWithinOwnDomain(Request request) {
        return selection(
                request,
                request.caller()
                        .domainId()
                        .map(id -> List.of(new Filter("domain_id", Filter.Operator.EQUALS, id)))
                        .orElse(List.of()));
    }

    /** The same, with filters that the query cannot lift. */
    static Selection selection(Request request, List<Filter> always) {
        Query query = request.query();
        List<Filter> filters = new ArrayList<>(always);
        for (String name : query.names()) {
            String value = query.first(name).orElse("");
            int operator = name.indexOf("__");
            if (operator < 0) {
                filters.add(new Filter(name, Filter.Operator.EQUALS, value));
            } else {
                filters.add(
                        new Filter(
                                name.substring(0, operator),
                                operator(name.substring(operator + 2)),
                                value));
            }
        }
        OptionalInt limit = limit(query);
        return new Selection(
                filters,
                query.first("marker"),
                limit.isPresent() ? OptionalInt.of(limit.getAsInt() + 1) : limit);
    }

    private static Filter.Operator operator(String name) {
        return switch (name) {
            case "contains", "icontains" -> Filter.Operator.CONTAINS;
            case "startswith", "istartswith" -> Filter.Operator.STARTS_WITH;
            case "endswith", "iendswith" -> Filter.Operator.ENDS_WITH;
            case "exact", "iexact" -> Filter.Operator.EQUALS;
            default -> throw ApiException.badRequest("Unknown comparator in a filter: __" + name);
        };
    }

    /** As OpenStack reads a flag among the parameters: there, and not 0 or false. */
    static boolean flag(Request request, String name) {
        return request.query()
                .first(name)
                .map(value -> !value.equals("0") && !value.equalsIgnoreCase("false"))
                .orElse(false);
    }

    static ApiException notFound(String what, String id) {
        return ApiException.notFound("Could not find " + what + ": " + id + ".");
    }
}
