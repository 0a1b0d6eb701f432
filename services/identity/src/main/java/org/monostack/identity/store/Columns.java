package org.monostack.identity.store;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.monostack.identity.model.Filter;
import org.monostack.platform.http.ApiException;

/**
 * Which columns a collection can be filtered by. Filled in when a store is loaded; then constant.
 */
final class Columns {
    private final Map<String, Field<String>> exact = new HashMap<>();
    private final Map<String, Field<String>> folded = new HashMap<>();
    private final Map<String, Field<Boolean>> flags = new HashMap<>();
    private final Map<String, Field<LocalDateTime>> times = new HashMap<>();

    /** A column that holds an id or another exact text. */
    Columns text(String name, TableField<?, String> column) {
        exact.put(name, column);
        return this;
    }

    /** A column that holds a text in lower case; letters of any case find it. */
    Columns folded(String name, TableField<?, String> column) {
        folded.put(name, column);
        return this;
    }

    /** Whether there is an exact text of this name. */
    boolean isColumn(String name) {
        return exact.containsKey(name);
    }

    Columns flag(String name, TableField<?, Boolean> column) {
        flags.put(name, column);
        return this;
    }

    /** A column that is compared with a time, as in {@code lt:2030-01-01T00:00:00Z}. */
    Columns time(String name, TableField<?, LocalDateTime> column) {
        times.put(name, column);
        return this;
    }

    /** All filters together; one on something else than these columns has no effect. */
    Condition condition(List<Filter> filters) {
        List<Condition> conditions = new ArrayList<>();
        for (Filter filter : filters) {
            Field<String> text = exact.get(filter.field());
            Field<String> lower = folded.get(filter.field());
            Field<Boolean> flag = flags.get(filter.field());
            Field<LocalDateTime> time = times.get(filter.field());
            if (lower != null) {
                conditions.add(compare(lower, filter.operator(), fold(filter.value())));
            } else if (text != null) {
                conditions.add(compare(text, filter.operator(), filter.value()));
            } else if (time != null) {
                conditions.add(compare(time, filter));
            } else if (flag != null && filter.operator() == Filter.Operator.EQUALS) {
                conditions.add(flag.eq(isTrue(filter.value())));
            }
        }
        return DSL.and(conditions);
    }

    private static Condition compare(Field<String> column, Filter.Operator operator, String value) {
        return switch (operator) {
            case EQUALS -> column.eq(value);
            case CONTAINS -> column.contains(value);
            case STARTS_WITH -> column.startsWith(value);
            case ENDS_WITH -> column.endsWith(value);
        };
    }

    private static Condition compare(Field<LocalDateTime> column, Filter filter) {
        int colon = filter.value().indexOf(':');
        String operator = colon < 0 ? "eq" : filter.value().substring(0, colon);
        LocalDateTime at = time(filter, filter.value().substring(colon + 1));
        return switch (operator) {
            case "lt" -> column.lt(at);
            case "lte" -> column.le(at);
            case "gt" -> column.gt(at);
            case "gte" -> column.ge(at);
            case "eq" -> column.eq(at);
            case "neq" -> column.ne(at);
            default -> throw wrong(filter, "begins with one of lt, lte, gt, gte, eq and neq");
        };
    }

    private static LocalDateTime time(Filter filter, String text) {
        try {
            return OffsetDateTime.parse(text)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toLocalDateTime();
        } catch (DateTimeParseException e) {
            throw wrong(filter, "ends with a time in ISO 8601");
        }
    }

    private static ApiException wrong(Filter filter, String what) {
        return ApiException.badRequest(
                "Invalid input for field '"
                        + filter.field()
                        + "': "
                        + filter.value()
                        + " is not a condition that "
                        + what
                        + ".");
    }

    /** As OpenStack reads flags in a query: everything is true but 0, false, off, no, f and n. */
    private static boolean isTrue(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "0", "false", "off", "no", "f", "n" -> false;
            default -> true;
        };
    }

    /** A name as names are compared: letter by letter in lower case, so that it never grows. */
    static String fold(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        name.codePoints().map(Character::toLowerCase).forEach(folded::appendCodePoint);
        return folded.toString();
    }
}
