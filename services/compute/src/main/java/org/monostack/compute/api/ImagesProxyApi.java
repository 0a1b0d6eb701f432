package org.monostack.compute.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.monostack.image.Images;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images under compute's own address (until 2.35), and their metadata (until 2.38). Metadata are
 * the properties that users give to an image.
 */
final class ImagesProxyApi {
    private static final String LAST = "2.35";
    private static final String LAST_METADATA = "2.38";
    private static final String PATCH = "application/openstack-images-v2.1-json-patch";

    /** What Glance itself says of an image; all else are properties. */
    private static final Set<String> ATTRIBUTES =
            Set.of(
                    "id",
                    "name",
                    "status",
                    "visibility",
                    "protected",
                    "os_hidden",
                    "tags",
                    "owner",
                    "container_format",
                    "disk_format",
                    "size",
                    "virtual_size",
                    "min_disk",
                    "min_ram",
                    "checksum",
                    "os_hash_algo",
                    "os_hash_value",
                    "created_at",
                    "updated_at",
                    "locations",
                    "direct_url",
                    "stores",
                    "self",
                    "file",
                    "schema");

    private final Database database;
    private final Images images;
    private final Quotas quotas;

    ImagesProxyApi(Database database, Images images, Quotas quotas) {
        this.database = database;
        this.images = images;
        this.quotas = quotas;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/images"), this::list).until(LAST);
        routes.get(Paths.of("/images/detail"), this::detail).until(LAST);
        String image = "/images/{image_id}";
        routes.get(Paths.of(image), this::show).until(LAST);
        routes.delete(Paths.of(image), this::delete).answers(204).until(LAST);
        String metadata = image + "/metadata";
        Schema all = Schema.of("compute", "metadata");
        routes.get(Paths.of(metadata), this::metadata).until(LAST_METADATA);
        routes.post(Paths.of(metadata), request -> change(request, false))
                .body(all)
                .until(LAST_METADATA);
        routes.put(Paths.of(metadata), request -> change(request, true))
                .body(all)
                .until(LAST_METADATA);
        String item = metadata + "/{key}";
        routes.get(Paths.of(item), this::item).until(LAST_METADATA);
        routes.put(Paths.of(item), this::setItem)
                .body(Schema.of("compute", "metadata-item"))
                .until(LAST_METADATA);
        routes.delete(Paths.of(item), this::deleteItem).answers(204).until(LAST_METADATA);
    }

    private static String path(Request request) {
        return "/v2/images/" + encoded(request.pathParameter("image_id"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode find(Request request) {
        try {
            return images.api().get(request, path(request));
        } catch (ApiException e) {
            throw e.status() == 404 ? ApiException.notFound("Image not found.") : e;
        }
    }

    private Response list(Request request) {
        return list(
                request,
                image -> {
                    ObjectNode node = Json.object();
                    String id = image.path("id").asString();
                    node.put("id", id);
                    node.set("name", image.path("name"));
                    node.set("links", Links.both(request, "images", id));
                    return node;
                });
    }

    private Response detail(Request request) {
        return list(request, image -> view(request, image));
    }

    private interface View {
        ObjectNode of(JsonNode image);
    }

    private Response list(Request request, View view) {
        Paging paging = Paging.of(request.query());
        StringBuilder path = new StringBuilder("/v2/images?limit=").append(paging.limit());
        paging.marker().ifPresent(marker -> path.append("&marker=").append(encoded(marker)));
        for (String name : request.query().names()) {
            filter(name, request.query().first(name).orElse(""))
                    .ifPresent(filter -> path.append('&').append(filter));
        }
        List<JsonNode> found = new ArrayList<>();
        images.api().get(request, path.toString()).path("images").forEach(found::add);
        ObjectNode body = Json.object();
        ArrayNode shown = body.putArray("images");
        found.forEach(image -> shown.add(view.of(image)));
        Links.next(
                body,
                "images",
                request,
                found.size(),
                paging,
                found.isEmpty()
                        ? Optional.empty()
                        : Optional.of(found.getLast().path("id").asString()));
        return Response.json(200, body);
    }

    /** Glance's words for one of Nova's filters; empty for what is none. */
    private static Optional<String> filter(String name, String value) {
        String wanted = encoded(value);
        return switch (name) {
            case "name" -> Optional.of("name=" + wanted);
            case "status" -> Optional.of("status=" + encoded(value.toLowerCase(Locale.ROOT)));
            case "changes-since" -> Optional.of("updated_at=gte:" + wanted);
            case "server" ->
                    Optional.of(
                            "instance_uuid="
                                    + encoded(value.substring(value.lastIndexOf('/') + 1)));
            case "type" -> Optional.of("image_type=" + wanted);
            case "minRam" -> Optional.of("min_ram=" + wanted);
            case "minDisk" -> Optional.of("min_disk=" + wanted);
            default ->
                    name.startsWith("property-")
                            ? Optional.of(
                                    encoded(name.substring("property-".length())) + "=" + wanted)
                            : Optional.empty();
        };
    }

    private Response show(Request request) {
        return Response.json(200, Json.object().set("image", view(request, find(request))));
    }

    private static ObjectNode view(Request request, JsonNode image) {
        String id = image.path("id").asString();
        String status = image.path("status").asString();
        ObjectNode node = Json.object();
        node.put("id", id);
        node.set("name", image.path("name"));
        node.set("minRam", image.path("min_ram"));
        node.set("minDisk", image.path("min_disk"));
        node.set("metadata", json(properties(image)));
        node.set("created", image.path("created_at"));
        node.set("updated", image.path("updated_at"));
        node.put("status", status(status));
        node.put("progress", progress(status));
        node.put("OS-EXT-IMG-SIZE:size", image.path("size").asLong(0));
        node.set("links", Links.both(request, "images", id));
        String server = image.path("instance_uuid").asString("");
        if (!server.isEmpty()) {
            ObjectNode from = node.putObject("server");
            from.put("id", server);
            from.set("links", Links.both(request, "servers", server));
        }
        return node;
    }

    private static String status(String status) {
        return switch (status) {
            case "active" -> "ACTIVE";
            case "queued", "saving", "uploading", "importing" -> "SAVING";
            case "deleted", "pending_delete" -> "DELETED";
            case "killed" -> "ERROR";
            default -> "UNKNOWN";
        };
    }

    private static int progress(String status) {
        return switch (status) {
            case "active" -> 100;
            case "saving" -> 50;
            case "queued" -> 25;
            default -> 0;
        };
    }

    private static Map<String, String> properties(JsonNode image) {
        Map<String, String> properties = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : image.properties()) {
            if (!ATTRIBUTES.contains(entry.getKey()) && !entry.getValue().isNull()) {
                properties.put(entry.getKey(), entry.getValue().asString());
            }
        }
        return properties;
    }

    private static ObjectNode json(Map<String, String> properties) {
        ObjectNode node = Json.object();
        properties.forEach(node::put);
        return node;
    }

    private Response delete(Request request) {
        find(request);
        images.api().delete(request, path(request));
        return Response.empty(204);
    }

    private Response metadata(Request request) {
        return Response.json(200, Json.object().set("metadata", json(properties(find(request)))));
    }

    private Response item(Request request) {
        String key = request.pathParameter("key");
        return one(
                key,
                Optional.ofNullable(properties(find(request)).get(key))
                        .orElseThrow(() -> ApiException.notFound("Metadata item was not found")));
    }

    private static Response one(String key, String value) {
        return Response.json(200, Json.object().set("meta", Json.object().put(key, value)));
    }

    private Response change(Request request, boolean replace) {
        JsonNode image = find(request);
        Map<String, String> wanted = replace ? new TreeMap<>() : new TreeMap<>(properties(image));
        wanted.putAll(Inputs.strings(request.json().path("metadata")));
        become(request, image, wanted);
        return Response.json(200, Json.object().set("metadata", json(wanted)));
    }

    private Response setItem(Request request) {
        String key = request.pathParameter("key");
        JsonNode meta = request.json().path("meta");
        if (!meta.has(key)) {
            throw ApiException.badRequest("Request body and URI mismatch");
        }
        JsonNode image = find(request);
        Map<String, String> wanted = new TreeMap<>(properties(image));
        wanted.put(key, meta.path(key).asString());
        become(request, image, wanted);
        return one(key, meta.path(key).asString());
    }

    private Response deleteItem(Request request) {
        String key = request.pathParameter("key");
        JsonNode image = find(request);
        Map<String, String> wanted = new TreeMap<>(properties(image));
        if (!wanted.containsKey(key)) {
            throw ApiException.notFound("Invalid metadata key");
        }
        wanted.remove(key);
        become(request, image, wanted);
        return Response.empty(204);
    }

    /** Changes an image's properties to these. */
    private void become(Request request, JsonNode image, Map<String, String> wanted) {
        database.run(tx ->
                Quotas.checkMetadata(
                        quotas.limits(tx, request.caller().requireProject(), Optional.empty()),
                        wanted.size()));
        Map<String, String> before = properties(image);
        ArrayNode changes = Json.array();
        wanted.forEach((key, value) -> {
            if (ATTRIBUTES.contains(key)) {
                throw ApiException.badRequest("Metadata cannot hold the attribute " + key + ".");
            }
            if (!value.equals(before.get(key))) {
                changes.addObject()
                        .put("op", before.containsKey(key) ? "replace" : "add")
                        .put("path", pointer(key))
                        .put("value", value);
            }
        });
        for (String key : before.keySet()) {
            if (!wanted.containsKey(key)) {
                changes.addObject().put("op", "remove").put("path", pointer(key));
            }
        }
        if (!changes.isEmpty()) {
            images.api().patch(request, path(request), changes, PATCH);
        }
    }

    private static String pointer(String key) {
        return "/" + key.replace("~", "~0").replace("/", "~1");
    }
}
