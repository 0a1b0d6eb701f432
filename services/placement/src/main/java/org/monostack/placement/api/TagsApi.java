package org.monostack.placement.api;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.placement.model.Provider;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.ProviderTagStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The traits and the aggregates of providers. */
public final class TagsApi {
    private static final String TRAITS = "/resource_providers/{uuid}/traits";
    private static final String AGGREGATES = "/resource_providers/{uuid}/aggregates";
    private static final Schema SET_TRAITS = Schema.of("placement", "provider-traits");
    private static final Schema SET_AGGREGATES =
            Schema.of("placement", "aggregates-1.1").since("1.19", "aggregates-1.19");

    private final Database database;
    private final ProviderTagStore tags;
    private final NameStore traits;
    private final ProviderAccess access;

    public TagsApi(
            Database database, ProviderTagStore tags, NameStore traits, ProviderAccess access) {
        this.database = database;
        this.tags = tags;
        this.traits = traits;
        this.access = access;
    }

    public void route(Routes routes) {
        String rule = "placement:resource_providers:";
        routes.get(TRAITS, this::traits).policy(rule + "traits:list").since("1.6");
        routes.put(TRAITS, this::setTraits).policy(rule + "traits:update").since("1.6");
        routes.delete(TRAITS, this::clearTraits)
                .policy(rule + "traits:delete")
                .since("1.6")
                .answers(204);
        routes.get(AGGREGATES, this::aggregates).policy(rule + "aggregates:list").since("1.1");
        routes.put(AGGREGATES, this::setAggregates).policy(rule + "aggregates:update").since("1.1");
    }

    private Response traits(Request request) {
        return database.reading(tx -> {
            Provider provider = access.find(tx, request);
            return traits(request, tags.traits(tx, provider.id()), provider.generation());
        });
    }

    private static Response traits(Request request, Set<String> names, long generation) {
        ObjectNode body = Replies.object();
        body.set("traits", Json.strings(names));
        body.put("resource_provider_generation", generation);
        return Replies.json(request, body, Optional.empty());
    }

    private Response setTraits(Request request) {
        JsonNode body = Replies.body(request, SET_TRAITS);
        Set<String> names = new TreeSet<>();
        body.path("traits").forEach(name -> names.add(name.asString()));
        return database.inTransaction(tx -> {
            Provider provider = access.lock(tx, request);
            long given = Replies.generation(body.path("resource_provider_generation"));
            if (given != provider.generation()) {
                throw changed();
            }
            Set<String> unknown = traits.unknown(tx, names);
            if (!unknown.isEmpty()) {
                throw ApiException.badRequest("No such trait " + String.join(", ", unknown));
            }
            boolean different = tags.putTraits(tx, provider.id(), names);
            return traits(
                    request, names, different ? access.touch(tx, provider) : provider.generation());
        });
    }

    private static ApiException changed() {
        return ApiException.conflict(
                        "Resource provider's generation already changed. Please update the"
                                + " generation and try again.")
                .type(PlacementErrors.CONCURRENT_UPDATE);
    }

    private Response clearTraits(Request request) {
        database.run(tx -> {
            Provider provider = access.lock(tx, request);
            if (tags.putTraits(tx, provider.id(), Set.of())) {
                access.touch(tx, provider);
            }
        });
        return Response.empty(204);
    }

    private Response aggregates(Request request) {
        return database.reading(tx -> {
            Provider provider = access.find(tx, request);
            return aggregates(request, tags.aggregates(tx, provider.id()), provider.generation());
        });
    }

    private static Response aggregates(Request request, Set<UUID> ids, long generation) {
        ObjectNode body = Replies.object();
        body.set("aggregates", Json.strings(ids.stream().map(UUID::toString).toList()));
        if (Replies.atLeast(request, 19)) {
            body.put("resource_provider_generation", generation);
        }
        return Replies.json(request, body, Optional.empty());
    }

    private Response setAggregates(Request request) {
        boolean generations = Replies.atLeast(request, 19);
        database.inTransaction(tx -> access.find(tx, request));
        JsonNode body = Replies.body(request, SET_AGGREGATES);
        Set<UUID> ids = new LinkedHashSet<>();
        (generations ? body.path("aggregates") : body)
                .forEach(id -> ids.add(Replies.uuid(id.asString()).orElseThrow()));
        return database.inTransaction(tx -> {
            Provider provider = access.lock(tx, request);
            if (generations
                    && Replies.generation(body.path("resource_provider_generation"))
                            != provider.generation()) {
                throw changed();
            }
            tags.putAggregates(tx, provider.id(), ids);
            return aggregates(
                    request, ids, generations ? access.touch(tx, provider) : provider.generation());
        });
    }
}
