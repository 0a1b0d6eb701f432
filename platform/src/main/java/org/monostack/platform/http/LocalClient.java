package org.monostack.platform.http;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Calls a service of this process as its HTTP clients do, on behalf of who asks another service:
 * the same routes, rules, schemas and handlers, without a listener and without a second look at the
 * token. What the service refuses comes as the {@link ApiException} that it was. Thread-safe.
 *
 * <p>The service works in transactions of its own, so never call it inside one.
 */
public final class LocalClient {
    private final Pipeline pipeline;

    public LocalClient(HttpService service) {
        pipeline = new Pipeline(service, "", request -> {});
    }

    public JsonNode get(Request asker, String path) {
        return call(asker, "GET", path, Optional.empty(), "");
    }

    public JsonNode post(Request asker, String path, JsonNode body) {
        return call(asker, "POST", path, Optional.of(body), "application/json");
    }

    public JsonNode put(Request asker, String path, JsonNode body) {
        return call(asker, "PUT", path, Optional.of(body), "application/json");
    }

    /**
     * @param contentType the kind of patch, as services have several
     */
    public JsonNode patch(Request asker, String path, JsonNode body, String contentType) {
        return call(asker, "PATCH", path, Optional.of(body), contentType);
    }

    public void delete(Request asker, String path) {
        call(asker, "DELETE", path, Optional.empty(), "");
    }

    /**
     * @param path below the service's prefix, percent-encoded, with its query if it has one
     * @return the answer's body; a missing node if it has none
     */
    private JsonNode call(
            Request asker,
            String method,
            String path,
            Optional<JsonNode> body,
            String contentType) {
        byte[] content = body.map(Json::bytes).orElseGet(() -> new byte[0]);
        List<Response.Header> headers = new ArrayList<>();
        headers.add(new Response.Header("X-OpenStack-Request-ID", asker.requestId()));
        if (body.isPresent()) {
            headers.add(new Response.Header("Content-Type", contentType));
        }
        int question = path.indexOf('?');
        Response answer =
                pipeline.answerFor(
                        asker.caller(),
                        new RawRequest(
                                method,
                                question < 0 ? path : path.substring(0, question),
                                question < 0 ? "" : path.substring(question + 1),
                                "",
                                asker.origin(),
                                headers,
                                new ByteArrayInputStream(content),
                                OptionalLong.of(content.length),
                                asker.remoteAddress(),
                                Map.of()));
        return answer.body() instanceof Response.Body.Whole whole
                ? Json.read(whole.content())
                : MissingNode.getInstance();
    }
}
