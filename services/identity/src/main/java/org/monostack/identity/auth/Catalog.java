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
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.Service;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.EndpointFilterStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The catalog as one user sees it in one scope. Thread-safe. */
public final class Catalog {

    private static final Pattern PLACE = Pattern.compile("[$%]\\(([a-z_]+)\\)s");

    private final CatalogStore store;
    private final EndpointFilterStore filters;

    public Catalog(CatalogStore store, EndpointFilterStore filters) {
        this.store = store;
        this.filters = filters;
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

    public static Shown shown(
            Transaction tx, EndpointFilterStore filters, Optional<String> projectId) {
        if (projectId.isEmpty()) {
            return new Shown(false, Set.of(), List.of());
        }
        Set<String> ids = Set.copyOf(filters.endpointIds(tx, projectId.get()));
        List<EndpointGroup> groups = filters.ofProject(tx, projectId.get());
        return new Shown(!ids.isEmpty() || !groups.isEmpty(), ids, groups);
    }

    /** All enabled services with their enabled endpoints. */
    public ArrayNode view(Transaction tx, String userId, Optional<String> projectId) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("user_id", userId);
        projectId.ifPresent(id -> values.put("project_id", id));
        projectId.ifPresent(id -> values.put("tenant_id", id));
        Shown shown = shown(tx, filters, projectId);
        Map<String, List<Endpoint>> endpoints = new LinkedHashMap<>();
        for (Endpoint endpoint : store.endpoints(tx, Selection.ALL)) {
            if (endpoint.enabled() && shown.test(endpoint)) {
                endpoints
                        .computeIfAbsent(endpoint.serviceId(), id -> new ArrayList<>())
                        .add(endpoint);
            }
        }
        ArrayNode catalog = Json.array();
        for (Service service : store.services(tx, Selection.ALL)) {
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
