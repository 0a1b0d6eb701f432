package org.monostack.image.api;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.ImageConfig;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.image.model.Task;
import org.monostack.image.operation.ImportImage;
import org.monostack.image.operation.WebDownload;
import org.monostack.image.store.ImageStore;
import org.monostack.image.store.TaskStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.operation.Operations;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Accepts imports; the work itself is {@link ImportImage}. */
public final class ImportApi {
    private static final String STAGED = "glance-direct";
    private static final String WEB = "web-download";

    private final Database database;
    private final ImageConfig config;
    private final ImageAccess access;
    private final ImageStore images;
    private final TaskStore tasks;
    private final Operations operations;
    private final ImportImage importImage;

    public ImportApi(
            Database database,
            ImageConfig config,
            ImageAccess access,
            ImageStore images,
            TaskStore tasks,
            Operations operations,
            ImportImage importImage) {
        this.database = database;
        this.config = config;
        this.access = access;
        this.images = images;
        this.tasks = tasks;
        this.operations = operations;
        this.importImage = importImage;
    }

    public void route(Routes routes) {
        routes.post("/v2/images/{image_id}/import", this::accept)
                .policyInHandler("modify_image")
                .answers(202);
    }

    /** The ways to import that are open here. */
    static List<String> methods(ImageConfig config) {
        return config.webDownload() ? List.of(STAGED, WEB) : List.of(STAGED);
    }

    private Response accept(Request request) {
        JsonNode body = request.json();
        String method = method(body);
        URI uri = method.equals(WEB) ? uri(body) : URI.create("");
        checkStores(body);
        database.run(tx -> accept(tx, request, method, uri, body));
        return Response.empty(202);
    }

    private void accept(Transaction tx, Request request, String method, URI uri, JsonNode body) {
        Image image = access.locked(tx, request);
        access.authorize(tx, request, "modify_image", image);
        if (image.containerFormat().isEmpty()) {
            throw ApiException.conflict("'container_format' needs to be set before import");
        }
        if (image.diskFormat().isEmpty()) {
            throw ApiException.conflict("'disk_format' needs to be set before import");
        }
        boolean staged = method.equals(STAGED);
        ImageStatus from = staged ? ImageStatus.UPLOADING : ImageStatus.QUEUED;
        if (image.status() != from || staged && image.stagedKey().isEmpty()) {
            throw ApiException.conflict(
                    "Only images with status '"
                            + from.wire()
                            + "' can be imported with "
                            + method
                            + "; this one is "
                            + image.status().wire()
                            + ".");
        }
        UUID key = image.stagedKey().orElseGet(UUID::randomUUID);
        UUID task = UUID.randomUUID();
        images.beginUpload(tx, image.id(), from, ImageStatus.IMPORTING, key);
        images.setProperty(tx, image.id(), ImportImage.IMPORTING, ImportImage.STORE);
        images.setProperty(tx, image.id(), ImportImage.FAILED, "");
        tasks.insert(tx, task(request, image, task, body));
        operations.submit(
                tx,
                importImage,
                "image",
                image.id().toString(),
                new ImportImage.Plan(image.id(), task, key, uri.toString()),
                request.requestId());
    }

    private static Task task(Request request, Image image, UUID id, JsonNode body) {
        ObjectNode input = Json.object();
        input.put("image_id", image.id().toString());
        input.set("import_req", body);
        input.putArray("backend").add(ImportImage.STORE);
        Instant now = Times.now();
        return new Task(
                id,
                "api_image_import",
                "pending",
                request.caller().projectId().orElse(""),
                request.caller().userId(),
                image.id(),
                request.requestId(),
                Json.write(input),
                Optional.empty(),
                "",
                now,
                now,
                Optional.empty());
    }

    private String method(JsonNode body) {
        JsonNode method = body.path("method");
        if (!method.isObject()) {
            throw ApiException.badRequest("Import request requires a 'method' field.");
        }
        if (!method.path("name").isString()) {
            throw ApiException.badRequest("Import request requires a 'name' field.");
        }
        String name = method.path("name").asString();
        if (!methods(config).contains(name)) {
            throw ApiException.badRequest("Unknown import method name '" + name + "'.");
        }
        return name;
    }

    private static URI uri(JsonNode body) {
        JsonNode text = body.path("method").path("uri");
        if (!text.isString()) {
            throw ApiException.badRequest("Import request requires a 'uri' field.");
        }
        URI uri;
        try {
            uri = URI.create(text.asString());
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The 'uri' is malformed: " + text.asString());
        }
        Optional<String> refusal = WebDownload.refusal(uri);
        if (refusal.isPresent()) {
            throw ApiException.badRequest(refusal.get());
        }
        return uri;
    }

    private static void checkStores(JsonNode body) {
        for (String flag : List.of("all_stores", "all_stores_must_succeed")) {
            JsonNode value = body.path(flag);
            if (!value.isMissingNode() && !value.isBoolean()) {
                throw ApiException.badRequest("'" + flag + "' must be boolean value only");
            }
        }
        JsonNode stores = body.path("stores");
        if (stores.isMissingNode()) {
            return;
        }
        if (!stores.isArray()) {
            throw ApiException.badRequest("'stores' must be a list of store names");
        }
        if (body.path("all_stores").asBoolean(false)) {
            throw ApiException.badRequest(
                    "All_stores parameter can't be used with x-image-meta-store header or stores"
                            + " parameter");
        }
        List<String> unknown = new ArrayList<>();
        for (JsonNode store : stores) {
            if (!store.isString() || !store.asString().equals(ImportImage.STORE)) {
                unknown.add(store.isString() ? store.asString() : store.toString());
            }
        }
        if (!unknown.isEmpty()) {
            throw ApiException.conflict(
                    "The following stores are not available: " + String.join(", ", unknown));
        }
    }
}
