package org.monostack.driver.ovn.ovsdb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a column holds. A scalar is a set of one, so that what was written compares equal to what is
 * read back whatever form the server chose. Atoms are {@link String}, {@link Long}, {@link Double},
 * {@link Boolean}, {@link UUID} or {@link NamedUuid}. Immutable.
 */
public sealed interface Value {

    JsonNode toJson();

    static Value of(Object atom) {
        return new Atoms(Set.of(normalised(atom)));
    }

    static Value none() {
        return new Atoms(Set.of());
    }

    static Value set(Collection<?> atoms) {
        Set<Object> set = new LinkedHashSet<>();
        for (Object atom : atoms) {
            set.add(normalised(atom));
        }
        return new Atoms(set);
    }

    static Value map(Map<String, ?> entries) {
        Map<Object, Object> map = new LinkedHashMap<>();
        entries.forEach((key, value) -> map.put(key, normalised(value)));
        return new Pairs(map);
    }

    static Value fromJson(JsonNode node) {
        if (node.isArray() && node.size() == 2 && node.get(0).isString()) {
            JsonNode content = node.get(1);
            switch (node.get(0).stringValue()) {
                case "set" -> {
                    Set<Object> atoms = new LinkedHashSet<>();
                    content.forEach(element -> atoms.add(atomFromJson(element)));
                    return new Atoms(atoms);
                }
                case "map" -> {
                    Map<Object, Object> entries = new LinkedHashMap<>();
                    content.forEach(pair ->
                            entries.put(atomFromJson(pair.get(0)), atomFromJson(pair.get(1))));
                    return new Pairs(entries);
                }
                default -> {}
            }
        }
        return new Atoms(Set.of(atomFromJson(node)));
    }

    /** A scalar or a set. */
    record Atoms(Set<Object> atoms) implements Value {
        public Atoms {
            atoms = Set.copyOf(atoms);
        }

        @Override
        public JsonNode toJson() {
            if (atoms.size() == 1) {
                return atomToJson(atoms.iterator().next());
            }
            ArrayNode elements = JsonNodeFactory.instance.arrayNode();
            atoms.forEach(atom -> elements.add(atomToJson(atom)));
            return tagged("set", elements);
        }
    }

    /** A map. */
    record Pairs(Map<Object, Object> entries) implements Value {
        public Pairs {
            entries = Map.copyOf(entries);
        }

        @Override
        public JsonNode toJson() {
            ArrayNode pairs = JsonNodeFactory.instance.arrayNode();
            entries.forEach(
                    (key, value) -> pairs.addArray().add(atomToJson(key)).add(atomToJson(value)));
            return tagged("map", pairs);
        }
    }

    static JsonNode atomToJson(Object atom) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (atom) {
            case String text -> json.stringNode(text);
            case Long number -> json.numberNode(number);
            case Double number -> json.numberNode(number);
            case Boolean truth -> json.booleanNode(truth);
            case UUID uuid -> tagged("uuid", json.stringNode(uuid.toString()));
            case NamedUuid named -> tagged("named-uuid", json.stringNode(named.name()));
            default -> throw new IllegalArgumentException("not an atom: " + atom.getClass());
        };
    }

    private static Object atomFromJson(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isArray() && node.size() == 2 && "uuid".equals(node.get(0).stringValue())) {
            return UUID.fromString(node.get(1).stringValue());
        }
        throw new IllegalArgumentException("not a value of this protocol: " + node);
    }

    private static Object normalised(Object atom) {
        return atom instanceof Integer number ? Long.valueOf(number) : atom;
    }

    private static ArrayNode tagged(String tag, JsonNode content) {
        return JsonNodeFactory.instance.arrayNode().add(tag).add(content);
    }

    /** The texts among the atoms, in no order; empty for a map. */
    default List<String> strings() {
        List<String> strings = new ArrayList<>();
        if (this instanceof Atoms(Set<Object> atoms)) {
            atoms.forEach(atom -> strings.add(atom.toString()));
        }
        return strings;
    }
}
