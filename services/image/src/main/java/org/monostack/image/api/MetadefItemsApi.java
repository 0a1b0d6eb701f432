package org.monostack.image.api;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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

/** What namespaces hold: objects, properties, tags, and associations with resource types. */
public final class MetadefItemsApi {
    private static final String BASE = "/v2/metadefs/namespaces/{namespace}/";

    private final Database database;
    private final MetadefStore store;
    private final MetadefAccess access;

    public MetadefItemsApi(Database database, MetadefStore store, MetadefAccess access) {
        this.database = database;
        this.store = store;
        this.access = access;
    }

    /** How one kind is named in paths and rules. */
    private record Words(Metadef.Kind kind, String one, String many) {}

    public void route(Routes routes) {
        for (Words words :
                List.of(
                        new Words(Metadef.Kind.OBJECT, "object", "objects"),
                        new Words(Metadef.Kind.PROPERTY, "property", "properties"),
                        new Words(Metadef.Kind.TAG, "tag", "tags"))) {
            Schema body = Schema.of("image", "metadef-" + words.one());
            String all = BASE + words.many();
            String one = all + "/{name}";
            String removal =
                    words.kind() == Metadef.Kind.PROPERTY ? "remove_metadef_" : "delete_metadef_";
            // Only tags have a rule of their own for removing all of them.
            String clearing = words.kind() == Metadef.Kind.TAG ? words.many() : words.one();
            routes.get(all, request -> list(request, words))
                    .policyInHandler("get_metadef_" + words.many());
            routes.get(one, request -> show(request, words))
                    .policyInHandler("get_metadef_" + words.one());
            routes.put(one, request -> update(request, words))
                    .policyInHandler("modify_metadef_" + words.one())
                    .body(body);
            routes.delete(one, request -> delete(request, words, removal + words.one()))
                    .policyInHandler(removal + words.one())
                    .answers(204);
            routes.delete(all, request -> clear(request, words, removal + clearing))
                    .policyInHandler(removal + clearing)
                    .answers(204);
            if (words.kind() == Metadef.Kind.TAG) {
                routes.post(all, this::setTags)
                        .policyInHandler("add_metadef_tags")
                        .body(Schema.of("image", "metadef-tags"))
                        .answers(201);
                routes.post(one, this::addTag).policyInHandler("add_metadef_tag").answers(201);
            } else {
                routes.post(
                                all,
                                request ->
                                        create(request, words.kind(), "add_metadef_" + words.one()))
                        .policyInHandler("add_metadef_" + words.one())
                        .body(body)
                        .answers(201);
            }
        }
        Words types =
                new Words(
                        Metadef.Kind.RESOURCE_TYPE, "resource_type", "resource_type_associations");
        routes.get(BASE + "resource_types", request -> list(request, types))
                .policyInHandler("get_metadef_resource_type");
        routes.post(
                        BASE + "resource_types",
                        request ->
                                create(
                                        request,
                                        Metadef.Kind.RESOURCE_TYPE,
                                        "add_metadef_resource_type_association"))
                .policyInHandler("add_metadef_resource_type_association")
                .body(Schema.of("image", "metadef-resource_type"))
                .answers(201);
        routes.delete(
                        BASE + "resource_types/{name}",
                        request ->
                                delete(request, types, "remove_metadef_resource_type_association"))
                .policyInHandler("remove_metadef_resource_type_association")
                .answers(204);
    }

    private Response list(Request request, Words words) {
        String rule =
                words.kind() == Metadef.Kind.RESOURCE_TYPE
                        ? "get_metadef_resource_type"
                        : "get_metadef_" + words.many();
        return database.inTransaction(tx -> {
            String namespace = access.allowed(tx, request, rule).name();
            List<Metadef.Item> items = store.items(tx, namespace, words.kind());
            ObjectNode body = Json.object();
            if (words.kind() == Metadef.Kind.PROPERTY) {
                ObjectNode views = body.putObject(words.many());
                items.forEach(item -> views.set(item.name(), view(namespace, words.kind(), item)));
            } else {
                ArrayNode views = body.putArray(words.many());
                items.forEach(item -> views.add(view(namespace, words.kind(), item)));
            }
            return Response.json(200, body);
        });
    }

    private Response show(Request request, Words words) {
        String name = request.pathParameter("name");
        return database.inTransaction(tx -> {
            String namespace = access.allowed(tx, request, "get_metadef_" + words.one()).name();
            return Response.json(
                    200,
                    view(
                            namespace,
                            words.kind(),
                            store.item(tx, namespace, words.kind(), name)
                                    .orElseThrow(() -> notFound(words.one(), name))));
        });
    }

    private Response create(Request request, Metadef.Kind kind, String rule) {
        JsonNode body = request.json();
        String name = body.path("name").asString();
        return database.inTransaction(tx -> {
            String namespace = access.allowed(tx, request, rule).name();
            return Response.json(201, view(namespace, kind, add(tx, namespace, kind, name, body)));
        });
    }

    private Metadef.Item add(
            Transaction tx, String namespace, Metadef.Kind kind, String name, JsonNode body) {
        if (store.item(tx, namespace, kind, name).isPresent()) {
            throw taken(name, namespace);
        }
        Instant now = Times.now();
        Metadef.Item item = new Metadef.Item(name, Json.write(body), now, now);
        store.insertItem(tx, namespace, kind, item);
        return item;
    }

    private static ApiException taken(String name, String namespace) {
        return ApiException.conflict(
                "A metadata definition with name="
                        + name
                        + " already exists in namespace="
                        + namespace
                        + ".");
    }

    private Response update(Request request, Words words) {
        String before = request.pathParameter("name");
        JsonNode body = request.json();
        String after = body.path("name").asString();
        return database.inTransaction(tx -> {
            String namespace = access.allowed(tx, request, "modify_metadef_" + words.one()).name();
            Metadef.Item known =
                    store.item(tx, namespace, words.kind(), before)
                            .orElseThrow(() -> notFound(words.one(), before));
            if (!after.equals(before)
                    && store.item(tx, namespace, words.kind(), after).isPresent()) {
                throw taken(after, namespace);
            }
            Metadef.Item item =
                    new Metadef.Item(after, Json.write(body), known.createdAt(), Times.now());
            store.updateItem(tx, namespace, words.kind(), before, item);
            return Response.json(200, view(namespace, words.kind(), item));
        });
    }

    private Response delete(Request request, Words words, String rule) {
        String name = request.pathParameter("name");
        database.run(tx -> {
            String namespace = access.allowed(tx, request, rule).name();
            if (!store.deleteItem(tx, namespace, words.kind(), name)) {
                throw notFound(words.one(), name);
            }
        });
        return Response.empty(204);
    }

    private Response clear(Request request, Words words, String rule) {
        database.run(tx ->
                store.deleteItems(tx, access.allowed(tx, request, rule).name(), words.kind()));
        return Response.empty(204);
    }

    private Response addTag(Request request) {
        String name = ImageDraft.tag(request.pathParameter("name"));
        return database.inTransaction(tx -> {
            String namespace = access.allowed(tx, request, "add_metadef_tag").name();
            Metadef.Item item =
                    add(tx, namespace, Metadef.Kind.TAG, name, Json.object().put("name", name));
            return Response.json(201, view(namespace, Metadef.Kind.TAG, item));
        });
    }

    /** Replaces all tags, or adds to them if a header says so. */
    private Response setTags(Request request) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode tag : request.json().path("tags")) {
            if (!names.add(tag.path("name").asString())) {
                throw ApiException.conflict(
                        "The tag " + tag.path("name").asString() + " is named twice.");
            }
        }
        Optional<String> append = request.header("X-Openstack-Append");
        return database.inTransaction(tx -> {
            String namespace = access.allowed(tx, request, "add_metadef_tags").name();
            if (!append.orElse("").toLowerCase(Locale.ROOT).equals("true")) {
                store.deleteItems(tx, namespace, Metadef.Kind.TAG);
            }
            ObjectNode body = Json.object();
            ArrayNode views = body.putArray("tags");
            for (String name : names) {
                Metadef.Item item =
                        add(tx, namespace, Metadef.Kind.TAG, name, Json.object().put("name", name));
                views.add(view(namespace, Metadef.Kind.TAG, item));
            }
            return Response.json(201, body);
        });
    }

    private static ApiException notFound(String what, String name) {
        return ApiException.notFound(
                "Metadata definition " + what + " not found for name: " + name);
    }

    static ObjectNode view(String namespace, Metadef.Kind kind, Metadef.Item item) {
        ObjectNode view = (ObjectNode) Json.read(item.body());
        view.put("name", item.name());
        if (kind == Metadef.Kind.PROPERTY) {
            return view;
        }
        view.put("created_at", ImageView.time(item.createdAt()));
        view.put("updated_at", ImageView.time(item.updatedAt()));
        if (kind == Metadef.Kind.OBJECT) {
            if (!view.has("properties")) {
                view.putObject("properties");
            }
            view.put("self", "/v2/metadefs/namespaces/" + namespace + "/objects/" + item.name());
            view.put("schema", "/v2/schemas/metadefs/object");
        }
        return view;
    }
}
