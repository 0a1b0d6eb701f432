package org.monostack.placement.api;

import java.util.UUID;
import org.monostack.placement.model.Provider;
import org.monostack.placement.store.ProviderStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import tools.jackson.databind.JsonNode;

/** Finds the provider that a path names. */
public final class ProviderAccess {
    private final ProviderStore providers;

    public ProviderAccess(ProviderStore providers) {
        this.providers = providers;
    }

    static ApiException notFound(String uuid) {
        return ApiException.notFound("No resource provider with uuid " + uuid + " found");
    }

    private static UUID id(Request request) {
        String text = request.pathParameter("uuid");
        return Replies.uuid(text).orElseThrow(() -> notFound(text));
    }

    /** The provider of the path, or 404. */
    Provider find(Transaction tx, Request request) {
        UUID id = id(request);
        return providers.find(tx, id).orElseThrow(() -> notFound(id.toString()));
    }

    /** The same with its row locked until the transaction ends. */
    Provider lock(Transaction tx, Request request) {
        UUID id = id(request);
        Provider locked = providers.lock(tx, java.util.List.of(id)).get(id);
        if (locked == null) {
            throw notFound(id.toString());
        }
        return locked;
    }

    /** The same, if its generation is the one that the body names; 409 if it is not. */
    Provider lock(Transaction tx, Request request, JsonNode body) {
        Provider provider = lock(tx, request);
        JsonNode generation = body.path("resource_provider_generation");
        if (!generation.isMissingNode()
                && Replies.generation(generation) != provider.generation()) {
            throw ApiException.conflict(
                            "resource provider generation conflict for provider "
                                    + provider.id()
                                    + ": actual: "
                                    + provider.generation()
                                    + ", given: "
                                    + generation)
                    .type(PlacementErrors.CONCURRENT_UPDATE);
        }
        return provider;
    }

    /** Raises the generation; the new one. */
    long touch(Transaction tx, Provider provider) {
        providers.touch(tx, provider.id());
        return provider.generation() + 1;
    }
}
