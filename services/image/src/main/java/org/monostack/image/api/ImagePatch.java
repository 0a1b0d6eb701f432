package org.monostack.image.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * A client's changes to an image, in either of the two media types that Glance defined: the newer
 * with {@code op} and {@code path} members, the older with the path as the value of a member named
 * like the operation.
 */
record ImagePatch(List<Change> changes) {
    private static final String OLD = "application/openstack-images-v2.0-json-patch";
    private static final String NEW = "application/openstack-images-v2.1-json-patch";
    private static final List<String> OPERATIONS = List.of("add", "remove", "replace");
    private static final Pattern ADJACENT = Pattern.compile("/\\s*/");
    private static final Pattern BAD_ESCAPE = Pattern.compile("~([^01]|$)");

    /**
     * @param old whether it came in the older type, where adding what exists is an error
     * @param value null in JSON's sense for removals
     */
    record Change(String operation, List<String> path, JsonNode value, boolean old) {
        String attribute() {
            return path.getFirst();
        }
    }

    static ImagePatch read(Request request) {
        String type = request.header("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!bare.equals(OLD) && !bare.equals(NEW)) {
            throw ApiException.unsupportedMediaType(
                            "Image PATCH expects Content-Type one of: " + OLD + ", " + NEW)
                    .header("Accept-Patch", OLD + ", " + NEW);
        }
        JsonNode body = request.json();
        if (!body.isArray()) {
            throw ApiException.badRequest(
                    "Request body must be a JSON array of operation objects.");
        }
        List<Change> changes = new ArrayList<>();
        for (JsonNode raw : body) {
            if (!raw.isObject()) {
                throw ApiException.badRequest("Operations must be JSON objects.");
            }
            changes.add(bare.equals(OLD) ? readOld(raw) : readNew(raw));
        }
        changes.forEach(ImagePatch::check);
        return new ImagePatch(List.copyOf(changes));
    }

    private static Change readNew(JsonNode raw) {
        JsonNode operation = raw.path("op");
        if (operation.isMissingNode()) {
            throw ApiException.badRequest(
                    "Unable to find `op` in JSON Schema change. It must be one of the following: "
                            + String.join(", ", OPERATIONS)
                            + ".");
        }
        if (!operation.isString() || !OPERATIONS.contains(operation.asString())) {
            throw ApiException.badRequest(
                    "Invalid operation: `"
                            + operation.asString("")
                            + "`. It must be one of the following: "
                            + String.join(", ", OPERATIONS)
                            + ".");
        }
        JsonNode path = raw.path("path");
        if (!path.isString()) {
            throw ApiException.badRequest("Unable to find 'path' in JSON Schema change");
        }
        return change(raw, operation.asString(), path.asString(), false);
    }

    private static Change readOld(JsonNode raw) {
        List<String> found = OPERATIONS.stream().filter(raw::has).toList();
        if (found.size() != 1) {
            throw ApiException.badRequest(
                    "Operation objects must contain exactly one member named \"add\", \"remove\","
                            + " or \"replace\".");
        }
        JsonNode path = raw.path(found.getFirst());
        if (!path.isString()) {
            throw ApiException.badRequest("The path of an operation must be a string.");
        }
        return change(raw, found.getFirst(), path.asString(), true);
    }

    private static Change change(JsonNode raw, String operation, String pointer, boolean old) {
        JsonNode value = raw.path("value");
        if (value.isMissingNode()) {
            if (!operation.equals("remove")) {
                throw ApiException.badRequest(
                        "Operation \"" + operation + "\" requires a member named \"value\".");
            }
            value = Json.object().nullNode();
        }
        return new Change(operation, path(pointer), value, old);
    }

    private static List<String> path(String pointer) {
        if (!pointer.startsWith("/")) {
            throw ApiException.badRequest("Pointer `" + pointer + "` does not start with \"/\".");
        }
        if (ADJACENT.matcher(pointer).find()) {
            throw ApiException.badRequest("Pointer `" + pointer + "` contains adjacent \"/\".");
        }
        if (pointer.endsWith("/")) {
            throw ApiException.badRequest("Pointer `" + pointer + "` ends with \"/\".");
        }
        if (BAD_ESCAPE.matcher(pointer).find()) {
            throw ApiException.badRequest(
                    "Pointer `"
                            + pointer
                            + "` contains \"~\" not part of a recognized escape sequence.");
        }
        List<String> path = new ArrayList<>();
        for (String part : pointer.substring(1).split("/")) {
            path.add(part.replace("~1", "/").replace("~0", "~").strip());
        }
        return List.copyOf(path);
    }

    private static void check(Change change) {
        Map<String, Integer> depths =
                change.attribute().equals("locations")
                        ? Map.of("add", 2, "remove", 2, "replace", 1)
                        : Map.of();
        if (change.path().size() != depths.getOrDefault(change.operation(), 1)) {
            throw ApiException.badRequest(
                    "Invalid JSON pointer for this resource: '/"
                            + String.join("/", change.path())
                            + "'");
        }
        if (change.attribute().equals("id")) {
            throw ApiException.forbidden("Attribute 'id' is read-only.");
        }
        ImageDraft.requireWritable(change.attribute());
    }
}
