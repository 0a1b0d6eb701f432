package org.monostack.identity.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Route;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The version documents at / and /v3, and the JSON home made from the route table. */
public final class DiscoveryApi {

    private static final String RELATION =
            "https://docs.openstack.org/api/openstack-identity/3/rel/";
    private static final String PARAMETER =
            "https://docs.openstack.org/api/openstack-identity/3/param/";
    private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)}");

    public void routes(Routes routes) {
        routes.get("/", request -> versions(routes, request)).open().answers(300);
        routes.get("/v3", request -> version(routes, request)).open();
    }

    private static Response versions(Routes routes, Request request) {
        if (wantsHome(request)) {
            return home(routes, "/v3");
        }
        ObjectNode values = Json.object();
        values.set("values", Json.array().add(v3(request)));
        ObjectNode body = Json.object();
        body.set("versions", values);
        return Response.json(300, body).header("Location", Views.url(request, ""));
    }

    private static Response version(Routes routes, Request request) {
        return wantsHome(request) ? home(routes, "") : Views.member(200, "version", v3(request));
    }

    private static ObjectNode v3(Request request) {
        ObjectNode version =
                Json.object()
                        .put("id", "v3.14")
                        .put("status", "stable")
                        .put("updated", "2020-04-07T00:00:00Z");
        version.set(
                "links",
                Json.array()
                        .add(Json.object().put("rel", "self").put("href", Views.url(request, ""))));
        version.set(
                "media-types",
                Json.array()
                        .add(
                                Json.object()
                                        .put("base", "application/json")
                                        .put(
                                                "type",
                                                "application/vnd.openstack.identity-v3+json")));
        return version;
    }

    private static boolean wantsHome(Request request) {
        return request.header("Accept")
                .filter(accept -> accept.startsWith("application/json-home"))
                .isPresent();
    }

    private static Response home(Routes routes, String prefix) {
        ObjectNode resources = Json.object();
        for (Map.Entry<String, String> resource : resources(routes).entrySet()) {
            String path = prefix + resource.getValue();
            ObjectNode node = Json.object();
            Matcher place = PLACE.matcher(path);
            ObjectNode variables = Json.object();
            while (place.find()) {
                variables.put(place.group(1), PARAMETER + place.group(1));
            }
            if (variables.isEmpty()) {
                node.put("href", path);
            } else {
                node.put("href-template", path);
                node.set("href-vars", variables);
            }
            resources.set(RELATION + resource.getKey(), node);
        }
        ObjectNode body = Json.object();
        body.set("resources", resources);
        return Response.bytes(200, "application/json-home", Json.bytes(body));
    }

    /**
     * Relations to templates below /v3: a collection is called by its segments, one of its members
     * in the singular.
     */
    private static Map<String, String> resources(Routes routes) {
        Map<String, String> resources = new LinkedHashMap<>();
        for (Route route : routes.describe()) {
            for (String template : route.templates()) {
                if (!template.startsWith("/v3/")) {
                    continue;
                }
                StringBuilder name = new StringBuilder();
                String[] segments = template.substring(4).split("/");
                for (int i = 0; i < segments.length; i++) {
                    boolean member = i + 1 < segments.length && segments[i + 1].startsWith("{");
                    if (!segments[i].startsWith("{")) {
                        name.append(name.isEmpty() ? "" : "_")
                                .append(member ? singular(segments[i]) : segments[i]);
                    }
                }
                resources.putIfAbsent(name.toString(), template.substring(3));
            }
        }
        return resources;
    }

    private static String singular(String plural) {
        if (plural.endsWith("ies")) {
            return plural.substring(0, plural.length() - 3) + "y";
        }
        return plural.endsWith("s") ? plural.substring(0, plural.length() - 1) : plural;
    }
}
