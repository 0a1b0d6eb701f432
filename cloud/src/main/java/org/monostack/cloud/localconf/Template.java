package org.monostack.cloud.localconf;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A value as written, with its references to other variables not yet followed. */
public record Template(List<Part> parts) {

    /** A piece of a value. */
    public sealed interface Part {}

    /** Text that stands for itself. */
    public record Text(String text) implements Part {}

    /**
     * {@code $NAME}, {@code ${NAME}} or {@code ${NAME:-fallback}}.
     *
     * @param fallback used when the variable is unset or empty
     */
    public record Reference(String name, Optional<Template> fallback) implements Part {}

    /**
     * The value's text, following references.
     *
     * @param lookup answers empty for a variable that is not set
     * @param unset told of each reference to a variable that is not set and has no fallback
     */
    public String resolve(
            Function<String, Optional<String>> lookup, java.util.function.Consumer<String> unset) {
        StringBuilder result = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text text -> result.append(text.text());
                case Reference reference -> {
                    Optional<String> found =
                            lookup.apply(reference.name()).filter(value -> !value.isEmpty());
                    if (found.isPresent()) {
                        result.append(found.get());
                    } else if (reference.fallback().isPresent()) {
                        result.append(reference.fallback().get().resolve(lookup, unset));
                    } else {
                        unset.accept(reference.name());
                    }
                }
            }
        }
        return result.toString();
    }
}
