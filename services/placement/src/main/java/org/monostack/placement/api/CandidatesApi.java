package org.monostack.placement.api;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.placement.model.CandidateSearch;
import org.monostack.placement.model.ProviderView;
import org.monostack.placement.model.Topology;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.TopologyStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Ways to serve a request, with summaries of the providers in play. */
public final class CandidatesApi {
    private final Database database;
    private final TopologyStore topology;
    private final NameStore resourceClasses;
    private final NameStore traits;

    public CandidatesApi(
            Database database,
            TopologyStore topology,
            NameStore resourceClasses,
            NameStore traits) {
        this.database = database;
        this.topology = topology;
        this.resourceClasses = resourceClasses;
        this.traits = traits;
    }

    public void route(Routes routes) {
        routes.get("/allocation_candidates", this::list)
                .policy("placement:allocation_candidates:list")
                .since("1.10");
    }

    private Response list(Request request) {
        CandidateRequest wanted = CandidateRequest.read(request);
        Topology all =
                database.reading(tx -> {
                    QueryRules.requireKnownClasses(resourceClasses, tx, wanted.resourceClasses());
                    QueryRules.requireKnownTraits(traits, tx, wanted.traits());
                    return topology.read(tx);
                });
        List<CandidateSearch.Found> found = new CandidateSearch(all, wanted.search()).run();
        if (wanted.limit().isPresent() && found.size() > wanted.limit().getAsInt()) {
            found = found.subList(0, wanted.limit().getAsInt());
        }
        ObjectNode body = Json.object();
        ArrayNode requests = body.putArray("allocation_requests");
        boolean nested = Replies.atLeast(request, 29);
        // Clients that know of trees see all of them, others only who serves.
        Set<UUID> inPlay = new HashSet<>();
        for (CandidateSearch.Found one : found) {
            requests.add(view(request, one));
            one.amounts().keySet().forEach(id -> inPlay.add(nested ? all.provider(id).root() : id));
        }
        ObjectNode summaries = body.putObject("provider_summaries");
        for (ProviderView provider : all.providers()) {
            if (inPlay.contains(nested ? provider.root() : provider.id())) {
                summaries.set(
                        provider.id().toString(),
                        summary(request, provider, wanted.resourceClasses()));
            }
        }
        return Replies.json(request, body, Optional.empty());
    }

    private static ObjectNode view(Request request, CandidateSearch.Found found) {
        ObjectNode view = Json.object();
        if (!Replies.atLeast(request, 12)) {
            ArrayNode allocations = view.putArray("allocations");
            found.amounts()
                    .forEach((provider, amounts) -> {
                        ObjectNode allocation = allocations.addObject();
                        allocation.putObject("resource_provider").put("uuid", provider.toString());
                        ObjectNode resources = allocation.putObject("resources");
                        amounts.forEach(resources::put);
                    });
            return view;
        }
        ObjectNode allocations = view.putObject("allocations");
        found.amounts()
                .forEach((provider, amounts) -> {
                    ObjectNode resources =
                            allocations.putObject(provider.toString()).putObject("resources");
                    amounts.forEach(resources::put);
                });
        if (Replies.atLeast(request, 34)) {
            ObjectNode mappings = view.putObject("mappings");
            Map<String, Set<UUID>> sorted = new LinkedHashMap<>(found.mappings());
            sorted.forEach((suffix, ids) ->
                    mappings.set(suffix, Json.strings(ids.stream().map(UUID::toString).toList())));
        }
        return view;
    }

    private static ObjectNode summary(
            Request request, ProviderView provider, Set<String> requested) {
        ObjectNode summary = Json.object();
        ObjectNode resources = summary.putObject("resources");
        provider.capacities()
                .forEach((name, capacity) -> {
                    if (Replies.atLeast(request, 27) || requested.contains(name)) {
                        resources
                                .putObject(name)
                                .put("capacity", capacity.inventory().capacity())
                                .put("used", capacity.used());
                    }
                });
        if (Replies.atLeast(request, 17)) {
            summary.set("traits", Json.strings(provider.traits()));
        }
        if (Replies.atLeast(request, 29)) {
            summary.put(
                    "parent_provider_uuid",
                    provider.provider().parent().map(UUID::toString).orElse(null));
            summary.put("root_provider_uuid", provider.root().toString());
        }
        return summary;
    }
}
