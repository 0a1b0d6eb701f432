package org.monostack.network.api;

import java.util.Map;
import java.util.Optional;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.ErrorRenderer;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Neutron's error envelope. */
public final class ErrorView implements ErrorRenderer {

    @Override
    public Response render(ApiException error, Request request) {
        ObjectNode body = Json.object();
        if (error.status() == 401) {
            // Answered by Keystone's middleware in front of Neutron, hence its envelope.
            body.putObject("error")
                    .put("code", 401)
                    .put("title", "Unauthorized")
                    .put("message", "The request you have made requires authentication.");
        } else {
            body.putObject("NeutronError")
                    .put("type", error.type().orElseGet(() -> type(error.status())))
                    .put("message", error.message())
                    .put("detail", "");
        }
        Response response = Response.json(error.status(), body);
        for (Map.Entry<String, String> header : error.headers().entrySet()) {
            response = response.header(header.getKey(), header.getValue());
        }
        return response;
    }

    private static String type(int status) {
        return Optional.ofNullable(
                        Map.of(
                                        400, "HTTPBadRequest",
                                        403, "HTTPForbidden",
                                        404, "HTTPNotFound",
                                        405, "HTTPMethodNotAllowed",
                                        409, "HTTPConflict",
                                        413, "HTTPRequestEntityTooLarge",
                                        500, "HTTPInternalServerError",
                                        501, "HTTPNotImplemented",
                                        503, "HTTPServiceUnavailable")
                                .get(status))
                .orElse("HTTPError");
    }
}
