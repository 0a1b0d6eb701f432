package org.monostack.network.resource;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.TableField;
import org.jooq.UpdatableRecord;
import org.jooq.impl.TableImpl;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a kind of resource is made of: its names, its table and its attributes. Everything generic
 * (checking, defaults, rendering, filtering, sorting, policy) follows from this description.
 *
 * @param singular as in bodies and policy rules: security_group
 * @param plural as in bodies: security_groups
 * @param path as in paths: security-groups
 * @param errorName as in error types: SecurityGroup
 * @param tagged whether it can carry tags
 * @param revised whether it has created_at, updated_at and revision columns
 * @param filters parameters of lists beyond the columns, each with what it demands
 */
record ResourceType<R extends UpdatableRecord<R>>(
        String singular,
        String plural,
        String path,
        String errorName,
        TableImpl<R> table,
        boolean tagged,
        boolean revised,
        Map<String, Attribute> attributes,
        Map<String, Function<List<String>, Condition>> filters) {

    static <R extends UpdatableRecord<R>> Builder<R> of(
            String singular, String path, String errorName, TableImpl<R> table) {
        return new Builder<>(singular, path, errorName, table);
    }

    TableField<R, String> id() {
        return column("id", String.class);
    }

    TableField<R, String> project() {
        return column("project_id", String.class);
    }

    @SuppressWarnings("unchecked")
    <T> TableField<R, T> column(String name, Class<T> type) {
        Field<?> field = table.field(name);
        if (field == null || !type.isAssignableFrom(field.getType())) {
            throw new IllegalStateException(table.getName() + " has no such column: " + name);
        }
        return (TableField<R, T>) field;
    }

    /** The resource inside a body's envelope; several for a bulk request. */
    List<JsonNode> unwrap(JsonNode body, boolean bulkAllowed) {
        if (body.isObject()) {
            JsonNode one = body.get(singular);
            if (one != null && one.isObject()) {
                return List.of(one);
            }
            JsonNode many = body.get(plural);
            if (bulkAllowed && many != null && many.isArray()) {
                if (many.isEmpty()) {
                    throw ApiException.badRequest("Resources required").type("HTTPBadRequest");
                }
                List<JsonNode> items = new java.util.ArrayList<>();
                for (JsonNode item : many) {
                    // Some clients wrap each element once more.
                    JsonNode inner = item.get(singular);
                    items.add(inner != null && inner.isObject() ? inner : item);
                    if (!items.getLast().isObject()) {
                        throw unparsable();
                    }
                }
                return items;
            }
        }
        throw unparsable();
    }

    private ApiException unparsable() {
        return ApiException.badRequest("Unable to find '" + singular + "' in request body")
                .type("HTTPBadRequest");
    }

    /** Checks a create request. The project is left to the caller of this method. */
    Values forCreate(JsonNode body) {
        refuseUnknown(body, true);
        ObjectNode node = Json.object();
        Set<String> explicit = new LinkedHashSet<>();
        for (Attribute attribute : attributes.values()) {
            if (attribute.onCreate().isEmpty()) {
                continue;
            }
            JsonNode sent = body.get(attribute.name());
            if (sent != null) {
                node.set(attribute.name(), attribute.check(attribute.onCreate().get(), sent));
                // A value equal to the default asks for nothing special.
                if (!node.get(attribute.name()).equals(attribute.fallback())) {
                    explicit.add(attribute.name());
                }
            } else if (attribute.required()) {
                throw ApiException.badRequest(
                                "Failed to parse request. Required attribute '"
                                        + attribute.name()
                                        + "' not specified")
                        .type("HTTPBadRequest");
            } else if (attribute.fallback() != null) {
                node.set(attribute.name(), attribute.fallback());
            }
        }
        return new Values(node, explicit);
    }

    /** Checks an update request. */
    Values forUpdate(JsonNode body) {
        refuseUnknown(body, false);
        ObjectNode node = Json.object();
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            Attribute attribute = attributes.get(entry.getKey());
            if (attribute != null && attribute.onUpdate().isPresent()) {
                node.set(
                        attribute.name(),
                        attribute.check(attribute.onUpdate().get(), entry.getValue()));
            }
        }
        return new Values(node, Set.copyOf(node.propertyNames()));
    }

    private void refuseUnknown(JsonNode body, boolean create) {
        Set<String> unknown = new LinkedHashSet<>();
        Set<String> fixed = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            String name = entry.getKey();
            Attribute attribute = attributes.get(name);
            if (attribute == null) {
                unknown.add(name);
            } else if (create && name.equals("tenant_id")) {
                continue;
            } else if ((create ? attribute.onCreate() : attribute.onUpdate()).isEmpty()) {
                fixed.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw ApiException.badRequest(
                            "Unrecognized attribute(s) '" + String.join(", ", unknown) + "'")
                    .type("HTTPBadRequest");
        }
        if (!fixed.isEmpty()) {
            throw ApiException.badRequest(
                            create
                                    ? "Attribute '"
                                            + fixed.iterator().next()
                                            + "' not allowed in POST"
                                    : "Cannot update read-only attribute "
                                            + fixed.iterator().next())
                    .type("HTTPBadRequest");
        }
    }

    /** Puts values into the columns of those attributes that have one. */
    void apply(R row, Values values) {
        for (Map.Entry<String, JsonNode> entry : values.node().properties()) {
            Attribute attribute = attributes.get(entry.getKey());
            if (attribute != null && attribute.column().isPresent()) {
                attribute.write(row, entry.getValue());
            }
        }
    }

    /** A row's columns as attributes, hidden ones too. */
    ObjectNode render(Record row) {
        ObjectNode node = Json.object();
        for (Attribute attribute : attributes.values()) {
            if (attribute.column().isPresent()) {
                node.set(attribute.name(), attribute.read(row));
            }
        }
        return node;
    }

    static final class Builder<R extends UpdatableRecord<R>> {
        private final String singular;
        private final String path;
        private final String errorName;
        private final TableImpl<R> table;
        private String plural;
        private boolean tagged;
        private final Map<String, Attribute> attributes = new LinkedHashMap<>();
        private final Map<String, Function<List<String>, Condition>> filters =
                new LinkedHashMap<>();

        private Builder(String singular, String path, String errorName, TableImpl<R> table) {
            this.singular = singular;
            this.path = path;
            this.plural = path.replace('-', '_');
            this.errorName = errorName;
            this.table = table;
        }

        Builder<R> tagged() {
            tagged = true;
            return this;
        }

        Builder<R> plural(String name) {
            plural = name;
            return this;
        }

        Builder<R> with(Attribute... added) {
            for (Attribute attribute : added) {
                attributes.put(attribute.name(), attribute);
            }
            return this;
        }

        /** Name and description, kept in columns of the same names. */
        Builder<R> named() {
            with(Attribute.of("name").in(field("name")).writable(Kind.text(255)).or(""));
            return table.field("description") == null ? this : described();
        }

        Builder<R> described() {
            return with(
                    Attribute.of("description")
                            .in(field("description"))
                            .writable(Kind.text(255))
                            .or(""));
        }

        Builder<R> filter(String name, Function<List<String>, Condition> condition) {
            filters.put(name, condition);
            return this;
        }

        private Field<?> field(String name) {
            return Optional.ofNullable(table.field(name)).orElseThrow();
        }

        ResourceType<R> build() {
            Map<String, Attribute> all = new LinkedHashMap<>();
            all.put("id", Attribute.of("id").in(field("id")));
            all.putAll(attributes);
            boolean revised = table.field("revision") != null;
            if (table.field("project_id") != null) {
                all.put("tenant_id", Attribute.of("tenant_id").in(field("project_id")));
                all.put(
                        "project_id",
                        Attribute.of("project_id")
                                .in(field("project_id"))
                                .creatable(Kind.nonEmptyText(64)));
            }
            if (revised) {
                all.put("created_at", Attribute.of("created_at").in(field("created_at")));
                all.put("updated_at", Attribute.of("updated_at").in(field("updated_at")));
                all.put("revision_number", Attribute.of("revision_number").in(field("revision")));
            }
            if (tagged) {
                all.put("tags", Attribute.of("tags"));
            }
            return new ResourceType<>(
                    singular,
                    plural,
                    path,
                    errorName,
                    table,
                    tagged,
                    revised,
                    java.util.Collections.unmodifiableMap(all),
                    java.util.Collections.unmodifiableMap(filters));
        }
    }
}
