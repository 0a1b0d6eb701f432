package org.monostack.image.api;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.image.ImageConfig;
import org.monostack.image.model.Metadef;
import org.monostack.image.store.MetadefStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Namespaces of metadata definitions, and the resource types that they may be about. */
public final class MetadefNamespacesApi {
    private static final String ONE = "/v2/metadefs/namespaces/{namespace}";
    private static final List<String> RESOURCE_TYPES =
            List.of(
                    "OS::Cinder::Volume",
                    "OS::Glance::Image",
                    "OS::Nova::Aggregate",
                    "OS::Nova::Flavor",
                    "OS::Nova::Server",
                    "OS::Trove::Instance");

    private final Database database;
    private final ImageConfig config;
    private final MetadefStore store;
    private final MetadefAccess access;

    public MetadefNamespacesApi(
            Database database, ImageConfig config, MetadefStore store, MetadefAccess access) {
        this.database = database;
        this.config = config;
        this.store = store;
        this.access = access;
    }

    public void route(Routes routes) {
        Schema body = Schema.of("image", "metadef-namespace");
        routes.get("/v2/metadefs/resource_types", this::resourceTypes)
                .policyInHandler("list_metadef_resource_types");
        routes.get("/v2/metadefs/namespaces", this::list).policy("get_metadef_namespaces");
        routes.post("/v2/metadefs/namespaces", this::create)
                .policy("add_metadef_namespace")
                .body(body)
                .answers(201);
        routes.get(ONE, this::show).policyInHandler("get_metadef_namespace");
        routes.put(ONE, this::update).policyInHandler("modify_metadef_namespace").body(body);
        routes.delete(ONE, this::delete).policyInHandler("delete_metadef_namespace").answers(204);
    }

    private Response resourceTypes(Request request) {
        request.authorize(
                "list_metadef_resource_types",
                Map.of(
                        "project_id",
                        request.caller().projectId().orElse(""),
                        "visibility",
                        "public"));
        Set<String> names = new LinkedHashSet<>(RESOURCE_TYPES);
        List<String> used = database.reading(tx -> store.names(tx, Metadef.Kind.RESOURCE_TYPE));
        names.addAll(used);
        ObjectNode body = Json.object();
        ArrayNode types = body.putArray("resource_types");
        names.forEach(name -> types.addObject().put("name", name));
        return Response.json(200, body);
    }

    private Response list(Request request) {
        int limit =
                Math.min(
                        request.query().nonNegative("limit").orElse(config.defaultPageSize()),
                        config.maxPageSize());
        Optional<String> visibility = request.query().first("visibility");
        if (visibility.isPresent() && !Set.of("public", "private").contains(visibility.get())) {
            throw ApiException.badRequest("Invalid visibility value: " + visibility.get());
        }
        Optional<String> viewer =
                ImageAccess.isAdmin(request)
                        ? Optional.empty()
                        : Optional.of(request.caller().projectId().orElse(""));
        return database.reading(tx -> {
            List<Metadef.Namespace> page =
                    store.page(tx, viewer, visibility, request.query().first("marker"), limit);
            ObjectNode body = Json.object();
            ArrayNode views = body.putArray("namespaces");
            for (Metadef.Namespace namespace : page) {
                ObjectNode view = view(namespace);
                addTypes(tx, namespace, view);
                views.add(view);
            }
            body.put("first", "/v2/metadefs/namespaces");
            body.put("schema", "/v2/schemas/metadefs/namespaces");
            if (!page.isEmpty() && page.size() == limit) {
                body.put(
                        "next",
                        "/v2/metadefs/namespaces?limit="
                                + limit
                                + "&marker="
                                + page.getLast().name());
            }
            return Response.json(200, body);
        });
    }

    private Response create(Request request) {
        JsonNode body = request.json();
        Instant now = Times.now();
        Metadef.Namespace namespace = read(body, request.caller().projectId().orElse(""), now, now);
        return database.inTransaction(tx -> {
            if (store.find(tx, namespace.name()).isPresent()) {
                throw taken(namespace.name());
            }
            store.insert(tx, namespace);
            addItems(tx, namespace, body, now);
            ObjectNode view = view(namespace);
            addAll(tx, namespace, view);
            return Response.json(201, view)
                    .header(
                            "Location",
                            request.baseUrl() + "/v2/metadefs/namespaces/" + namespace.name());
        });
    }

    private void addItems(Transaction tx, Metadef.Namespace namespace, JsonNode body, Instant now) {
        Map<Metadef.Kind, String> fields =
                Map.of(
                        Metadef.Kind.RESOURCE_TYPE, "resource_type_associations",
                        Metadef.Kind.OBJECT, "objects",
                        Metadef.Kind.TAG, "tags");
        fields.forEach((kind, field) -> {
            Set<String> seen = new LinkedHashSet<>();
            for (JsonNode item : body.path(field)) {
                String name = item.path("name").asString();
                if (!seen.add(name)) {
                    throw ApiException.conflict("The name " + name + " is twice in " + field + ".");
                }
                store.insertItem(
                        tx,
                        namespace.name(),
                        kind,
                        new Metadef.Item(name, Json.write(item), now, now));
            }
        });
        for (Map.Entry<String, JsonNode> property : body.path("properties").properties()) {
            store.insertItem(
                    tx,
                    namespace.name(),
                    Metadef.Kind.PROPERTY,
                    new Metadef.Item(property.getKey(), Json.write(property.getValue()), now, now));
        }
    }

    private static ApiException taken(String name) {
        return ApiException.conflict(
                "The metadata definition namespace=" + name + " already exists.");
    }

    private Response show(Request request) {
        return database.reading(tx -> {
            Metadef.Namespace namespace = access.allowed(tx, request, "get_metadef_namespace");
            ObjectNode view = view(namespace);
            addAll(tx, namespace, view);
            return Response.json(200, view);
        });
    }

    private Response update(Request request) {
        return database.inTransaction(tx -> {
            Metadef.Namespace before = access.allowed(tx, request, "modify_metadef_namespace");
            Metadef.Namespace after =
                    read(request.json(), before.owner(), before.createdAt(), Times.now());
            if (!after.name().equals(before.name()) && store.find(tx, after.name()).isPresent()) {
                throw taken(after.name());
            }
            store.update(tx, before.name(), after);
            return Response.json(200, view(after));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Metadef.Namespace namespace = access.allowed(tx, request, "delete_metadef_namespace");
            if (namespace.isProtected()) {
                throw ApiException.forbidden(
                        "Metadata definition namespace "
                                + namespace.name()
                                + " is protected and cannot be deleted.");
            }
            store.delete(tx, namespace.name());
        });
        return Response.empty(204);
    }

    private static Metadef.Namespace read(
            JsonNode body, String owner, Instant createdAt, Instant updatedAt) {
        return new Metadef.Namespace(
                body.path("namespace").asString(),
                body.path("display_name").asStringOpt(),
                body.path("description").asStringOpt(),
                body.path("visibility").asString("private"),
                body.path("protected").asBoolean(false),
                owner,
                createdAt,
                updatedAt);
    }

    private static ObjectNode view(Metadef.Namespace namespace) {
        ObjectNode view = Json.object();
        view.put("namespace", namespace.name());
        @Nullable String display = namespace.displayName().orElse(null);
        view.put("display_name", display);
        @Nullable String description = namespace.description().orElse(null);
        view.put("description", description);
        view.put("visibility", namespace.visibility());
        view.put("protected", namespace.isProtected());
        view.put("owner", namespace.owner());
        view.put("created_at", ImageView.time(namespace.createdAt()));
        view.put("updated_at", ImageView.time(namespace.updatedAt()));
        view.put("self", "/v2/metadefs/namespaces/" + namespace.name());
        view.put("schema", "/v2/schemas/metadefs/namespace");
        return view;
    }

    private void addTypes(Transaction tx, Metadef.Namespace namespace, ObjectNode view) {
        ArrayNode types = view.putArray("resource_type_associations");
        store.items(tx, namespace.name(), Metadef.Kind.RESOURCE_TYPE)
                .forEach(item ->
                        types.add(
                                MetadefItemsApi.view(
                                        namespace.name(), Metadef.Kind.RESOURCE_TYPE, item)));
    }

    private void addAll(Transaction tx, Metadef.Namespace namespace, ObjectNode view) {
        addTypes(tx, namespace, view);
        List<Metadef.Item> properties = store.items(tx, namespace.name(), Metadef.Kind.PROPERTY);
        if (!properties.isEmpty()) {
            ObjectNode views = view.putObject("properties");
            properties.forEach(item -> views.set(item.name(), Json.read(item.body())));
        }
        for (Metadef.Kind kind : List.of(Metadef.Kind.OBJECT, Metadef.Kind.TAG)) {
            List<Metadef.Item> items = store.items(tx, namespace.name(), kind);
            if (!items.isEmpty()) {
                ArrayNode views = view.putArray(kind == Metadef.Kind.TAG ? "tags" : "objects");
                items.forEach(
                        item -> views.add(MetadefItemsApi.view(namespace.name(), kind, item)));
            }
        }
    }
}
