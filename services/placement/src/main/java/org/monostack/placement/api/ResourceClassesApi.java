package org.monostack.placement.api;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.monostack.placement.store.InventoryStore;
import org.monostack.placement.store.NameStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The vocabulary of resource classes. */
public final class ResourceClassesApi {
    private static final Pattern CUSTOM = Pattern.compile("CUSTOM_[A-Z0-9_]{1,248}");
    private static final Schema BODY = Schema.of("placement", "resource-class");

    private final Database database;
    private final NameStore classes;
    private final InventoryStore inventories;

    public ResourceClassesApi(Database database, NameStore classes, InventoryStore inventories) {
        this.database = database;
        this.classes = classes;
        this.inventories = inventories;
    }

    public void route(Routes routes) {
        String rule = "placement:resource_classes:";
        routes.get("/resource_classes", this::list).policy(rule + "list").since("1.2");
        routes.post("/resource_classes", this::create)
                .policy(rule + "create")
                .since("1.2")
                .answers(201);
        routes.get("/resource_classes/{name}", this::show).policy(rule + "show").since("1.2");
        routes.put("/resource_classes/{name}", this::rename)
                .policy(rule + "update")
                .since("1.2")
                .until("1.6");
        routes.put("/resource_classes/{name}", this::ensure)
                .policy(rule + "update")
                .since("1.7")
                .answers(201);
        routes.delete("/resource_classes/{name}", this::delete)
                .policy(rule + "delete")
                .since("1.2")
                .answers(204);
    }

    private Response list(Request request) {
        Set<String> names = database.reading(classes::all);
        ObjectNode body = Replies.object();
        ArrayNode views = body.putArray("resource_classes");
        names.forEach(name -> views.add(view(request, name)));
        return Replies.json(request, body, Optional.empty());
    }

    private static ObjectNode view(Request request, String name) {
        ObjectNode view = Replies.object();
        view.put("name", name);
        view.putArray("links").addObject().put("rel", "self").put("href", path(request, name));
        return view;
    }

    private static String path(Request request, String name) {
        return Replies.prefix(request) + "/resource_classes/" + name;
    }

    private Response show(Request request) {
        String name = request.pathParameter("name");
        if (!database.reading(tx -> classes.exists(tx, name))) {
            throw unknown(name);
        }
        return Replies.json(request, view(request, name), Optional.empty());
    }

    private static ApiException unknown(String name) {
        return ApiException.notFound("No such resource class " + name + ".");
    }

    private Response create(Request request) {
        JsonNode body = Replies.body(request, BODY);
        String name = body.path("name").asString();
        if (!database.inTransaction(tx -> classes.add(tx, name))) {
            throw ApiException.conflict("Conflicting resource class already exists: " + name);
        }
        return Response.empty(201).header("Location", request.origin() + path(request, name));
    }

    private Response ensure(Request request) {
        String name = request.pathParameter("name");
        if (!CUSTOM.matcher(name).matches()) {
            throw ApiException.badRequest(
                    "JSON does not validate: '"
                            + name
                            + "' does not match '^CUSTOM_[A-Z0-9_]+$', or is longer than 255"
                            + " characters");
        }
        boolean added = database.inTransaction(tx -> classes.add(tx, name));
        return Response.empty(added ? 201 : 204)
                .header("Location", request.origin() + path(request, name));
    }

    private Response rename(Request request) {
        String name = request.pathParameter("name");
        JsonNode body = Replies.body(request, BODY);
        String wanted = body.path("name").asString();
        database.run(tx -> {
            if (!classes.exists(tx, name)) {
                throw unknown(name);
            }
            if (classes.isStandard(name)) {
                throw ApiException.badRequest("Cannot update standard resource class " + name);
            }
            if (classes.exists(tx, wanted)) {
                throw ApiException.conflict("Resource class already exists: " + wanted);
            }
            if (inventories.anyOf(tx, name)) {
                throw ApiException.conflict(
                        "Cannot rename resource class " + name + ". Class is in use in inventory.");
            }
            classes.rename(tx, name, wanted);
        });
        return Response.json(200, view(request, wanted));
    }

    private Response delete(Request request) {
        String name = request.pathParameter("name");
        database.run(tx -> {
            if (classes.isStandard(name)) {
                throw ApiException.badRequest(
                        "Error in delete resource class: Cannot delete standard resource"
                                + " class "
                                + name
                                + ".");
            }
            if (inventories.anyOf(tx, name)) {
                throw ApiException.conflict(
                        "Error in delete resource class: Cannot delete resource class "
                                + name
                                + ". Class is in use in inventory.");
            }
            if (!classes.remove(tx, name)) {
                throw unknown(name);
            }
        });
        return Response.empty(204);
    }
}
