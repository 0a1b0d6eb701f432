package org.monostack.image.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.monostack.image.ImageConfig;
import org.monostack.image.model.Image;
import org.monostack.image.model.Task;
import org.monostack.image.store.TaskStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Imports as tasks: those of one image for whoever sees it, all of them for administrators. */
public final class TasksApi {
    /** How long clients may count on a finished task; ours stay longer. */
    private static final Duration KEPT = Duration.ofHours(48);

    private static final Set<String> STATUSES =
            Set.of("pending", "processing", "success", "failure");

    private final Database database;
    private final ImageConfig config;
    private final ImageAccess access;
    private final TaskStore tasks;

    public TasksApi(Database database, ImageConfig config, ImageAccess access, TaskStore tasks) {
        this.database = database;
        this.config = config;
        this.access = access;
        this.tasks = tasks;
    }

    public void route(Routes routes) {
        routes.get("/v2/images/{image_id}/tasks", this::ofImage).policyInHandler("get_image");
        routes.get("/v2/tasks", this::list).policy("tasks_api_access");
        routes.get("/v2/tasks/{task_id}", this::show).policy("tasks_api_access");
    }

    private Response ofImage(Request request) {
        List<Task> found =
                database.reading(tx -> {
                    Image image = access.visible(tx, request);
                    return tasks.ofImage(tx, image.id());
                });
        ObjectNode body = Json.object();
        ArrayNode views = body.putArray("tasks");
        for (Task task : found) {
            ObjectNode view = brief(task);
            view.put("image_id", task.image().toString());
            view.put("request_id", task.requestId());
            view.put("user_id", task.userId());
            detail(view, task);
            views.add(view);
        }
        return Response.json(200, body);
    }

    private Response list(Request request) {
        Optional<String> status = request.query().first("status");
        if (status.isPresent() && !STATUSES.contains(status.get())) {
            throw ApiException.badRequest("Invalid status value: " + status.get());
        }
        int limit =
                Math.min(
                        request.query().nonNegative("limit").orElse(config.defaultPageSize()),
                        config.maxPageSize());
        Optional<String> marker = request.query().first("marker");
        List<Task> page =
                database.reading(tx ->
                        tasks.page(
                                tx,
                                status,
                                marker.map(text ->
                                        ImageAccess.uuid(text)
                                                .flatMap(id -> tasks.find(tx, id))
                                                .orElseThrow(() ->
                                                        ApiException.badRequest(
                                                                "marker:" + " no" + " task" + " "
                                                                        + text))),
                                limit));
        ObjectNode body = Json.object();
        ArrayNode views = body.putArray("tasks");
        page.forEach(task -> views.add(brief(task)));
        body.put("first", "/v2/tasks");
        body.put("schema", "/v2/schemas/tasks");
        if (!page.isEmpty() && page.size() == limit) {
            body.put("next", "/v2/tasks?limit=" + limit + "&marker=" + page.getLast().id());
        }
        return Response.json(200, body);
    }

    private Response show(Request request) {
        String text = request.pathParameter("task_id");
        Task task =
                ImageAccess.uuid(text)
                        .flatMap(id -> found(id))
                        .orElseThrow(() -> ApiException.notFound("No task found with ID " + text));
        ObjectNode view = brief(task);
        detail(view, task);
        return Response.json(200, view);
    }

    private Optional<Task> found(UUID id) {
        return database.inTransaction(tx -> tasks.find(tx, id));
    }

    private static ObjectNode brief(Task task) {
        ObjectNode view = Json.object();
        view.put("id", task.id().toString());
        view.put("type", task.type());
        view.put("status", task.status());
        view.put("owner", task.owner());
        view.put("created_at", ImageView.time(task.createdAt()));
        view.put("updated_at", ImageView.time(task.updatedAt()));
        boolean ended = task.status().equals("success") || task.status().equals("failure");
        @Nullable String expires = ended ? ImageView.time(task.updatedAt().plus(KEPT)) : null;
        view.put("expires_at", expires);
        view.put("self", "/v2/tasks/" + task.id());
        view.put("schema", "/v2/schemas/task");
        return view;
    }

    private static void detail(ObjectNode view, Task task) {
        view.set("input", Json.read(task.input()));
        view.set("result", task.result().map(Json::read).orElseGet(() -> view.nullNode()));
        view.put("message", task.message());
    }
}
