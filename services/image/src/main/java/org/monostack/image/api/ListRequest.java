package org.monostack.image.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.image.ImageConfig;
import org.monostack.image.model.ImageFilter;
import org.monostack.image.store.ImageList;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;

/** Reads what a client wants to see in a list of images, and how. */
final class ListRequest {
    private static final Set<String> OPERATORS = Set.of("eq", "neq", "gt", "gte", "lt", "lte");
    private static final Set<String> NUMBERS = Set.of("size", "min_ram", "min_disk");
    private static final Set<String> SORT_KEYS =
            Set.of(
                    "name",
                    "status",
                    "container_format",
                    "disk_format",
                    "size",
                    "id",
                    "created_at",
                    "updated_at");
    private static final Set<String> VISIBILITIES =
            Set.of("community", "public", "private", "shared", "all");
    private static final Set<String> MEMBER_STATUSES =
            Set.of("pending", "accepted", "rejected", "all");
    private static final Set<String> NO_FILTERS =
            Set.of(
                    "limit",
                    "marker",
                    "sort",
                    "sort_key",
                    "sort_dir",
                    "member_status",
                    "tag",
                    "visibility");

    private final Map<String, List<String>> anyOf = new HashMap<>();
    private final List<ImageFilter.SizeBound> numbers = new ArrayList<>();
    private final List<ImageFilter.TimeBound> times = new ArrayList<>();
    private final Map<String, String> properties = new HashMap<>();
    private Optional<Boolean> isProtected = Optional.empty();
    private boolean hidden;

    private ListRequest() {}

    static ImageFilter read(Query query, ImageConfig config, ImageFilter.Viewer viewer) {
        ListRequest reading = new ListRequest();
        for (String name : query.names()) {
            if (!NO_FILTERS.contains(name)) {
                reading.filter(name, query.last(name).orElse(""));
            }
        }
        Optional<String> visibility = query.last("visibility").filter(value -> !value.isEmpty());
        visibility.ifPresent(value -> {
            if (!VISIBILITIES.contains(value)) {
                throw ApiException.badRequest("Invalid visibility value: " + value);
            }
        });
        String memberStatus = query.last("member_status").orElse("accepted");
        if (!MEMBER_STATUSES.contains(memberStatus)) {
            throw ApiException.badRequest("Invalid status: " + memberStatus);
        }
        return new ImageFilter(
                viewer,
                visibility,
                memberStatus,
                reading.anyOf,
                reading.numbers,
                reading.times,
                query.all("tag").stream().map(String::strip).toList(),
                reading.properties,
                reading.isProtected,
                reading.hidden,
                order(query),
                query.first("marker").map(ListRequest::marker),
                limit(query, config));
    }

    private static UUID marker(String text) {
        return ImageAccess.uuid(text)
                .orElseThrow(
                        () -> ApiException.badRequest("marker: no image found with ID " + text));
    }

    private static int limit(Query query, ImageConfig config) {
        Optional<String> text = query.first("limit");
        if (text.isEmpty()) {
            return config.defaultPageSize();
        }
        long limit;
        try {
            limit = Long.parseLong(text.get());
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("limit param must be an integer");
        }
        if (limit < 0) {
            throw ApiException.badRequest("limit param must be positive");
        }
        return (int) Math.min(limit, config.maxPageSize());
    }

    private static List<ImageFilter.SortKey> order(Query query) {
        List<String> keys = new ArrayList<>();
        List<String> directions = new ArrayList<>();
        Optional<String> sort = query.first("sort");
        if (sort.isPresent()) {
            if (query.contains("sort_key") || query.contains("sort_dir")) {
                throw ApiException.badRequest("Old and new sorting syntax cannot be combined");
            }
            for (String item : sort.get().strip().split(",")) {
                int colon = item.indexOf(':');
                keys.add((colon < 0 ? item : item.substring(0, colon)).strip());
                directions.add(colon < 0 ? "desc" : item.substring(colon + 1).strip());
            }
        } else {
            query.all("sort_key").forEach(key -> keys.add(key.strip()));
            query.all("sort_dir").forEach(direction -> directions.add(direction.strip()));
            if (directions.size() > 1 && directions.size() != keys.size()) {
                throw ApiException.badRequest(
                        "Number of sort dirs does not match the number of sort keys");
            }
        }
        for (String key : keys) {
            if (!SORT_KEYS.contains(key)) {
                throw ApiException.badRequest(
                        "Invalid sort key: "
                                + key
                                + ". It must be one of the following: "
                                + String.join(", ", SORT_KEYS.stream().sorted().toList())
                                + ".");
            }
        }
        for (String direction : directions) {
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw ApiException.badRequest("Invalid sort direction: " + direction);
            }
        }
        if (keys.isEmpty()) {
            keys.add("created_at");
        }
        List<ImageFilter.SortKey> order = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String direction =
                    directions.isEmpty() ? "desc" : directions.get(directions.size() == 1 ? 0 : i);
            order.add(new ImageFilter.SortKey(keys.get(i), direction.equals("asc")));
        }
        return List.copyOf(order);
    }

    private void filter(String name, String value) {
        if (name.equals("changes-since")) {
            throw ApiException.badRequest(
                    "The \"changes-since\" filter is no longer available on v2.");
        }
        if (name.equals("protected")) {
            isProtected = Optional.of(bool(name, value));
        } else if (name.equals("os_hidden")) {
            hidden = bool(name, value);
        } else if (name.equals("created_at") || name.equals("updated_at")) {
            times.add(time(name, value));
        } else if (ImageList.isText(name)) {
            anyOf.put(name, alternatives(name, value));
        } else if (NUMBERS.contains(name)) {
            numbers.add(new ImageFilter.SizeBound(name, "eq", number(name, value)));
        } else if (bound(name, "_min")) {
            numbers.add(new ImageFilter.SizeBound(stem(name), "gte", number(name, value)));
        } else if (bound(name, "_max")) {
            numbers.add(new ImageFilter.SizeBound(stem(name), "lte", number(name, value)));
        } else {
            properties.put(name, value);
        }
    }

    private static boolean bound(String name, String suffix) {
        return name.endsWith(suffix) && NUMBERS.contains(stem(name));
    }

    private static String stem(String name) {
        return name.substring(0, name.length() - 4);
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(
                    "Invalid value for filter " + name + ": " + value + " is no integer.");
        }
    }

    private static boolean bool(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on", "t", "y" -> true;
            case "false", "0", "no", "off", "f", "n" -> false;
            default ->
                    throw ApiException.badRequest(
                            "Invalid value '" + value + "' for '" + name + "' filter.");
        };
    }

    private static ImageFilter.TimeBound time(String name, String value) {
        int colon = value.indexOf(':');
        String operator = "eq";
        String text = value;
        if (colon > 0 && OPERATORS.contains(value.substring(0, colon))) {
            operator = value.substring(0, colon);
            text = value.substring(colon + 1);
        }
        try {
            return new ImageFilter.TimeBound(name, operator, instant(text));
        } catch (DateTimeException e) {
            throw ApiException.badRequest(
                    "Invalid value for filter " + name + ": '" + text + "' is no ISO 8601 time.");
        }
    }

    /** A time without a zone is in UTC; a date alone is its midnight. */
    private static Instant instant(String text) {
        String stripped = text.strip().replace(' ', 'T');
        if (!stripped.contains("T")) {
            return LocalDate.parse(stripped).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        if (stripped.matches(".*(Z|[+-]\\d{2}:?\\d{2})$")) {
            return OffsetDateTime.parse(stripped.replaceAll("([+-]\\d{2})(\\d{2})$", "$1:$2"))
                    .toInstant();
        }
        return LocalDateTime.parse(stripped).toInstant(ZoneOffset.UTC);
    }

    /** {@code in:a,"b,c"} names several values; anything else is one. */
    private static List<String> alternatives(String name, String value) {
        if (!value.startsWith("in:")) {
            return List.of(value);
        }
        List<String> values = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        boolean quoted = false;
        for (char c : value.substring(3).toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                values.add(current.toString());
                current.setLength(0);
            } else {
                current.append(c);
            }
        }
        if (quoted) {
            throw ApiException.badRequest(
                    "Invalid filter value " + value + " of " + name + ": a quote is not closed.");
        }
        values.add(current.toString());
        return List.copyOf(values);
    }
}
