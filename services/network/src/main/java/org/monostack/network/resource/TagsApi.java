package org.monostack.network.resource;

import java.util.List;
import org.jooq.UpdatableRecord;
import org.monostack.network.store.Rows;
import org.monostack.network.store.Tags;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tags of one kind of resource. */
final class TagsApi<R extends UpdatableRecord<R>> {
    private static final int MAX_TAG_LENGTH = 255;

    private final Collection<R> collection;
    private final ResourceType<R> type;
    private final Transactions database;
    private final Policy policy;

    TagsApi(Collection<R> collection, ResourceType<R> type, Transactions database, Policy policy) {
        this.collection = collection;
        this.type = type;
        this.database = database;
        this.policy = policy;
    }

    void register(Routes routes) {
        String read = "get_" + type.singular();
        String write = "update_" + type.singular();
        String path = "/v2.0/" + type.path() + "/{id}/tags";
        routes.get(path, this::list).policyInHandler(read);
        routes.put(path, this::replace).policyInHandler(write);
        routes.delete(path, this::clear).policyInHandler(write).answers(204);
        routes.get(path + "/{tag}", this::show).policyInHandler(read).answers(204);
        routes.put(path + "/{tag}", this::add).policyInHandler(write).answers(201);
        routes.delete(path + "/{tag}", this::remove).policyInHandler(write).answers(204);
    }

    private interface Action {
        Response apply(Transaction tx, String id);
    }

    private Response with(Request request, boolean write, Action action) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        return database.inTransaction(tx -> {
            R row = collection.find(tx, scope, id, write);
            collection.authorize(
                    scope,
                    (write ? "update_" : "get_") + type.singular(),
                    collection.view(tx, scope, row),
                    id);
            Response response = action.apply(tx, id);
            if (write) {
                Rows.touch(row);
                row.update();
            }
            return response;
        });
    }

    private Response list(Request request) {
        return with(request, false, (tx, id) -> shown(Tags.of(tx, id)));
    }

    private static Response shown(List<String> tags) {
        ObjectNode body = Json.object();
        body.set("tags", Json.strings(tags));
        return Response.json(200, body);
    }

    private Response replace(Request request) {
        JsonNode sent = request.json().path("tags");
        List<String> tags = new java.util.ArrayList<>();
        if (!sent.isArray()) {
            throw NetworkErrors.invalid("tags", "'tags' must be a list of strings.");
        }
        for (JsonNode tag : sent) {
            tags.add(checked(tag.isString() ? tag.stringValue() : ""));
        }
        return with(
                request,
                true,
                (tx, id) -> {
                    Tags.replace(tx, id, tags);
                    return shown(Tags.of(tx, id));
                });
    }

    private static String checked(String tag) {
        if (tag.isEmpty() || tag.length() > MAX_TAG_LENGTH) {
            throw NetworkErrors.invalid(
                    "tags",
                    "'" + tag + "' is not a text of 1 to " + MAX_TAG_LENGTH + " characters.");
        }
        return tag;
    }

    private Response clear(Request request) {
        return with(
                request,
                true,
                (tx, id) -> {
                    Tags.replace(tx, id, List.of());
                    return Response.empty(204);
                });
    }

    private Response show(Request request) {
        String tag = request.pathParameter("tag");
        return with(
                request,
                false,
                (tx, id) -> {
                    if (!Tags.of(tx, id).contains(tag)) {
                        throw notFound(tag);
                    }
                    return Response.empty(204);
                });
    }

    private Response add(Request request) {
        String tag = checked(request.pathParameter("tag"));
        return with(
                request,
                true,
                (tx, id) -> {
                    Tags.add(tx, id, List.of(tag));
                    return Response.empty(201);
                });
    }

    private Response remove(Request request) {
        String tag = request.pathParameter("tag");
        return with(
                request,
                true,
                (tx, id) -> {
                    if (!Tags.remove(tx, id, tag)) {
                        throw notFound(tag);
                    }
                    return Response.empty(204);
                });
    }

    private static ApiException notFound(String tag) {
        return ApiException.notFound("Tag " + tag + " could not be found.").type("TagNotFound");
    }
}
