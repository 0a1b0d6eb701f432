package org.monostack.placement.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.monostack.placement.model.Provider;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.InventoryStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import tools.jackson.databind.node.ObjectNode;

/** How much is held: of a provider, and by a project. */
public final class UsagesApi {
    private static final String ALL = "all";
    private static final String UNKNOWN = "unknown";

    private final Database database;
    private final AllocationStore allocations;
    private final InventoryStore inventories;
    private final ProviderAccess access;

    public UsagesApi(
            Database database,
            AllocationStore allocations,
            InventoryStore inventories,
            ProviderAccess access) {
        this.database = database;
        this.allocations = allocations;
        this.inventories = inventories;
        this.access = access;
    }

    public void route(Routes routes) {
        routes.get("/resource_providers/{uuid}/usages", this::ofProvider)
                .policy("placement:resource_providers:usages");
        routes.get("/usages", this::ofProject).policyInHandler("placement:usages").since("1.9");
    }

    private Response ofProvider(Request request) {
        return database.reading(tx -> {
            Provider provider = access.find(tx, request);
            Map<String, Long> usage = new TreeMap<>();
            // What is there and not used shows as a zero.
            inventories.of(tx, provider.id()).keySet().forEach(name -> usage.put(name, 0L));
            usage.putAll(allocations.usage(tx, provider.id()));
            ObjectNode body = Replies.object();
            body.put("resource_provider_generation", provider.generation());
            ObjectNode usages = body.putObject("usages");
            usage.forEach(usages::put);
            return Replies.json(request, body, Optional.empty());
        });
    }

    private Response ofProject(Request request) {
        boolean typed = Replies.atLeast(request, 38);
        QueryRules.requireKnown(
                request,
                typed
                        ? Set.of("project_id", "user_id", "consumer_type")
                        : Set.of("project_id", "user_id"));
        String project = required(request, "project_id");
        Optional<String> user = request.query().last("user_id").map(id -> checked("user_id", id));
        request.authorize("placement:usages", Map.of("project_id", project));
        Optional<String> type = request.query().last("consumer_type");
        if (type.isPresent() && !type.get().matches("[A-Z0-9_]{1,255}|all|unknown")) {
            throw ApiException.badRequest(
                    "Invalid query string parameters: '"
                            + type.get()
                            + "' does not match '^[A-Z0-9_]+$|^all|^unknown$'");
        }
        return database.reading(tx -> {
            List<AllocationStore.ProjectUse> use = allocations.projectUse(tx, project, user);
            ObjectNode body = Replies.object();
            ObjectNode usages = body.putObject("usages");
            if (!typed) {
                use.forEach(line -> add(usages, line));
                return Replies.json(request, body, Optional.empty());
            }
            Map<Optional<String>, Integer> counts = allocations.projectConsumers(tx, project, user);
            for (AllocationStore.ProjectUse line : use) {
                String name = line.consumerType().orElse(UNKNOWN);
                if (type.isPresent() && !type.get().equals(ALL) && !type.get().equals(name)) {
                    continue;
                }
                boolean together = type.filter(ALL::equals).isPresent();
                ObjectNode group = usages.withObjectProperty(together ? ALL : name);
                add(group, line);
                group.put(
                        "consumer_count",
                        together
                                ? counts.values().stream().mapToInt(n -> n).sum()
                                : counts.getOrDefault(line.consumerType(), 0));
            }
            return Replies.json(request, body, Optional.empty());
        });
    }

    private static void add(ObjectNode usages, AllocationStore.ProjectUse line) {
        usages.put(line.resourceClass(), usages.path(line.resourceClass()).asLong(0) + line.used());
    }

    private static String required(Request request, String name) {
        return request.query()
                .last(name)
                .map(value -> checked(name, value))
                .orElseThrow(() ->
                        ApiException.badRequest(
                                "Invalid query string parameters: '"
                                        + name
                                        + "' is a required property"));
    }

    private static String checked(String name, String value) {
        if (value.isEmpty() || value.length() > 255) {
            throw ApiException.badRequest(
                    "Invalid query string parameters: "
                            + name
                            + " must have between 1 and 255 characters");
        }
        return value;
    }
}
