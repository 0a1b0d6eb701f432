package org.monostack.network.resource;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SortField;
import org.jooq.UpdatableRecord;
import org.jooq.impl.DSL;
import org.monostack.network.store.Tags;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads one list request: filters, order, page. Built per request. */
final class Listing<R extends UpdatableRecord<R>> {
    private static final Set<String> CONTROLS =
            Set.of("fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir");
    private static final Set<String> TAG_FILTERS =
            Set.of("tags", "tags-any", "not-tags", "not-tags-any");

    private final ResourceType<R> type;
    private final Query query;
    private final Integer limit;
    private final boolean reverse;

    Listing(ResourceType<R> type, Query query) {
        this.type = type;
        this.query = query;
        this.limit = query.contains("limit") ? query.nonNegative("limit").orElse(0) : 0;
        this.reverse =
                query.first("page_reverse").filter(v -> v.equalsIgnoreCase("true")).isPresent();
    }

    /** The page of rows that satisfy the condition and the request's filters. */
    List<R> rows(Transaction tx, Condition visible) {
        Condition condition = visible.and(filters());
        List<Key> keys = keys();
        if (query.contains("marker")) {
            String marker = query.first("marker").orElse("");
            R row = tx.sql().fetchOne(type.table(), type.id().eq(marker));
            if (row == null) {
                throw NetworkErrors.notFound(type.errorName(), marker);
            }
            condition = condition.and(after(keys, row));
        }
        List<SortField<?>> order = keys.stream().<SortField<?>>map(Key::sort).toList();
        var select = tx.sql().selectFrom(type.table()).where(condition).orderBy(order);
        List<R> rows = new ArrayList<>(limit > 0 ? select.limit(limit).fetch() : select.fetch());
        if (reverse) {
            Collections.reverse(rows);
        }
        return rows;
    }

    private record Key(Field<?> column, boolean ascending) {
        SortField<?> sort() {
            return ascending ? column.asc() : column.desc();
        }

        <T> Condition beyond(Record marker, Field<T> field) {
            T value = marker.get(field);
            return ascending ? field.gt(value) : field.lt(value);
        }

        <T> Condition same(Record marker, Field<T> field) {
            return field.isNotDistinctFrom(marker.get(field));
        }
    }

    private List<Key> keys() {
        List<String> names = query.all("sort_key");
        List<String> directions = query.all("sort_dir");
        if (!directions.isEmpty() && directions.size() != names.size()) {
            throw ApiException.badRequest("The number of sort_keys and sort_dirs must be same")
                    .type("HTTPBadRequest");
        }
        List<Key> keys = new ArrayList<>();
        boolean withId = false;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Attribute attribute = type.attributes().get(name);
            if (attribute == null || attribute.column().isEmpty() || attribute.json()) {
                throw ApiException.badRequest("'" + name + "' is an invalid attribute for sort key")
                        .type("HTTPBadRequest");
            }
            String direction = directions.isEmpty() ? "asc" : directions.get(i);
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw ApiException.badRequest(
                                "'"
                                        + direction
                                        + "' is invalid value for sort_dirs, valid value is"
                                        + " 'asc' and 'desc'")
                        .type("HTTPBadRequest");
            }
            keys.add(new Key(attribute.column().get(), direction.equals("asc") != reverse));
            withId |= name.equals("id");
        }
        if (!withId) {
            keys.add(new Key(type.id(), !reverse));
        }
        return keys;
    }

    /** Rows that come after the marker in the order of the keys. */
    private static Condition after(List<Key> keys, Record marker) {
        Condition beyond = DSL.falseCondition();
        Condition same = DSL.trueCondition();
        for (Key key : keys) {
            beyond = beyond.or(same.and(key.beyond(marker, key.column())));
            same = same.and(key.same(marker, key.column()));
        }
        return beyond;
    }

    private Condition filters() {
        Condition condition = DSL.trueCondition();
        List<String> unknown = new ArrayList<>();
        for (String name : query.names()) {
            if (CONTROLS.contains(name)) {
                continue;
            }
            List<String> values = query.all(name);
            Attribute attribute = type.attributes().get(name);
            if (type.filters().containsKey(name)) {
                condition = condition.and(type.filters().get(name).apply(values));
            } else if (type.tagged() && TAG_FILTERS.contains(name)) {
                condition = condition.and(Tags.filter(type.id(), name, values));
            } else if (name.equals("changed_since") && type.revised()) {
                condition = condition.and(changedSince(values.getLast()));
            } else if (attribute != null && attribute.column().isPresent() && !attribute.json()) {
                condition = condition.and(matches(attribute.column().get(), name, values));
            } else {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw ApiException.badRequest(
                            "Invalid input for operation: "
                                    + unknown
                                    + " is invalid attribute for filtering.")
                    .type("InvalidInput");
        }
        return condition;
    }

    private Condition changedSince(String text) {
        try {
            java.time.LocalDateTime time =
                    java.time.LocalDateTime.parse(
                            text.endsWith("Z") ? text.substring(0, text.length() - 1) : text);
            return type.column("updated_at", java.time.LocalDateTime.class).ge(time);
        } catch (java.time.format.DateTimeParseException e) {
            throw ApiException.badRequest(
                            "The input changed_since must be in the following format:"
                                    + " YYYY-MM-DDTHH:MM:SS")
                    .type("InvalidInput");
        }
    }

    static <T> Condition matches(Field<T> column, String name, List<String> values) {
        List<T> wanted = new ArrayList<>();
        for (String value : values) {
            Object converted = value;
            if (column.getType() == Boolean.class) {
                converted = flag(name, value);
            } else if (column.getType() == Integer.class || column.getType() == Long.class) {
                try {
                    converted = Long.valueOf(value);
                } catch (NumberFormatException e) {
                    return DSL.falseCondition();
                }
            } else if (column.getType() != String.class) {
                continue;
            }
            wanted.add(column.getDataType().convert(converted));
        }
        return column.in(wanted);
    }

    static boolean flag(String name, String value) {
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                    throw NetworkErrors.invalid(
                            name, "'" + value + "' cannot be converted to boolean.");
        };
    }

    /** Adds the links to the pages beside this one. */
    void link(Request request, ObjectNode body, List<String> ids) {
        if (limit == 0) {
            return;
        }
        ArrayNode links = Json.array();
        boolean full = ids.size() >= limit;
        if (!ids.isEmpty() && (full || reverse)) {
            links.add(link("next", address(request, ids.getLast(), false)));
        }
        if (!ids.isEmpty() && (query.contains("marker") || reverse && full)) {
            links.add(link("previous", address(request, ids.getFirst(), true)));
        }
        if (!links.isEmpty()) {
            body.set(type.plural() + "_links", links);
        }
    }

    private static ObjectNode link(String relation, String address) {
        return Json.object().put("rel", relation).put("href", address);
    }

    private String address(Request request, String marker, boolean backwards) {
        StringBuilder text =
                new StringBuilder(request.baseUrl()).append(request.rawPath()).append('?');
        for (String name : query.names()) {
            if (!name.equals("marker") && !name.equals("page_reverse")) {
                for (String value : query.all(name)) {
                    text.append(encode(name)).append('=').append(encode(value)).append('&');
                }
            }
        }
        text.append("marker=").append(encode(marker));
        if (backwards) {
            text.append("&page_reverse=True");
        }
        return text.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
