package org.monostack.compute.store;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.database.Times;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Small conversions between rows and records, shared by the stores. */
final class Rows {
    private Rows() {}

    static Optional<Instant> instant(@Nullable LocalDateTime stored) {
        return Optional.ofNullable(stored).map(Times::fromDb);
    }

    static @Nullable LocalDateTime stored(Optional<Instant> instant) {
        return instant.map(Times::toDb).orElse(null);
    }

    static LocalDateTime now() {
        return Times.toDb(Times.now());
    }

    /** The time of the last change, absent for a row that was never changed. */
    static Optional<Instant> changed(LocalDateTime createdAt, LocalDateTime updatedAt) {
        return updatedAt.equals(createdAt) ? Optional.empty() : instant(updatedAt);
    }

    static Map<String, String> map(@Nullable String json) {
        Map<String, String> map = new LinkedHashMap<>();
        // Most servers have none, and lists read thousands.
        if (json != null && !json.equals("{}")) {
            for (Map.Entry<String, JsonNode> entry : Json.read(json).properties()) {
                map.put(entry.getKey(), entry.getValue().asString());
            }
        }
        return map;
    }

    static String json(Map<String, String> map) {
        ObjectNode node = Json.object();
        map.forEach(node::put);
        return Json.write(node);
    }

    static List<String> list(String json) {
        if (json.equals("[]")) {
            return List.of();
        }
        return StreamSupport.stream(Json.read(json).spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.toList());
    }

    static String json(List<String> list) {
        return Json.write(Json.strings(list));
    }

    static Optional<UUID> uuid(@Nullable String text) {
        return Optional.ofNullable(text).map(UUID::fromString);
    }
}
