package org.monostack.image.api;

import java.util.Optional;
import java.util.Set;
import org.monostack.image.ImageConfig;
import org.monostack.image.operation.ImportImage;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the service can do: versions, import methods, stores, schemas. */
public final class InfoApi {
    private static final String CURRENT = "2.16";
    private static final String[] SUPPORTED = {
        "2.15", "2.14", "2.13", "2.12", "2.11", "2.10", "2.9", "2.8", "2.7", "2.6", "2.5", "2.4",
        "2.3", "2.2", "2.1", "2.0"
    };
    private static final String DESCRIPTION = "Files on the machine that runs the image service";

    private final ImageConfig config;
    private final Schemas schemas;

    public InfoApi(ImageConfig config, Schemas schemas) {
        this.config = config;
        this.schemas = schemas;
    }

    public void route(Routes routes) {
        routes.get("/", request -> versions(request, 300)).open().answers(300);
        routes.get("/v2", request -> versions(request, 300)).open().answers(300);
        routes.get("/versions", request -> versions(request, 200)).open();
        routes.get("/v2/info/import", this::importMethods);
        routes.get("/v2/info/stores", request -> stores(false));
        routes.get("/v2/info/stores/detail", request -> stores(true)).policy("stores_info_detail");
        routes.get("/v2/info/usage", InfoApi::usage);
        routes.get("/v2/schemas/{name}", this::schema);
        routes.get("/v2/schemas/metadefs/{metadef}", this::schema);
    }

    private static Response versions(Request request, int status) {
        ObjectNode document = Json.object();
        ArrayNode versions = document.putArray("versions");
        version(versions, request, CURRENT, "CURRENT");
        for (String supported : SUPPORTED) {
            version(versions, request, supported, "SUPPORTED");
        }
        return Response.json(status, document);
    }

    private static void version(ArrayNode versions, Request request, String id, String status) {
        ObjectNode version = versions.addObject();
        version.put("id", "v" + id);
        version.put("status", status);
        version.putArray("links")
                .addObject()
                .put("rel", "self")
                .put("href", request.baseUrl() + "/v2/");
    }

    private Response importMethods(Request request) {
        ObjectNode methods = Json.object();
        methods.put("description", "Import methods available.");
        methods.put("type", "array");
        methods.set("value", Json.strings(ImportApi.methods(config)));
        ObjectNode body = Json.object();
        body.set("import-methods", methods);
        return Response.json(200, body);
    }

    private Response stores(boolean detailed) {
        ObjectNode body = Json.object();
        ObjectNode store = body.putArray("stores").addObject();
        store.put("id", ImportImage.STORE);
        store.put("description", DESCRIPTION);
        store.put("default", "true");
        if (detailed) {
            store.put("type", "file");
            store.put("weight", 0);
            store.putObject("properties")
                    .put("data_dir", config.dataDirectory().toString())
                    .put("chunk_size", 262_144)
                    .put("thin_provisioning", false);
        }
        return Response.json(200, body);
    }

    /** There are no limits, so nothing is counted against one. */
    private static Response usage(Request request) {
        ObjectNode body = Json.object();
        body.putObject("usage");
        return Response.json(200, body);
    }

    private Response schema(Request request) {
        Optional<String> metadef = request.optionalPathParameter("metadef");
        String name =
                metadef.map(word -> "metadefs-" + word)
                        .orElseGet(() -> request.pathParameter("name"));
        if (metadef.isEmpty() && Set.of("metadefs").contains(name)) {
            throw ApiException.notFound("The resource could not be found.");
        }
        return Response.json(
                200,
                schemas.find(name)
                        .orElseThrow(
                                () -> ApiException.notFound("The resource could not be found.")));
    }
}
