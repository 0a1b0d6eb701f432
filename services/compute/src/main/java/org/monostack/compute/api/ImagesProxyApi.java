package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import org.monostack.image.ImageInfo;
import org.monostack.image.Images;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Single images under compute's own address, as old clients look at them (until 2.35). */
final class ImagesProxyApi {
    private static final String LAST = "2.35";

    private final Database database;
    private final Images images;

    ImagesProxyApi(Database database, Images images) {
        this.database = database;
        this.images = images;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/images/{image_id}"), this::show).until(LAST);
        routes.delete(Paths.of("/images/{image_id}"), this::delete).answers(204).until(LAST);
        routes.get(Paths.of("/images/{image_id}/metadata"), this::metadata).until("2.38");
        routes.get(Paths.of("/images/{image_id}/metadata/{key}"), this::item).until("2.38");
    }

    private ImageInfo find(Transaction tx, Request request) {
        return Inputs.uuid(request.pathParameter("image_id"))
                .flatMap(id -> images.find(tx, request.caller(), id))
                .orElseThrow(() -> ApiException.notFound("Image not found."));
    }

    private ImageInfo find(Request request) {
        return database.inTransaction(tx -> find(tx, request));
    }

    private Response show(Request request) {
        ImageInfo image = find(request);
        String id = image.id().toString();
        ObjectNode node = Json.object();
        node.put("id", id);
        node.put("name", image.name().orElse(null));
        node.put("minRam", image.minRamMb());
        node.put("minDisk", image.minDiskGb());
        node.set("metadata", properties(image));
        node.put("created", Links.time(image.createdAt()));
        node.put("updated", Links.time(image.updatedAt()));
        node.put("status", status(image));
        node.put("progress", progress(image));
        node.put("OS-EXT-IMG-SIZE:size", image.sizeBytes().orElse(0L));
        node.set("links", Links.both(request, "images", id));
        String server = image.properties().get("instance_uuid");
        if (server != null) {
            ObjectNode from = node.putObject("server");
            from.put("id", server);
            from.set("links", Links.both(request, "servers", server));
        }
        return Response.json(200, Json.object().set("image", node));
    }

    private static String status(ImageInfo image) {
        return switch (image.status()) {
            case "active" -> "ACTIVE";
            case "queued", "saving", "uploading", "importing" -> "SAVING";
            case "deleted", "pending_delete" -> "DELETED";
            case "killed" -> "ERROR";
            default -> "UNKNOWN";
        };
    }

    private static int progress(ImageInfo image) {
        return switch (image.status()) {
            case "active" -> 100;
            case "saving" -> 50;
            case "queued" -> 25;
            default -> 0;
        };
    }

    private static ObjectNode properties(ImageInfo image) {
        ObjectNode node = Json.object();
        image.properties().forEach(node::put);
        return node;
    }

    private Response delete(Request request) {
        database.run(tx -> {
            ImageInfo image = find(tx, request);
            boolean own =
                    image.owner().isPresent() && image.owner().equals(request.caller().projectId());
            if (!own && !request.allowed("context_is_admin", Map.of())) {
                throw ApiException.forbidden("You are not allowed to delete the image.");
            }
            if (image.isProtected()) {
                throw ApiException.forbidden("The image is protected.");
            }
            images.delete(tx, image.id());
        });
        return Response.empty(204);
    }

    private Response metadata(Request request) {
        return Response.json(200, Json.object().set("metadata", properties(find(request))));
    }

    private Response item(Request request) {
        String key = request.pathParameter("key");
        String value =
                Optional.ofNullable(find(request).properties().get(key))
                        .orElseThrow(() -> ApiException.notFound("Metadata item was not found"));
        return Response.json(200, Json.object().set("meta", Json.object().put(key, value)));
    }
}
