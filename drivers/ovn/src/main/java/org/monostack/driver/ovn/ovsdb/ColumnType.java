package org.monostack.driver.ovn.ovsdb;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What the schema says of a column, as far as needed to read updates: servers leave out values that
 * are the default, and tell of sets and maps only what is different.
 */
record ColumnType(Kind kind, Value initial) {

    enum Kind {
        /** One value at most; updates bring the new one. */
        SINGLE,
        /** Updates bring the elements that came or went. */
        SET,
        /** Updates bring the entries that came, went (told with their old value) or changed. */
        MAP
    }

    static ColumnType parse(JsonNode type) {
        if (type.isString()) {
            return new ColumnType(Kind.SINGLE, Value.of(atom(type.stringValue())));
        }
        boolean map = type.has("value");
        int least = type.path("min").asInt(1);
        JsonNode most = type.path("max");
        boolean many = most.isString() || most.asInt(1) > 1;
        if (map) {
            return new ColumnType(many ? Kind.MAP : Kind.SINGLE, Value.map(Map.of()));
        }
        JsonNode key = type.path("key");
        String base = key.isString() ? key.stringValue() : key.path("type").asString("string");
        Value initial = least == 0 || base.equals("uuid") ? Value.none() : Value.of(atom(base));
        return new ColumnType(many ? Kind.SET : Kind.SINGLE, initial);
    }

    Value changed(Value before, Value difference) {
        return switch (kind) {
            case SINGLE -> difference;
            case SET -> {
                Set<Object> atoms = new HashSet<>(((Value.Atoms) before).atoms());
                for (Object atom : ((Value.Atoms) difference).atoms()) {
                    if (!atoms.remove(atom)) {
                        atoms.add(atom);
                    }
                }
                yield new Value.Atoms(atoms);
            }
            case MAP -> {
                Map<Object, Object> entries = new HashMap<>(((Value.Pairs) before).entries());
                ((Value.Pairs) difference)
                        .entries()
                        .forEach((key, value) -> {
                            if (!entries.remove(key, value)) {
                                entries.put(key, value);
                            }
                        });
                yield new Value.Pairs(entries);
            }
        };
    }

    private static Object atom(String base) {
        return switch (base) {
            case "integer" -> 0L;
            case "real" -> 0.0;
            case "boolean" -> false;
            default -> "";
        };
    }
}
