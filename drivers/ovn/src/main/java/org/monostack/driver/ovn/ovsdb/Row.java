package org.monostack.driver.ovn.ovsdb;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row as the server last told it, with the monitored columns only. Immutable. */
public record Row(UUID uuid, Map<String, Value> columns) {

    public Row {
        columns = Map.copyOf(columns);
    }

    public @Nullable Value value(String column) {
        return columns.get(column);
    }

    /** A text column, empty when absent. */
    public String string(String column) {
        return atom(column).map(Object::toString).orElse("");
    }

    public Optional<Boolean> truth(String column) {
        return atom(column).filter(Boolean.class::isInstance).map(Boolean.class::cast);
    }

    public Optional<Long> number(String column) {
        return atom(column).filter(Long.class::isInstance).map(Long.class::cast);
    }

    public Set<String> strings(String column) {
        Value value = columns.get(column);
        return value == null ? Set.of() : new HashSet<>(value.strings());
    }

    /** Whether a column of references names that row. */
    public boolean refersTo(String column, UUID target) {
        return columns.get(column) instanceof Value.Atoms(Set<Object> atoms)
                && atoms.contains(target);
    }

    public Set<UUID> references(String column) {
        Set<UUID> references = new HashSet<>();
        if (columns.get(column) instanceof Value.Atoms(Set<Object> atoms)) {
            for (Object atom : atoms) {
                if (atom instanceof UUID uuid) {
                    references.add(uuid);
                }
            }
        }
        return references;
    }

    public Map<String, String> map(String column) {
        Map<String, String> map = new HashMap<>();
        if (columns.get(column) instanceof Value.Pairs(Map<Object, Object> entries)) {
            entries.forEach((key, value) -> map.put(key.toString(), value.toString()));
        }
        return map;
    }

    /** One entry of a map column. */
    public Optional<String> entry(String column, String key) {
        if (columns.get(column) instanceof Value.Pairs(Map<Object, Object> entries)) {
            return Optional.ofNullable(entries.get(key)).map(Object::toString);
        }
        return Optional.empty();
    }

    private Optional<Object> atom(String column) {
        if (columns.get(column) instanceof Value.Atoms(Set<Object> atoms) && atoms.size() == 1) {
            return Optional.of(atoms.iterator().next());
        }
        return Optional.empty();
    }
}
