package org.monostack.driver.ovn.ovsdb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The monitored tables in memory. Soft: rebuilt from the server at every connection. Written by the
 * connection's reader thread only, read by any thread. Since the server sends the updates a
 * transaction causes before that transaction's answer, whoever has the answer reads his own writes
 * here.
 *
 * <p>Rows can be found by the value of chosen {@code external_ids} keys without a scan.
 */
public final class Replica {

    private record Tag(String table, String key, String value) {}

    private final Map<String, Map<UUID, Row>> tables = new HashMap<>();
    private final Map<Tag, Set<UUID>> tags = new HashMap<>();
    private final Set<String> tagKeys;
    private Map<String, Map<String, ColumnType>> schema = Map.of();

    Replica(Collection<String> tableNames, Set<String> tagKeys) {
        tableNames.forEach(name -> tables.put(name, new HashMap<>()));
        this.tagKeys = tagKeys;
    }

    public synchronized List<Row> rows(String table) {
        return List.copyOf(table(table).values());
    }

    public synchronized Optional<Row> row(String table, UUID uuid) {
        return Optional.ofNullable(table(table).get(uuid));
    }

    /** The rows whose {@code external_ids} carry that entry; the key must be an indexed one. */
    public synchronized List<Row> tagged(String table, String key, String value) {
        if (!tagKeys.contains(key)) {
            throw new IllegalArgumentException("not indexed: " + key);
        }
        List<Row> rows = new ArrayList<>();
        for (UUID uuid : tags.getOrDefault(new Tag(table, key, value), Set.of())) {
            Row row = table(table).get(uuid);
            if (row != null) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** The only row of a table that has one at most. */
    public synchronized Optional<Row> single(String table) {
        return table(table).values().stream().findFirst();
    }

    public synchronized Optional<Row> named(String table, String name) {
        return table(table).values().stream()
                .filter(row -> row.string("name").equals(name))
                .findFirst();
    }

    /** Waits until the condition holds; false when the time is over. */
    public synchronized boolean await(Predicate<Replica> condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.test(this)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Learns the monitored columns' types, before any content. */
    synchronized void schema(Map<String, Map<String, ColumnType>> types) {
        schema = types;
    }

    /** Makes the content equal to the answer of a fresh monitor request. */
    synchronized List<Runnable> replaceAll(JsonNode initial, RowListener listener) {
        List<Runnable> notices = new ArrayList<>();
        for (String table : tables.keySet()) {
            Set<UUID> gone = new HashSet<>(table(table).keySet());
            for (Map.Entry<String, JsonNode> entry : initial.path(table).properties()) {
                gone.remove(UUID.fromString(entry.getKey()));
            }
            gone.forEach(uuid -> put(table, uuid, null, notices, listener));
        }
        notices.addAll(apply(initial, listener));
        return notices;
    }

    /** Applies an update; the notices are to be run without the lock. */
    synchronized List<Runnable> apply(JsonNode updates, RowListener listener) {
        List<Runnable> notices = new ArrayList<>();
        for (Map.Entry<String, JsonNode> table : updates.properties()) {
            for (Map.Entry<String, JsonNode> change : table.getValue().properties()) {
                UUID uuid = UUID.fromString(change.getKey());
                Row after = after(table.getKey(), uuid, change.getValue());
                put(table.getKey(), uuid, after, notices, listener);
            }
        }
        notifyAll();
        return notices;
    }

    private @Nullable Row after(String table, UUID uuid, JsonNode change) {
        Map<String, ColumnType> types = schema.getOrDefault(table, Map.of());
        Map<String, Value> columns = new HashMap<>();
        JsonNode content;
        if (change.has("modify")) {
            content = change.get("modify");
            Row before = table(table).get(uuid);
            if (before == null) {
                throw new IllegalStateException("an update of a row that is not there: " + uuid);
            }
            columns.putAll(before.columns());
        } else if (change.has("insert") || change.has("initial")) {
            content = change.has("insert") ? change.get("insert") : change.get("initial");
            types.forEach((name, type) -> columns.put(name, type.initial()));
        } else {
            return null;
        }
        boolean modified = change.has("modify");
        for (Map.Entry<String, JsonNode> column : content.properties()) {
            ColumnType type = types.get(column.getKey());
            Value before = columns.get(column.getKey());
            if (type == null || before == null) {
                throw new IllegalStateException("a column of no known type: " + column.getKey());
            }
            Value told = Value.fromJson(column.getValue());
            columns.put(column.getKey(), modified ? type.changed(before, told) : told);
        }
        return new Row(uuid, columns);
    }

    private void put(
            String table,
            UUID uuid,
            @Nullable Row after,
            List<Runnable> notices,
            RowListener listener) {
        Map<UUID, Row> rows = table(table);
        Row before = after == null ? rows.remove(uuid) : rows.put(uuid, after);
        if (before != null) {
            tagsOf(table, before).forEach(tag -> untag(tag, uuid));
        }
        if (after != null) {
            tagsOf(table, after)
                    .forEach(
                            tag -> tags.computeIfAbsent(tag, t -> new LinkedHashSet<>()).add(uuid));
        }
        if (before == null ? after != null : !before.equals(after)) {
            notices.add(() -> listener.changed(table, before, after));
        }
    }

    private void untag(Tag tag, UUID uuid) {
        Set<UUID> uuids = tags.get(tag);
        if (uuids != null && uuids.remove(uuid) && uuids.isEmpty()) {
            tags.remove(tag);
        }
    }

    private List<Tag> tagsOf(String table, Row row) {
        List<Tag> found = new ArrayList<>();
        for (String key : tagKeys) {
            row.entry("external_ids", key).ifPresent(v -> found.add(new Tag(table, key, v)));
        }
        return found;
    }

    private Map<UUID, Row> table(String name) {
        Map<UUID, Row> rows = tables.get(name);
        if (rows == null) {
            throw new IllegalArgumentException("table is not monitored: " + name);
        }
        return rows;
    }
}
