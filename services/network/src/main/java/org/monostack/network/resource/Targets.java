package org.monostack.network.resource;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns resources into what policy rules look at. */
final class Targets {
    private Targets() {}

    static Map<String, Object> of(ObjectNode node) {
        Map<String, @Nullable Object> target = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            JsonNode value = entry.getValue();
            if (value.isString()) {
                target.put(entry.getKey(), value.stringValue());
            } else if (value.isBoolean()) {
                target.put(entry.getKey(), value.booleanValue());
            } else if (value.isNumber()) {
                target.put(entry.getKey(), value.numberValue());
            }
        }
        Object project = target.get("project_id");
        if (project != null) {
            target.put("tenant_id", project);
        }
        Object owner = target.get("device_owner");
        if (owner instanceof String text) {
            target.put("network_device", text.startsWith("network:"));
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> filled = (Map<String, Object>) (Map<String, ?>) target;
        return filled;
    }
}
