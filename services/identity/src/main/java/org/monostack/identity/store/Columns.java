package org.monostack.identity.store;

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

/**
 * Which columns a collection can be filtered by. Filled in when a store is loaded; then constant.
 */
final class Columns {
    private final Map<String, Field<String>> exact = new HashMap<>();
    private final Map<String, Field<String>> folded = new HashMap<>();
    private final Map<String, Field<Boolean>> flags = new HashMap<>();

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

    Columns flag(String name, TableField<?, Boolean> column) {
        flags.put(name, column);
        return this;
    }

    /** All filters together; one on something else than these columns has no effect. */
    Condition condition(List<Filter> filters) {
        List<Condition> conditions = new ArrayList<>();
        for (Filter filter : filters) {
            Field<String> text = exact.get(filter.field());
            Field<String> lower = folded.get(filter.field());
            Field<Boolean> flag = flags.get(filter.field());
            if (lower != null) {
                conditions.add(compare(lower, filter.operator(), fold(filter.value())));
            } else if (text != null) {
                conditions.add(compare(text, filter.operator(), filter.value()));
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
