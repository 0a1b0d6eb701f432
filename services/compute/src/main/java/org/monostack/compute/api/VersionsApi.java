package org.monostack.compute.api;

import org.monostack.platform.http.MicroversionRange;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a client asks first: which versions there are. Needs no token. */
final class VersionsApi {
    private final MicroversionRange range;

    VersionsApi(MicroversionRange range) {
        this.range = range;
    }

    void addTo(Routes routes) {
        routes.get("/", this::all).open();
        routes.get("/versions", this::all).open();
        routes.get("/v2", request -> one(request, v2(request))).open();
        routes.get("/v2.1", request -> one(request, v21(request))).open();
    }

    private Response all(Request request) {
        ObjectNode body = Json.object();
        body.putArray("versions").add(v2(request)).add(v21(request));
        return Response.json(200, body);
    }

    private static Response one(Request request, ObjectNode version) {
        ((ArrayNode) version.path("links"))
                .addObject()
                .put("rel", "describedby")
                .put("type", "text/html")
                .put("href", "http://docs.openstack.org/");
        version.putArray("media-types")
                .addObject()
                .put("base", "application/json")
                .put(
                        "type",
                        "application/vnd.openstack.compute+json;version="
                                + (version.path("id").asString().equals("v2.0") ? "2" : "2.1"));
        return Response.json(200, Json.object().set("version", version));
    }

    private static ObjectNode v2(Request request) {
        ObjectNode node = Json.object();
        node.put("id", "v2.0");
        node.put("status", "SUPPORTED");
        node.put("version", "");
        node.put("min_version", "");
        node.put("updated", "2011-01-21T11:33:21Z");
        node.putArray("links")
                .addObject()
                .put("rel", "self")
                .put("href", request.baseUrl() + "/v2/");
        return node;
    }

    private ObjectNode v21(Request request) {
        ObjectNode node = Json.object();
        node.put("id", "v2.1");
        node.put("status", "CURRENT");
        node.put("version", range.max().toString());
        node.put("min_version", range.min().toString());
        node.put("updated", "2013-07-23T11:33:21Z");
        node.putArray("links")
                .addObject()
                .put("rel", "self")
                .put("href", request.baseUrl() + "/v2.1/");
        return node;
    }
}
