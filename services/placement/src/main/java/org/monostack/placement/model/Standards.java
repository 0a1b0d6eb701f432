package org.monostack.placement.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The resource classes and traits that every OpenStack knows, from lists that ship with the
 * program. They exist without a row in the database; only custom ones, which start with {@link
 * #CUSTOM}, are stored.
 */
public final class Standards {
    public static final String CUSTOM = "CUSTOM_";

    /** Marks a provider whose inventory serves all members of its aggregates. */
    public static final String SHARES_VIA_AGGREGATE = "MISC_SHARES_VIA_AGGREGATE";

    private static final Set<String> RESOURCE_CLASSES = read("/placement/resource-classes.txt");
    private static final Set<String> TRAITS = read("/placement/traits.txt");

    private Standards() {}

    /** In their customary order. */
    public static Set<String> resourceClasses() {
        return RESOURCE_CLASSES;
    }

    public static Set<String> traits() {
        return TRAITS;
    }

    private static Set<String> read(String resource) {
        try (InputStream in = Standards.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + resource);
            }
            Set<String> names = new LinkedHashSet<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .forEach(names::add);
            return Collections.unmodifiableSet(names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
