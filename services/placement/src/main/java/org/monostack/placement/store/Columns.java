package org.monostack.placement.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How ids are kept: as their 36 characters. */
final class Columns {
    private Columns() {}

    static UUID uuid(String stored) {
        return UUID.fromString(stored);
    }

    static Optional<UUID> optionalUuid(@Nullable String stored) {
        return Optional.ofNullable(stored).map(UUID::fromString);
    }

    static List<String> texts(Collection<UUID> ids) {
        return ids.stream().map(UUID::toString).toList();
    }
}
