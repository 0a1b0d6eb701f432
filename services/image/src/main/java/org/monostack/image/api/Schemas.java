package org.monostack.image.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.image.ImageConfig;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema documents that clients read to learn what resources look like: resources of the
 * program, with the configured formats filled in; collections are made from their members.
 */
public final class Schemas {
    private static final Map<String, String> COLLECTIONS =
            Map.of(
                    "images", "image",
                    "members", "member",
                    "tasks", "task",
                    "metadefs-namespaces", "metadefs-namespace",
                    "metadefs-resource_types", "metadefs-resource_type",
                    "metadefs-objects", "metadefs-object",
                    "metadefs-properties", "metadefs-property",
                    "metadefs-tags", "metadefs-tag");
    private static final Set<String> SINGLE =
            Set.of(
                    "image",
                    "member",
                    "task",
                    "metadefs-namespace",
                    "metadefs-resource_type",
                    "metadefs-object",
                    "metadefs-property",
                    "metadefs-tag");

    private final ImageConfig config;

    public Schemas(ImageConfig config) {
        this.config = config;
    }

    Optional<JsonNode> find(String name) {
        if (SINGLE.contains(name)) {
            return Optional.of(single(name));
        }
        String member = COLLECTIONS.get(name);
        return member == null ? Optional.empty() : Optional.of(collection(name, single(member)));
    }

    private ObjectNode single(String name) {
        ObjectNode schema = read(name);
        if (name.equals("image")) {
            ObjectNode properties = (ObjectNode) schema.path("properties");
            fill((ObjectNode) properties.path("disk_format"), config.diskFormats());
            fill((ObjectNode) properties.path("container_format"), config.containerFormats());
        }
        return schema;
    }

    private static void fill(ObjectNode property, Iterable<String> formats) {
        ArrayNode allowed = property.putArray("enum");
        allowed.addNull();
        formats.forEach(allowed::add);
    }

    private static ObjectNode collection(String name, ObjectNode member) {
        String last = name.substring(name.lastIndexOf('-') + 1);
        String plural = last.equals("resource_types") ? "resource_type_associations" : last;
        ObjectNode schema = Json.object();
        schema.put("name", plural);
        ObjectNode properties = schema.putObject("properties");
        if (plural.equals("properties")) {
            // Properties are listed by name, not in a row.
            ObjectNode byName = properties.putObject(plural);
            byName.put("type", "object");
            byName.set("additionalProperties", member);
        } else {
            ObjectNode row = properties.putObject(plural);
            row.put("type", "array");
            row.set("items", member);
        }
        properties.putObject("first").put("type", "string");
        properties.putObject("next").put("type", "string");
        properties.putObject("schema").put("type", "string");
        ArrayNode links = schema.putArray("links");
        links.addObject().put("rel", "first").put("href", "{first}");
        links.addObject().put("rel", "next").put("href", "{next}");
        links.addObject().put("rel", "describedby").put("href", "{schema}");
        return schema;
    }

    private static ObjectNode read(String name) {
        String resource = "/image/schema/" + name + ".json";
        try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + resource);
            }
            return (ObjectNode) Json.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
