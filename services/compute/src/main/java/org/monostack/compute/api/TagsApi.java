package org.monostack.compute.api;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.monostack.compute.model.Server;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A server's tags, since 2.26. */
final class TagsApi {
    private static final String RULE = "os_compute_api:os-server-tags:";
    private static final int MOST = 50;
    private static final int LONGEST = 60;

    private final ServerAccess access;

    TagsApi(ServerAccess access) {
        this.access = access;
    }

    void addTo(Routes routes) {
        String base = "/servers/{server_id}/tags";
        routes.get(Paths.of(base), this::list).policyInHandler(RULE + "index").since("2.26");
        routes.put(Paths.of(base), this::putAll)
                .policyInHandler(RULE + "update_all")
                .body(Schema.of("compute", "server-tags"))
                .since("2.26");
        routes.delete(Paths.of(base), this::deleteAll)
                .policyInHandler(RULE + "delete_all")
                .answers(204)
                .since("2.26");
        routes.get(Paths.of(base + "/{tag}"), this::show)
                .policyInHandler(RULE + "show")
                .answers(204)
                .since("2.26");
        routes.put(Paths.of(base + "/{tag}"), this::put)
                .policyInHandler(RULE + "update")
                .answers(201)
                .since("2.26");
        routes.delete(Paths.of(base + "/{tag}"), this::delete)
                .policyInHandler(RULE + "delete")
                .answers(204)
                .since("2.26");
    }

    private static Response body(List<String> tags) {
        ObjectNode body = Json.object();
        body.set("tags", Json.strings(tags));
        return Response.json(200, body);
    }

    private Server find(Request request, String rule) {
        return access.database()
                .inTransaction(tx -> access.find(tx, request, "os-server-tags:" + rule));
    }

    private List<String> change(Request request, String rule, UnaryOperator<List<String>> edit) {
        return access.database()
                .inTransaction(tx -> {
                    Server server = access.lock(tx, request, "os-server-tags:" + rule);
                    ServerAccess.requireUnlocked(request, server);
                    List<String> changed = edit.apply(new ArrayList<>(server.tags()));
                    access.stores()
                            .servers()
                            .change(tx, server.id(), new ServerChange().tags(changed));
                    return changed;
                });
    }

    private Response list(Request request) {
        return body(find(request, "index").tags());
    }

    private Response show(Request request) {
        if (!find(request, "show").tags().contains(request.pathParameter("tag"))) {
            throw noTag(request);
        }
        return Response.empty(204);
    }

    private static ApiException noTag(Request request) {
        return ApiException.notFound(
                "Server "
                        + request.pathParameter("server_id")
                        + " has no tag '"
                        + request.pathParameter("tag")
                        + "'");
    }

    private Response put(Request request) {
        String tag = request.pathParameter("tag");
        if (tag.length() > LONGEST || tag.contains(",") || tag.contains("/")) {
            throw ApiException.badRequest(
                    "Tag '"
                            + tag
                            + "' is invalid. It must be a non empty string without characters '/'"
                            + " and ','. Maximum length of a tag is "
                            + LONGEST);
        }
        boolean[] known = new boolean[1];
        change(
                request,
                "update",
                tags -> {
                    known[0] = tags.contains(tag);
                    if (!known[0]) {
                        if (tags.size() >= MOST) {
                            throw ApiException.badRequest(
                                    "The number of tags exceeded the per-server limit " + MOST);
                        }
                        tags.add(tag);
                    }
                    return tags;
                });
        return known[0]
                ? Response.empty(204)
                : Response.empty(201)
                        .header(
                                "Location",
                                Links.self(request, "servers", request.pathParameter("server_id"))
                                        + "/tags/"
                                        + tag);
    }

    private Response putAll(Request request) {
        LinkedHashSet<String> given = new LinkedHashSet<>();
        request.json().path("tags").forEach(tag -> given.add(tag.asString()));
        return body(change(request, "update_all", old -> List.copyOf(given)));
    }

    private Response delete(Request request) {
        change(
                request,
                "delete",
                tags -> {
                    if (!tags.remove(request.pathParameter("tag"))) {
                        throw noTag(request);
                    }
                    return tags;
                });
        return Response.empty(204);
    }

    private Response deleteAll(Request request) {
        change(request, "delete_all", old -> List.of());
        return Response.empty(204);
    }
}
