package org.monostack.placement.api;

import java.util.Map;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.ErrorRenderer;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Placement's error envelope: a list of one error with status, title, detail and request id. An
 * error's type, if it starts with "placement.", is its code from microversion 1.23 on.
 */
public final class PlacementErrors implements ErrorRenderer {
    static final String CONCURRENT_UPDATE = "placement.concurrent_update";
    static final String INVENTORY_IN_USE = "placement.inventory.inuse";
    static final String DUPLICATE_NAME = "placement.duplicate_name";
    static final String PROVIDER_IN_USE = "placement.resource_provider.inuse";
    static final String CANNOT_DELETE_PARENT = "placement.resource_provider.cannot_delete_parent";
    static final String PROVIDER_NOT_FOUND = "placement.resource_provider.not_found";
    static final String DUPLICATE_KEY = "placement.query.duplicate_key";
    static final String BAD_VALUE = "placement.query.bad_value";
    static final String MISSING_VALUE = "placement.query.missing_value";

    private static final String UNDEFINED = "placement.undefined_code";
    private static final Map<Integer, String> TITLES =
            Map.ofEntries(
                    Map.entry(400, "Bad Request"),
                    Map.entry(401, "Unauthorized"),
                    Map.entry(403, "Forbidden"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(406, "Not Acceptable"),
                    Map.entry(409, "Conflict"),
                    Map.entry(413, "Request Entity Too Large"),
                    Map.entry(415, "Unsupported Media Type"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(503, "Service Unavailable"));

    @Override
    public Response render(ApiException error, Request request) {
        ObjectNode body = Json.object();
        body.put("status", error.status());
        body.put("title", TITLES.getOrDefault(error.status(), "Error"));
        body.put("detail", error.message());
        body.put("request_id", request.requestId());
        String code = error.type().filter(type -> type.startsWith("placement.")).orElse(UNDEFINED);
        boolean coded =
                Versions.negotiated(request).map(version -> version.atLeast(1, 23)).orElse(false);
        if (coded) {
            body.put("code", code);
        }
        if (error.status() == 406 && Versions.negotiated(request).isEmpty()) {
            body.put("max_version", Versions.RANGE.max().toString());
            body.put("min_version", Versions.RANGE.min().toString());
        }
        ObjectNode envelope = Json.object();
        envelope.putArray("errors").add(body);
        return Response.json(error.status(), envelope);
    }
}
