package org.monostack.cloud.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One variable of local.conf, or a family of them.
 *
 * @param name as written; with a {@code *} in it, every name of that form
 * @param standard its value when nothing sets it; empty when there is none or it is worked out
 * @param meaning what it does; for one that is only accepted, what it means here instead
 * @param effective whether setting it changes something
 */
public record Variable<T>(
        String name,
        ValueType<T> type,
        Optional<String> standard,
        String meaning,
        boolean effective) {

    static <T> Variable<T> effective(
            String name, ValueType<T> type, String standard, String meaning) {
        return new Variable<>(name, type, Optional.of(standard), meaning, true);
    }

    /** One whose default depends on others or on the machine, or that has none. */
    static <T> Variable<T> worked(String name, ValueType<T> type, String meaning) {
        return new Variable<>(name, type, Optional.empty(), meaning, true);
    }

    /** What a value looks like, in words. */
    public String typeDescription() {
        return type.description();
    }

    /** Whether the value is kept out of every log and summary but the one that shows passwords. */
    public boolean secret() {
        return type.equals(ValueType.SECRET);
    }

    boolean isFamily() {
        return name.contains("*");
    }

    boolean matches(String other) {
        return isFamily()
                ? Pattern.matches(name.replace("*", "[A-Z0-9_]*"), other)
                : name.equals(other);
    }
}
