package org.monostack.identity.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.EndpointGroup;
import org.monostack.identity.model.Service;
import org.monostack.identity.store.KnownRows;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The catalog as one user sees it in one scope. Thread-safe. */
public final class Catalog {

    private static final Pattern PLACE = Pattern.compile("[$%]\\(([a-z_]+)\\)s");

    private final KnownRows known;

    public Catalog(KnownRows known) {
        this.known = known;
    }

    /**
     * Which endpoints a project sees: those that it was given; all, if it was given none.
     *
     * @param limited whether it was given any
     */
    public record Shown(boolean limited, Set<String> endpointIds, List<EndpointGroup> groups) {
        public boolean test(Endpoint endpoint) {
            return !limited
                    || endpointIds.contains(endpoint.id())
                    || groups.stream().anyMatch(group -> group.contains(endpoint));
        }
    }

    /** What a project sees that was given these endpoints. */
    public static Shown shown(KnownRows.Given given) {
        Set<String> ids = Set.copyOf(given.endpointIds());
        return new Shown(!ids.isEmpty() || !given.groups().isEmpty(), ids, given.groups());
    }

    /** All enabled services with their enabled endpoints. */
    public ArrayNode view(Transaction tx, String userId, Optional<String> projectId) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("user_id", userId);
        projectId.ifPresent(id -> values.put("project_id", id));
        projectId.ifPresent(id -> values.put("tenant_id", id));
        KnownRows.Offered offered = known.offered(tx);
        Shown shown =
                projectId
                        .map(id -> shown(known.given(tx, id)))
                        .orElse(new Shown(false, Set.of(), List.of()));
        Map<String, List<Endpoint>> endpoints = new LinkedHashMap<>();
        for (Endpoint endpoint : offered.endpoints()) {
            if (endpoint.enabled() && shown.test(endpoint)) {
                endpoints
                        .computeIfAbsent(endpoint.serviceId(), id -> new ArrayList<>())
                        .add(endpoint);
            }
        }
        ArrayNode catalog = Json.array();
        for (Service service : offered.services()) {
            if (service.enabled()) {
                catalog.add(view(service, endpoints.getOrDefault(service.id(), List.of()), values));
            }
        }
        return catalog;
    }

    private static ObjectNode view(
            Service service, List<Endpoint> endpoints, Map<String, String> values) {
        ArrayNode list = Json.array();
        for (Endpoint endpoint : endpoints) {
            Optional<String> url = fill(endpoint.url(), values);
            if (url.isPresent()) {
                list.add(
                        Json.object()
                                .put("id", endpoint.id())
                                .put("interface", endpoint.kind())
                                .put("region_id", endpoint.regionId().orElse(null))
                                .put("region", endpoint.regionId().orElse(null))
                                .put("url", url.get()));
            }
        }
        ObjectNode node = Json.object();
        node.set("endpoints", list);
        return node.put("id", service.id())
                .put("type", service.type())
                .put("name", service.name().orElse(""));
    }

    /** Empty if the URL needs something that this scope does not have. */
    static Optional<String> fill(String url, Map<String, String> values) {
        Matcher matcher = PLACE.matcher(url);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            if (value == null) {
                return Optional.empty();
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(filled);
        return Optional.of(filled.toString());
    }
}
