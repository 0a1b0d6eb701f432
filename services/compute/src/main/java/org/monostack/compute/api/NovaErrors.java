package org.monostack.compute.api;

import java.util.Map;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.ErrorRenderer;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Nova's error envelope: one key that names the kind of error. */
public final class NovaErrors implements ErrorRenderer {
    private static final Map<Integer, String> NAMES =
            Map.of(
                    400, "badRequest",
                    401, "unauthorized",
                    403, "forbidden",
                    404, "itemNotFound",
                    405, "badMethod",
                    409, "conflictingRequest",
                    413, "overLimit",
                    415, "badMediaType",
                    501, "notImplemented",
                    503, "serviceUnavailable");

    @Override
    public Response render(ApiException error, Request request) {
        ObjectNode body = Json.object();
        if (error.status() == 401) {
            // The token check stands before Nova and speaks its own language.
            body.putObject("error")
                    .put("message", error.message())
                    .put("code", 401)
                    .put("title", "Unauthorized");
        } else {
            body.putObject(NAMES.getOrDefault(error.status(), "computeFault"))
                    .put("code", error.status())
                    .put("message", error.message());
        }
        return Response.json(error.status(), body);
    }
}
