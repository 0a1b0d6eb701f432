package org.monostack.image.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.ImageConfig;
import org.monostack.image.content.Uploads;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageFilter;
import org.monostack.image.model.ImageStatus;
import org.monostack.image.store.ImageList;
import org.monostack.image.store.ImageStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Images as resources: create, list, show, change, delete, tags, and withholding. */
public final class ImagesApi {
    private final Database database;
    private final ImageConfig config;
    private final ImageStore images;
    private final ImageList list;
    private final ImageAccess access;
    private final Uploads uploads;

    public ImagesApi(
            Database database,
            ImageConfig config,
            ImageStore images,
            ImageList list,
            ImageAccess access,
            Uploads uploads) {
        this.database = database;
        this.config = config;
        this.images = images;
        this.list = list;
        this.access = access;
        this.uploads = uploads;
    }

    public void route(Routes routes) {
        routes.get("/v2/images", this::list).policy("get_images").kept();
        routes.post("/v2/images", this::create).policyInHandler("add_image").answers(201);
        routes.get("/v2/images/{image_id}", this::show).policyInHandler("get_image");
        routes.patch("/v2/images/{image_id}", this::change).policyInHandler("modify_image");
        routes.delete("/v2/images/{image_id}", this::delete)
                .policyInHandler("delete_image")
                .answers(204);
        routes.put("/v2/images/{image_id}/tags/{tag}", this::addTag)
                .policyInHandler("modify_image")
                .answers(204);
        routes.delete("/v2/images/{image_id}/tags/{tag}", this::removeTag)
                .policyInHandler("modify_image")
                .answers(204);
        routes.post("/v2/images/{image_id}/actions/deactivate", this::deactivate)
                .policyInHandler("deactivate")
                .answers(204);
        routes.post("/v2/images/{image_id}/actions/reactivate", this::reactivate)
                .policyInHandler("reactivate")
                .answers(204);
    }

    private Response list(Request request) {
        if (request.rawPath().endsWith("/")) {
            // The path of an image whose id is empty.
            throw ApiException.notFound("The resource could not be found.");
        }
        Query query = request.query();
        ImageFilter filter = ListRequest.read(query, config, ImageAccess.viewer(request));
        List<Image> page =
                database.reading(tx -> {
                    if (filter.marker().isPresent() && !list.known(tx, filter.marker().get())) {
                        throw ApiException.badRequest(
                                "marker: no image found with ID " + filter.marker().get());
                    }
                    return list.page(tx, filter);
                });
        ObjectNode body = Json.object();
        ArrayNode views = body.putArray("images");
        page.forEach(image -> views.add(ImageView.image(image)));
        body.put("first", link(query, Optional.empty()));
        body.put("schema", "/v2/schemas/images");
        if (!page.isEmpty() && page.size() == filter.limit()) {
            body.put("next", link(query, Optional.of(page.getLast().id())));
        }
        return Response.json(200, body);
    }

    private static String link(Query query, Optional<UUID> marker) {
        List<String> pairs = new ArrayList<>();
        for (String name : query.names()) {
            if (!name.equals("marker")) {
                query.all(name).forEach(value -> pairs.add(pair(name, value)));
            }
        }
        marker.ifPresent(id -> pairs.add(pair("marker", id.toString())));
        return pairs.isEmpty() ? "/v2/images" : "/v2/images?" + String.join("&", pairs);
    }

    private static String pair(String name, String value) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                + "="
                + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private Response create(Request request) {
        JsonNode body = request.json();
        if (!body.isObject()) {
            throw ApiException.badRequest(
                    "The body must be a JSON object that describes an image.");
        }
        ImageDraft draft = new ImageDraft(config);
        draft.owner = request.caller().projectId();
        UUID id = UUID.randomUUID();
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            if (entry.getKey().equals("id")) {
                id = requestedId(entry.getValue());
            } else if (entry.getKey().equals("locations")) {
                throw ApiException.forbidden("Attribute 'locations' is reserved.");
            } else {
                ImageDraft.requireWritable(entry.getKey());
                draft.set(entry.getKey(), entry.getValue());
            }
        }
        Image image = draft.created(id, Times.now());
        String owner = image.owner().orElse("");
        Map<String, String> target =
                Map.of(
                        "project_id",
                        request.caller().projectId().orElse(""),
                        "owner",
                        owner,
                        "visibility",
                        image.visibility());
        request.authorize("add_image", target);
        authorizeVisibility(request, image, Map.of("project_id", owner, "owner", owner));
        try {
            database.run(tx -> {
                if (images.find(tx, image.id()).isPresent()) {
                    throw taken(image.id());
                }
                images.insert(tx, image);
            });
        } catch (RuntimeException e) {
            throw Database.isDuplicate(e) ? taken(image.id()) : e;
        }
        return Response.json(201, ImageView.image(image))
                .header("Location", request.baseUrl() + "/v2/images/" + image.id())
                .header(
                        "OpenStack-image-import-methods",
                        String.join(",", ImportApi.methods(config)))
                .header("OpenStack-image-store-ids", "file");
    }

    private static ApiException taken(UUID id) {
        return ApiException.conflict("Image ID " + id + " already exists!");
    }

    private static UUID requestedId(JsonNode value) {
        return ImageAccess.uuid(value.isString() ? value.asString() : "")
                .orElseThrow(() ->
                        ApiException.badRequest(
                                "Provided object does not match schema 'image': "
                                        + value
                                        + " is no UUID. Failed validating 'id'."));
    }

    private static void authorizeVisibility(Request request, Image image, Map<String, ?> target) {
        if (image.visibility().equals("public")) {
            request.authorize("publicize_image", target);
        } else if (image.visibility().equals("community")) {
            request.authorize("communitize_image", target);
        }
    }

    private Response show(Request request) {
        return Response.json(
                200, ImageView.image(database.reading(tx -> access.visible(tx, request))));
    }

    private Response change(Request request) {
        ImagePatch patch = ImagePatch.read(request);
        Image changed =
                database.inTransaction(tx -> {
                    Image image = access.locked(tx, request);
                    access.authorize(tx, request, "modify_image", image);
                    ImageDraft draft = ImageDraft.of(config, image);
                    for (ImagePatch.Change change : patch.changes()) {
                        apply(request, image, draft, change);
                    }
                    Image after = draft.applied(image, Times.now());
                    if (!after.visibility().equals(image.visibility())) {
                        authorizeVisibility(request, after, access.target(tx, request, image));
                    }
                    if (!patch.changes().isEmpty()) {
                        images.update(tx, after);
                        return after;
                    }
                    return image;
                });
        return Response.json(200, ImageView.image(changed));
    }

    private static void apply(
            Request request, Image image, ImageDraft draft, ImagePatch.Change change) {
        String attribute = change.attribute();
        if (attribute.equals("locations")) {
            throw ApiException.forbidden(
                    "It's not allowed to "
                            + change.operation()
                            + " locations if locations are"
                            + " invisible.");
        }
        boolean known = draft.properties.containsKey(attribute);
        if (change.operation().equals("remove")) {
            if (ImageDraft.isAttribute(attribute)) {
                throw ApiException.forbidden("Property " + attribute + " may not be removed.");
            }
            if (!known) {
                throw ApiException.conflict("Property " + attribute + " does not exist.");
            }
            draft.properties.remove(attribute);
            return;
        }
        if (attribute.equals("owner") && !ImageAccess.isAdmin(request)) {
            throw ApiException.forbidden("You are not permitted to modify 'owner' on this image.");
        }
        boolean format = attribute.equals("disk_format") || attribute.equals("container_format");
        if (format && image.status() != ImageStatus.QUEUED) {
            throw ApiException.forbidden(
                    "Attribute " + attribute + " can be only replaced for a queued image.");
        }
        if (!ImageDraft.isAttribute(attribute)) {
            if (change.operation().equals("replace") && !known) {
                throw ApiException.conflict("Property " + attribute + " does not exist.");
            }
            if (change.operation().equals("add") && known && change.old()) {
                throw ApiException.conflict("Property " + attribute + " already present.");
            }
        }
        draft.set(attribute, change.value());
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Image image = access.locked(tx, request);
            access.authorize(tx, request, "delete_image", image);
            if (image.isProtected()) {
                throw ApiException.forbidden(
                        "Image " + image.id() + " is protected and cannot be deleted.");
            }
            images.delete(tx, image.id());
            uploads.discardAfter(tx, image);
        });
        return Response.empty(204);
    }

    private Response addTag(Request request) {
        String tag = ImageDraft.tag(request.pathParameter("tag"));
        changeTags(request, draft -> draft.tags.add(tag));
        return Response.empty(204);
    }

    private Response removeTag(Request request) {
        String tag = request.pathParameter("tag");
        changeTags(
                request,
                draft -> {
                    if (!draft.tags.remove(tag)) {
                        throw ApiException.notFound("The tag " + tag + " does not exist.");
                    }
                });
        return Response.empty(204);
    }

    private void changeTags(Request request, java.util.function.Consumer<ImageDraft> change) {
        database.run(tx -> {
            Image image = access.locked(tx, request);
            access.authorize(tx, request, "modify_image", image);
            ImageDraft draft = ImageDraft.of(config, image);
            change.accept(draft);
            images.update(tx, draft.applied(image, Times.now()));
        });
    }

    private Response deactivate(Request request) {
        return move(request, "deactivate", ImageStatus.ACTIVE, ImageStatus.DEACTIVATED);
    }

    private Response reactivate(Request request) {
        return move(request, "reactivate", ImageStatus.DEACTIVATED, ImageStatus.ACTIVE);
    }

    private Response move(Request request, String rule, ImageStatus from, ImageStatus to) {
        database.run(tx -> move(tx, request, rule, from, to));
        return Response.empty(204);
    }

    private void move(
            Transaction tx, Request request, String rule, ImageStatus from, ImageStatus to) {
        Image image = access.locked(tx, request);
        access.authorize(tx, request, rule, image);
        if (image.status() == to) {
            return;
        }
        if (image.status() != from) {
            throw ApiException.forbidden(
                    "Not allowed to " + rule + " image in status '" + image.status().wire() + "'");
        }
        images.setStatus(tx, image.id(), to);
    }
}
