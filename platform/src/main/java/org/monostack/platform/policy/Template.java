package org.monostack.platform.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text with {@code %(attribute)s} places that a target's attributes fill. Immutable. */
record Template(List<Part> parts) {

    /** How OpenStack prints an attribute that is null. */
    static final String NONE = "None";

    /** Either a text as it stands or the name of an attribute. */
    record Part(String text, boolean substituted) {}

    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int open = text.indexOf("%(", from);
            int close = open < 0 ? -1 : text.indexOf(")s", open);
            if (open < 0 || close < 0) {
                parts.add(new Part(text.substring(from), false));
                break;
            }
            if (open > from) {
                parts.add(new Part(text.substring(from, open), false));
            }
            parts.add(new Part(text.substring(open + 2, close), true));
            from = close + 2;
        }
        return new Template(List.copyOf(parts));
    }

    /** {@code %(name)s}. */
    static Template attribute(String name) {
        return new Template(List.of(new Part(name, true)));
    }

    boolean isLiteral(String text) {
        return parts.size() == 1 && !parts.get(0).substituted() && parts.get(0).text().equals(text);
    }

    /** The text with all places filled; empty if the target lacks one of the attributes. */
    Optional<String> fill(Map<String, ?> target) {
        if (parts.size() == 1 && !parts.get(0).substituted()) {
            return Optional.of(parts.get(0).text());
        }
        StringBuilder filled = new StringBuilder();
        for (Part part : parts) {
            if (!part.substituted()) {
                filled.append(part.text());
                continue;
            }
            Optional<String> value = lookUp(target, part.text());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            filled.append(value.get());
        }
        return Optional.of(filled.toString());
    }

    /** A key as it stands wins; else each dot steps into a nested map. */
    private static Optional<String> lookUp(Map<?, ?> target, String name) {
        if (target.containsKey(name)) {
            return Optional.of(print(target.get(name)));
        }
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
            if (target.get(name.substring(0, dot)) instanceof Map<?, ?> nested) {
                return lookUp(nested, name.substring(dot + 1));
            }
        }
        return Optional.empty();
    }

    private static String print(@Nullable Object value) {
        return switch (value) {
            case null -> NONE;
            case Boolean flag -> flag ? "True" : "False";
            case Optional<?> optional -> optional.isPresent() ? print(optional.get()) : NONE;
            default -> String.valueOf(value);
        };
    }
}
