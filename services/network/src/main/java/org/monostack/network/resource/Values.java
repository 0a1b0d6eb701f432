package org.monostack.network.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The checked attributes of one create or update request, defaults filled in.
 *
 * @param node attribute name to value in the form that we keep
 * @param explicit the attributes that the client sent itself
 */
record Values(ObjectNode node, Set<String> explicit) {

    /** For requests that the program makes itself. */
    static Values of(ObjectNode node) {
        return new Values(node, Set.of());
    }

    boolean has(String name) {
        return node.has(name);
    }

    /** Present and not null. */
    boolean hasValue(String name) {
        return node.hasNonNull(name);
    }

    JsonNode get(String name) {
        JsonNode value = node.get(name);
        return value == null ? NullNode.getInstance() : value;
    }

    String text(String name) {
        return get(name).stringValue();
    }

    Optional<String> optionalText(String name) {
        return hasValue(name) ? Optional.of(text(name)) : Optional.empty();
    }

    boolean flag(String name) {
        return get(name).booleanValue();
    }

    int integer(String name) {
        return get(name).intValue();
    }

    /** The elements of a list; none if it is absent. */
    List<JsonNode> items(String name) {
        List<JsonNode> items = new ArrayList<>();
        if (get(name).isArray()) {
            get(name).forEach(items::add);
        }
        return items;
    }

    List<String> texts(String name) {
        return items(name).stream().map(JsonNode::stringValue).toList();
    }

    void set(String name, String value) {
        node.set(name, StringNode.valueOf(value));
    }

    void set(String name, JsonNode value) {
        node.set(name, value);
    }

    void remove(String name) {
        node.remove(name);
    }

    /** As a policy's target. */
    Map<String, Object> asTarget() {
        return Targets.of(node);
    }

    /** A copy that can be changed without changing this one. */
    Values copy() {
        return new Values((ObjectNode) Json.read(node.toString()), explicit);
    }
}
