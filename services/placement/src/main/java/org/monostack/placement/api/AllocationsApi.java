package org.monostack.placement.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.monostack.placement.model.Allocation;
import org.monostack.placement.model.Consumer;
import org.monostack.placement.model.Provider;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.AllocationWriter;
import org.monostack.placement.store.ProviderStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What consumers hold. */
public final class AllocationsApi {
    /** Who holds what writers before 1.8 did not say whom it is for. */
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    private static final Schema PUT =
            Schema.of("placement", "allocations-1.0")
                    .since("1.8", "allocations-1.8")
                    .since("1.12", "allocations-1.12")
                    .since("1.28", "allocations-1.28")
                    .since("1.34", "allocations-1.34")
                    .since("1.38", "allocations-1.38");
    private static final Schema POST =
            Schema.of("placement", "allocations-post-1.13")
                    .since("1.28", "allocations-post-1.28")
                    .since("1.34", "allocations-post-1.34")
                    .since("1.38", "allocations-post-1.38");

    private final Database database;
    private final AllocationStore allocations;
    private final AllocationWriter writer;
    private final ProviderStore providers;
    private final ProviderAccess access;

    public AllocationsApi(
            Database database,
            AllocationStore allocations,
            AllocationWriter writer,
            ProviderStore providers,
            ProviderAccess access) {
        this.database = database;
        this.allocations = allocations;
        this.writer = writer;
        this.providers = providers;
        this.access = access;
    }

    public void route(Routes routes) {
        routes.post("/allocations", this::setMany)
                .policy("placement:allocations:manage")
                .since("1.13")
                .answers(204);
        routes.get("/allocations/{consumer_uuid}", this::ofConsumer)
                .policy("placement:allocations:list");
        routes.put("/allocations/{consumer_uuid}", this::setOne)
                .policy("placement:allocations:update")
                .answers(204);
        routes.delete("/allocations/{consumer_uuid}", this::delete)
                .policy("placement:allocations:delete")
                .answers(204);
        routes.get("/resource_providers/{uuid}/allocations", this::ofProvider)
                .policy("placement:resource_providers:allocations:list");
    }

    private Response ofConsumer(Request request) {
        Optional<UUID> id = Replies.uuid(request.pathParameter("consumer_uuid"));
        return database.reading(tx -> {
            List<Allocation> held =
                    id.map(known -> allocations.ofConsumer(tx, known)).orElse(List.of());
            ObjectNode body = Replies.object();
            ObjectNode views = body.putObject("allocations");
            for (Allocation allocation : held) {
                String provider = allocation.provider().toString();
                ObjectNode view =
                        views.path(provider) instanceof ObjectNode known
                                ? known
                                : views.putObject(provider);
                if (!view.has("generation")) {
                    view.put(
                            "generation",
                            providers
                                    .find(tx, allocation.provider())
                                    .map(Provider::generation)
                                    .orElse(0L));
                }
                view.withObjectProperty("resources")
                        .put(allocation.resourceClass(), allocation.used());
            }
            if (!held.isEmpty() && Replies.atLeast(request, 12)) {
                Consumer consumer = allocations.consumer(tx, id.orElseThrow()).orElseThrow();
                body.put("project_id", consumer.projectId());
                body.put("user_id", consumer.userId());
                if (Replies.atLeast(request, 28)) {
                    body.put("consumer_generation", consumer.generation());
                }
                if (Replies.atLeast(request, 38)) {
                    body.put("consumer_type", consumer.type().orElse("unknown"));
                }
            }
            return Replies.json(request, body, lastModified(held));
        });
    }

    private static Optional<Instant> lastModified(List<Allocation> held) {
        return held.stream().map(Allocation::updatedAt).max(Instant::compareTo);
    }

    private Response ofProvider(Request request) {
        return database.reading(tx -> {
            Provider provider = access.find(tx, request);
            List<Allocation> held = allocations.ofProvider(tx, provider.id());
            boolean generations = Replies.atLeast(request, 28);
            Map<UUID, Consumer> consumers =
                    generations
                            ? allocations.consumers(
                                    tx, held.stream().map(Allocation::consumer).toList())
                            : Map.of();
            ObjectNode body = Replies.object();
            ObjectNode views = body.putObject("allocations");
            for (Allocation allocation : held) {
                String consumer = allocation.consumer().toString();
                ObjectNode view =
                        views.path(consumer) instanceof ObjectNode known
                                ? known
                                : views.putObject(consumer);
                view.withObjectProperty("resources")
                        .put(allocation.resourceClass(), allocation.used());
                Consumer known = consumers.get(allocation.consumer());
                if (known != null) {
                    view.put("consumer_generation", known.generation());
                }
            }
            body.put("resource_provider_generation", provider.generation());
            return Replies.json(request, body, lastModified(held));
        });
    }

    private Response setOne(Request request) {
        String text = request.pathParameter("consumer_uuid");
        UUID consumer =
                Replies.uuid(text)
                        .orElseThrow(
                                () -> ApiException.badRequest("Malformed consumer_uuid: " + text));
        JsonNode body = Replies.body(request, PUT);
        AllocationWriter.Wanted wanted = wanted(request, consumer, body);
        database.run(tx -> writer.replace(tx, List.of(wanted)));
        return Response.empty(204);
    }

    private Response setMany(Request request) {
        List<AllocationWriter.Wanted> wanted = wanted(request, Replies.body(request, POST));
        database.run(tx -> writer.replace(tx, wanted));
        return Response.empty(204);
    }

    /** Reads what several consumers shall hold, by their ids. */
    static List<AllocationWriter.Wanted> wanted(Request request, JsonNode byConsumer) {
        List<AllocationWriter.Wanted> wanted = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : byConsumer.properties()) {
            UUID consumer =
                    Replies.uuid(entry.getKey())
                            .orElseThrow(() ->
                                    ApiException.badRequest(
                                            "Malformed consumer_uuid: " + entry.getKey()));
            wanted.add(wanted(request, consumer, entry.getValue()));
        }
        return wanted;
    }

    private static AllocationWriter.Wanted wanted(Request request, UUID consumer, JsonNode body) {
        JsonNode generation = body.path("consumer_generation");
        return new AllocationWriter.Wanted(
                consumer,
                body.path("project_id").asString(NOBODY),
                body.path("user_id").asString(NOBODY),
                body.path("consumer_type").asStringOpt(),
                Replies.atLeast(request, 28)
                        ? Optional.of(
                                generation.isNull()
                                        ? Optional.empty()
                                        : Optional.of(Replies.generation(generation)))
                        : Optional.empty(),
                amounts(body.path("allocations")));
    }

    /** In the older form an array of providers with resources, in the newer one an object. */
    private static Map<UUID, Map<String, Long>> amounts(JsonNode allocations) {
        Map<UUID, Map<String, Long>> amounts = new LinkedHashMap<>();
        if (allocations.isArray()) {
            for (JsonNode item : allocations) {
                amounts.put(
                        provider(item.path("resource_provider").path("uuid").asString()),
                        resources(item.path("resources")));
            }
        } else {
            for (Map.Entry<String, JsonNode> entry : allocations.properties()) {
                amounts.put(
                        provider(entry.getKey()), resources(entry.getValue().path("resources")));
            }
        }
        return amounts;
    }

    private static UUID provider(String text) {
        return Replies.uuid(text)
                .orElseThrow(() ->
                        ApiException.badRequest(
                                "Allocation for resource provider '"
                                        + text
                                        + "' that does not exist."));
    }

    private static Map<String, Long> resources(JsonNode resources) {
        Map<String, Long> amounts = new TreeMap<>();
        resources.properties().forEach(e -> amounts.put(e.getKey(), e.getValue().longValue()));
        return amounts;
    }

    private Response delete(Request request) {
        String text = request.pathParameter("consumer_uuid");
        ApiException none = ApiException.notFound("No allocations for consumer '" + text + "'");
        UUID consumer = Replies.uuid(text).orElseThrow(() -> none);
        database.run(tx -> {
            Set<UUID> holders =
                    Set.copyOf(
                            allocations.ofConsumer(tx, consumer).stream()
                                    .map(Allocation::provider)
                                    .toList());
            providers.lock(tx, holders);
            allocations.lockConsumer(tx, consumer);
            if (allocations.deleteOfConsumer(tx, consumer) == 0) {
                throw none;
            }
            allocations.deleteConsumer(tx, consumer);
        });
        return Response.empty(204);
    }
}
