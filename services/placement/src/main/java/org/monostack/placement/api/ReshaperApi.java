package org.monostack.placement.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.placement.Inventory;
import org.monostack.placement.model.Provider;
import org.monostack.placement.model.StoredInventory;
import org.monostack.placement.store.AllocationWriter;
import org.monostack.placement.store.InventoryStore;
import org.monostack.placement.store.ProviderStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;

/**
 * Moves inventory, and what consumers hold of it, between providers in one go: first the new
 * inventory is added beside the old, then the allocations are rewritten, then the old goes.
 */
public final class ReshaperApi {
    private static final Schema BODY =
            Schema.of("placement", "reshape-1.30")
                    .since("1.34", "reshape-1.34")
                    .since("1.38", "reshape-1.38");

    private final Database database;
    private final ProviderStore providers;
    private final InventoryStore inventories;
    private final AllocationWriter writer;
    private final InventoriesApi inventoriesApi;

    public ReshaperApi(
            Database database,
            ProviderStore providers,
            InventoryStore inventories,
            AllocationWriter writer,
            InventoriesApi inventoriesApi) {
        this.database = database;
        this.providers = providers;
        this.inventories = inventories;
        this.writer = writer;
        this.inventoriesApi = inventoriesApi;
    }

    public void route(Routes routes) {
        routes.post("/reshaper", this::reshape)
                .policy("placement:reshaper:reshape")
                .since("1.30")
                .answers(204);
    }

    private Response reshape(Request request) {
        JsonNode body = Replies.body(request, BODY);
        List<AllocationWriter.Wanted> wanted =
                AllocationsApi.wanted(request, body.path("allocations"));
        database.run(tx -> reshape(tx, request, body.path("inventories"), wanted));
        return Response.empty(204);
    }

    private void reshape(
            Transaction tx,
            Request request,
            JsonNode byProvider,
            List<AllocationWriter.Wanted> wanted) {
        Set<UUID> ids = new TreeSet<>();
        for (String text : byProvider.propertyNames()) {
            ids.add(Replies.uuid(text).orElseThrow(() -> noProvider(text)));
        }
        for (AllocationWriter.Wanted one : wanted) {
            ids.addAll(one.amounts().keySet());
        }
        Map<UUID, Provider> locked = new HashMap<>(providers.lock(tx, ids));
        List<Map.Entry<Provider, JsonNode>> shapes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : byProvider.properties()) {
            Provider provider = locked.get(Replies.uuid(entry.getKey()).orElseThrow());
            if (provider == null) {
                throw noProvider(entry.getKey());
            }
            JsonNode given = entry.getValue().path("resource_provider_generation");
            if (Replies.generation(given) != provider.generation()) {
                throw ApiException.conflict(
                                "resource provider generation conflict for provider "
                                        + provider.id()
                                        + ": actual: "
                                        + provider.generation()
                                        + ", given: "
                                        + given)
                        .type(PlacementErrors.CONCURRENT_UPDATE);
            }
            shapes.add(Map.entry(provider, entry.getValue().path("inventories")));
        }
        for (Map.Entry<Provider, JsonNode> shape : shapes) {
            addBeside(tx, request, shape.getKey(), shape.getValue());
            providers.touch(tx, shape.getKey().id());
        }
        writer.replace(tx, wanted);
        for (Map.Entry<Provider, JsonNode> shape : shapes) {
            inventoriesApi.replace(tx, request, shape.getKey(), shape.getValue());
            providers.touch(tx, shape.getKey().id());
        }
    }

    /** The new inventory, without taking away what allocations still stand on. */
    private void addBeside(Transaction tx, Request request, Provider provider, JsonNode shape) {
        Map<String, StoredInventory> before = inventories.of(tx, provider.id());
        before.forEach((name, had) -> {
            if (!shape.has(name)) {
                inventories.remove(tx, provider.id(), name);
            }
        });
        Map<String, Inventory> kept = new HashMap<>();
        before.forEach((name, had) -> kept.put(name, had.inventory()));
        kept.keySet().removeIf(shape::has);
        inventoriesApi.replace(tx, request, provider, shape);
        kept.forEach((name, had) -> inventories.put(tx, provider.id(), name, had));
    }

    private static ApiException noProvider(String text) {
        return ApiException.badRequest("Resource provider " + text + " in inventories not found")
                .type(PlacementErrors.PROVIDER_NOT_FOUND);
    }
}
