package org.monostack.image.model;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Metadata definitions: what properties of images, flavors and the like mean. */
public final class Metadef {
    private Metadef() {}

    /** What a namespace holds. */
    public enum Kind {
        OBJECT,
        PROPERTY,
        TAG,
        RESOURCE_TYPE;

        public String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A collection of definitions.
     *
     * @param visibility public or private
     * @param owner id of the project that made it
     */
    public record Namespace(
            String name,
            Optional<String> displayName,
            Optional<String> description,
            String visibility,
            boolean isProtected,
            String owner,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * One definition.
     *
     * @param body its JSON, without the name
     */
    public record Item(String name, String body, Instant createdAt, Instant updatedAt) {}
}
