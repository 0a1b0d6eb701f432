package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** /v3/projects/{project_id}/tags. */
public final class TagsApi {

    private static final int MAX_TAGS = 80;
    private static final int MAX_LENGTH = 255;

    private final Database database;
    private final Announcements announcements;
    private final ProjectStore projects;

    public TagsApi(Database database, Announcements announcements, ProjectStore projects) {
        this.database = database;
        this.announcements = announcements;
        this.projects = projects;
    }

    public void routes(Routes routes) {
        routes.get("/v3/projects/{project_id}/tags", this::list)
                .policyInHandler("identity:list_project_tags");
        routes.put("/v3/projects/{project_id}/tags", this::replace)
                .policyInHandler("identity:update_project_tags")
                .body(Schema.of("identity", "project-tags"));
        routes.delete("/v3/projects/{project_id}/tags", this::clear)
                .policyInHandler("identity:delete_project_tags")
                .answers(204);
        routes.get("/v3/projects/{project_id}/tags/{value}", this::check)
                .policyInHandler("identity:get_project_tag")
                .answers(204);
        routes.put("/v3/projects/{project_id}/tags/{value}", this::add)
                .policyInHandler("identity:create_project_tag")
                .answers(201);
        routes.delete("/v3/projects/{project_id}/tags/{value}", this::remove)
                .policyInHandler("identity:delete_project_tag")
                .answers(204);
    }

    private Response list(Request request) {
        return with(request, "identity:list_project_tags", tx -> view(request, tx));
    }

    private Response replace(Request request) {
        List<String> tags = new ArrayList<>();
        request.json().path("tags").forEach(tag -> tags.add(tag.asString()));
        return with(
                request,
                "identity:update_project_tags",
                tx -> {
                    projects.setTags(
                            tx,
                            request.pathParameter("project_id"),
                            tags.stream().distinct().toList());
                    told(tx, request);
                    return view(request, tx);
                });
    }

    private Response clear(Request request) {
        return with(
                request,
                "identity:delete_project_tags",
                tx -> {
                    projects.setTags(tx, request.pathParameter("project_id"), List.of());
                    told(tx, request);
                    return Response.empty(204);
                });
    }

    private Response check(Request request) {
        return with(
                request,
                "identity:get_project_tag",
                tx -> {
                    String tag = request.pathParameter("value");
                    if (!projects.tags(tx, request.pathParameter("project_id")).contains(tag)) {
                        throw Views.notFound("project tag", tag);
                    }
                    return Response.empty(204);
                });
    }

    private Response add(Request request) {
        String tag = request.pathParameter("value");
        if (tag.length() > MAX_LENGTH || tag.contains("/") || tag.contains(",")) {
            throw ApiException.badRequest(
                    "Invalid input for field 'value': a tag has at most 255 characters, and neither"
                            + " slash nor comma.");
        }
        return with(
                request,
                "identity:create_project_tag",
                tx -> {
                    String id = request.pathParameter("project_id");
                    List<String> tags = projects.tags(tx, id);
                    if (tags.size() >= MAX_TAGS && !tags.contains(tag)) {
                        throw ApiException.badRequest(
                                "Invalid input for field 'tags': a project has at most 80.");
                    }
                    projects.addTag(tx, id, tag);
                    told(tx, request);
                    return Response.empty(201)
                            .header(
                                    "Location",
                                    Views.url(request, "projects/" + id + "/tags/" + tag));
                });
    }

    private Response remove(Request request) {
        return with(
                request,
                "identity:delete_project_tag",
                tx -> {
                    String tag = request.pathParameter("value");
                    if (!projects.removeTag(tx, request.pathParameter("project_id"), tag)) {
                        throw Views.notFound("project tag", tag);
                    }
                    told(tx, request);
                    return Response.empty(204);
                });
    }

    private void told(Transaction tx, Request request) {
        announcements.updated(tx, request, "project", request.pathParameter("project_id"));
    }

    private Response with(Request request, String rule, Function<Transaction, Response> action) {
        return database.inTransaction(tx -> {
            ProjectsApi.authorized(
                    request, rule, projects.find(tx, request.pathParameter("project_id")));
            return action.apply(tx);
        });
    }

    private Response view(Request request, Transaction tx) {
        ObjectNode body = Json.object();
        body.set("tags", Json.strings(projects.tags(tx, request.pathParameter("project_id"))));
        body.set(
                "links",
                Json.object()
                        .put("next", (String) null)
                        .put("self", request.url())
                        .put("previous", (String) null));
        return Response.json(200, body);
    }
}
