package org.monostack.compute.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.network.Networks;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Neutron as the proxies of its resources see it: asked in the caller's rights, and read by id.
 * Thread-safe; not to be used inside a transaction.
 */
final class Neutron {
    private final Networks networks;

    Neutron(Networks networks) {
        this.networks = networks;
    }

    /**
     * The resources of a kind that the caller sees.
     *
     * @param kind as in the path, such as security-groups
     * @param filters names and values in turn
     */
    List<JsonNode> list(Request request, String kind, String... filters) {
        StringBuilder path = new StringBuilder("/v2.0/").append(kind);
        for (int i = 0; i < filters.length; i += 2) {
            path.append(i == 0 ? '?' : '&')
                    .append(encoded(filters[i]))
                    .append('=')
                    .append(encoded(filters[i + 1]));
        }
        List<JsonNode> found = new ArrayList<>();
        networks.api().get(request, path.toString()).path(plural(kind)).forEach(found::add);
        return found;
    }

    Optional<JsonNode> find(Request request, String kind, String id) {
        try {
            return Optional.of(networks.api().get(request, path(kind, id)).path(singular(kind)));
        } catch (ApiException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    JsonNode create(Request request, String kind, JsonNode attributes) {
        return networks.api()
                .post(request, "/v2.0/" + kind, Json.object().set(singular(kind), attributes))
                .path(singular(kind));
    }

    JsonNode update(Request request, String kind, String id, JsonNode attributes) {
        return networks.api()
                .put(request, path(kind, id), Json.object().set(singular(kind), attributes))
                .path(singular(kind));
    }

    void delete(Request request, String kind, String id) {
        networks.api().delete(request, path(kind, id));
    }

    /** Whether a refusal says that the project's quota is spent. */
    static boolean overQuota(ApiException refusal) {
        return refusal.type().equals(Optional.of("OverQuota"));
    }

    private static String path(String kind, String id) {
        return "/v2.0/" + kind + "/" + encoded(id).replace("+", "%20");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String plural(String kind) {
        return kind.replace('-', '_');
    }

    private static String singular(String kind) {
        return plural(kind).substring(0, kind.length() - 1);
    }
}
