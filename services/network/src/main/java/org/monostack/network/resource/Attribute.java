package org.monostack.network.resource;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/**
 * One attribute of a resource: who may send it, how it is checked, what it is when it is not sent,
 * and the column that keeps it. Immutable; each method gives a changed copy. An attribute without a
 * column is computed, or kept by the resource's own class.
 *
 * <p>Which policy rules guard it follows from names: {@code create_network:shared} guards the
 * attribute {@code shared} of a network if such a rule is defined.
 */
record Attribute(
        String name,
        Optional<Kind> onCreate,
        Optional<Kind> onUpdate,
        boolean required,
        @Nullable JsonNode fallback,
        boolean visible,
        Optional<Field<?>> column,
        boolean json) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);

    /** Read-only and computed, until said otherwise. */
    static Attribute of(String name) {
        return new Attribute(
                name,
                Optional.empty(),
                Optional.empty(),
                false,
                null,
                true,
                Optional.empty(),
                false);
    }

    /** Kept in this column as text, number, flag or time. */
    Attribute in(Field<?> column) {
        return new Attribute(
                name, onCreate, onUpdate, required, fallback, visible, Optional.of(column), false);
    }

    /** Kept in this column as JSON text. */
    Attribute jsonIn(Field<?> column) {
        return new Attribute(
                name, onCreate, onUpdate, required, fallback, visible, Optional.of(column), true);
    }

    Attribute creatable(Kind kind) {
        return new Attribute(
                name, Optional.of(kind), onUpdate, required, fallback, visible, column, json);
    }

    Attribute updatable(Kind kind) {
        return new Attribute(
                name, onCreate, Optional.of(kind), required, fallback, visible, column, json);
    }

    Attribute writable(Kind kind) {
        return creatable(kind).updatable(kind);
    }

    Attribute mandatory() {
        return new Attribute(name, onCreate, onUpdate, true, fallback, visible, column, json);
    }

    Attribute or(JsonNode value) {
        return new Attribute(name, onCreate, onUpdate, required, value, visible, column, json);
    }

    Attribute or(String value) {
        return or(StringNode.valueOf(value));
    }

    Attribute or(boolean value) {
        return or(BooleanNode.valueOf(value));
    }

    Attribute orNull() {
        return or(NullNode.getInstance());
    }

    Attribute hidden() {
        return new Attribute(name, onCreate, onUpdate, required, fallback, false, column, json);
    }

    /** Checks a sent value. Throws 400 naming the attribute. */
    JsonNode check(Kind kind, JsonNode value) {
        try {
            return kind.check(value);
        } catch (Kind.Invalid e) {
            throw NetworkErrors.invalid(name, e.reason());
        }
    }

    /** The value in a row, as the API shows it. */
    JsonNode read(Record row) {
        Object value = row.get(column.orElseThrow());
        return switch (value) {
            case null -> NullNode.getInstance();
            case String text -> json ? Json.read(text) : StringNode.valueOf(text);
            case Boolean flag -> BooleanNode.valueOf(flag);
            case Integer number -> IntNode.valueOf(number);
            case Long number -> tools.jackson.databind.node.LongNode.valueOf(number);
            case LocalDateTime time -> StringNode.valueOf(TIME.format(time));
            default -> throw new IllegalStateException(name + " is a " + value.getClass());
        };
    }

    /** Puts a checked value into a row. */
    void write(Record row, JsonNode value) {
        writeTo(row, column.orElseThrow(), value);
    }

    private <T> void writeTo(Record row, Field<T> field, JsonNode value) {
        Object converted;
        if (json) {
            converted = value.toString();
        } else if (value.isNull()) {
            converted = null;
        } else if (value.isBoolean()) {
            converted = value.booleanValue();
        } else if (value.isInt()) {
            converted = value.intValue();
        } else {
            converted = value.stringValue();
        }
        row.set(field, field.getDataType().convert(converted));
    }
}
