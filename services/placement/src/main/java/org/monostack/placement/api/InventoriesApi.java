package org.monostack.placement.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.monostack.placement.Inventory;
import org.monostack.placement.model.Provider;
import org.monostack.placement.model.StoredInventory;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.InventoryStore;
import org.monostack.placement.store.NameStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What providers have. */
public final class InventoriesApi {
    private static final String ALL = "/resource_providers/{uuid}/inventories";
    private static final String ONE = ALL + "/{resource_class}";
    private static final Schema CREATE = Schema.of("placement", "inventory-create");
    private static final Schema UPDATE = Schema.of("placement", "inventory");
    private static final Schema SET = Schema.of("placement", "inventories");

    private final Database database;
    private final InventoryStore inventories;
    private final AllocationStore allocations;
    private final NameStore resourceClasses;
    private final ProviderAccess access;

    public InventoriesApi(
            Database database,
            InventoryStore inventories,
            AllocationStore allocations,
            NameStore resourceClasses,
            ProviderAccess access) {
        this.database = database;
        this.inventories = inventories;
        this.allocations = allocations;
        this.resourceClasses = resourceClasses;
        this.access = access;
    }

    public void route(Routes routes) {
        String rule = "placement:resource_providers:inventories:";
        routes.get(ALL, this::list).policy(rule + "list");
        routes.post(ALL, this::create).policy(rule + "create").answers(201);
        routes.put(ALL, this::set).policy(rule + "update");
        routes.delete(ALL, this::clear).policy(rule + "delete").answers(204);
        routes.get(ONE, this::show).policy(rule + "show");
        routes.put(ONE, this::update).policy(rule + "update");
        routes.delete(ONE, this::delete).policy(rule + "delete").answers(204);
    }

    private record Answer(
            long generation,
            Map<String, StoredInventory> inventories,
            Optional<Instant> modified) {}

    private Answer answer(Transaction tx, Provider provider, long generation) {
        Map<String, StoredInventory> found = inventories.of(tx, provider.id());
        return new Answer(
                generation,
                found,
                found.values().stream().map(StoredInventory::updatedAt).max(Instant::compareTo));
    }

    private static Response reply(Request request, Answer answer) {
        ObjectNode body = Replies.object();
        body.put("resource_provider_generation", answer.generation());
        ObjectNode views = body.putObject("inventories");
        answer.inventories().forEach((name, stored) -> views.set(name, view(stored.inventory())));
        return Replies.json(request, body, answer.modified());
    }

    private static Response reply(
            Request request, int status, StoredInventory stored, long generation) {
        ObjectNode body = view(stored.inventory());
        body.put("resource_provider_generation", generation);
        return Replies.dated(request, Response.json(status, body), Optional.of(stored.updatedAt()));
    }

    private static ObjectNode view(Inventory inventory) {
        ObjectNode view = Replies.object();
        view.put("total", inventory.total());
        view.put("reserved", inventory.reserved());
        view.put("min_unit", inventory.minUnit());
        view.put("max_unit", inventory.maxUnit());
        view.put("step_size", inventory.stepSize());
        view.put("allocation_ratio", inventory.allocationRatio());
        return view;
    }

    private Response list(Request request) {
        return reply(
                request,
                database.reading(tx -> {
                    Provider provider = access.find(tx, request);
                    return answer(tx, provider, provider.generation());
                }));
    }

    private Response show(Request request) {
        String name = request.pathParameter("resource_class");
        return database.reading(tx -> {
            Provider provider = access.find(tx, request);
            StoredInventory stored = inventories.of(tx, provider.id()).get(name);
            if (stored == null) {
                throw ApiException.notFound(
                        "No inventory of class " + name + " for " + provider.id());
            }
            return reply(request, 200, stored, provider.generation());
        });
    }

    private Response create(Request request) {
        database.inTransaction(tx -> access.find(tx, request));
        JsonNode body = Replies.body(request, CREATE);
        String name = body.path("resource_class").asString();
        return database.inTransaction(tx -> {
            Provider provider = access.lock(tx, request, body);
            String what =
                    "Unable to create inventory for resource provider " + provider.id() + ": ";
            requireKnown(tx, name, what);
            if (inventories.of(tx, provider.id()).containsKey(name)) {
                throw ApiException.conflict(
                                "Update conflict: Inventory of class " + name + " exists already.")
                        .type(PlacementErrors.CONCURRENT_UPDATE);
            }
            Inventory inventory = read(request, provider, name, body, what);
            inventories.put(tx, provider.id(), name, inventory);
            long generation = access.touch(tx, provider);
            return reply(request, 201, new StoredInventory(inventory, Instant.now()), generation)
                    .header(
                            "Location",
                            request.baseUrl()
                                    + "/resource_providers/"
                                    + provider.id()
                                    + "/inventories/"
                                    + name);
        });
    }

    private Response update(Request request) {
        String name = request.pathParameter("resource_class");
        database.inTransaction(tx -> access.find(tx, request));
        JsonNode body = Replies.body(request, UPDATE);
        return database.inTransaction(tx -> {
            Provider provider = access.lock(tx, request, body);
            if (!inventories.of(tx, provider.id()).containsKey(name)) {
                throw ApiException.badRequest(
                        "No inventory record with resource class for resource provider "
                                + provider.id()
                                + ": No inventory of class "
                                + name
                                + " found.");
            }
            Inventory inventory =
                    read(
                            request,
                            provider,
                            name,
                            body,
                            "Unable to update inventory for resource provider "
                                    + provider.id()
                                    + ": ");
            inventories.put(tx, provider.id(), name, inventory);
            return reply(
                    request,
                    200,
                    new StoredInventory(inventory, Instant.now()),
                    access.touch(tx, provider));
        });
    }

    private Response set(Request request) {
        database.inTransaction(tx -> access.find(tx, request));
        JsonNode body = Replies.body(request, SET);
        return reply(
                request,
                database.inTransaction(tx -> {
                    Provider provider = access.lock(tx, request, body);
                    replace(tx, request, provider, body.path("inventories"));
                    return answer(tx, provider, access.touch(tx, provider));
                }));
    }

    /** Replaces all that a provider has; what consumers hold cannot go. */
    void replace(Transaction tx, Request request, Provider provider, JsonNode wanted) {
        Map<String, Inventory> inventory = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
            requireKnown(
                    tx,
                    entry.getKey(),
                    "Unknown resource class in inventory for resource provider "
                            + provider.id()
                            + ": ");
            inventory.put(
                    entry.getKey(),
                    read(
                            request,
                            provider,
                            entry.getKey(),
                            entry.getValue(),
                            "Unable to update inventory for resource provider "
                                    + provider.id()
                                    + ": "));
        }
        TreeSet<String> gone = new TreeSet<>(inventories.of(tx, provider.id()).keySet());
        gone.removeAll(inventory.keySet());
        remove(tx, provider, gone, "update conflict: ");
        inventory.forEach((name, has) -> inventories.put(tx, provider.id(), name, has));
    }

    private void remove(Transaction tx, Provider provider, TreeSet<String> gone, String what) {
        TreeSet<String> used = new TreeSet<>(allocations.usage(tx, provider.id()).keySet());
        used.retainAll(gone);
        if (!used.isEmpty()) {
            throw ApiException.conflict(
                            what
                                    + "Inventory for '"
                                    + String.join(", ", used)
                                    + "' on resource provider '"
                                    + provider.id()
                                    + "' in use.")
                    .type(PlacementErrors.INVENTORY_IN_USE);
        }
        gone.forEach(name -> inventories.remove(tx, provider.id(), name));
    }

    private Response clear(Request request) {
        if (!Replies.atLeast(request, 5)) {
            throw ApiException.methodNotAllowed(
                    "The method specified is not allowed for this resource.");
        }
        database.run(tx -> {
            Provider provider = access.lock(tx, request);
            remove(tx, provider, new TreeSet<>(inventories.of(tx, provider.id()).keySet()), "");
            access.touch(tx, provider);
        });
        return Response.empty(204);
    }

    private Response delete(Request request) {
        String name = request.pathParameter("resource_class");
        database.run(tx -> {
            Provider provider = access.lock(tx, request);
            if (!inventories.of(tx, provider.id()).containsKey(name)) {
                throw ApiException.notFound(
                        "No inventory of class "
                                + name
                                + " found for delete: No inventory of class "
                                + name
                                + " found.");
            }
            remove(
                    tx,
                    provider,
                    new TreeSet<>(java.util.List.of(name)),
                    "Unable to delete inventory of class " + name + ": ");
            access.touch(tx, provider);
        });
        return Response.empty(204);
    }

    private void requireKnown(Transaction tx, String name, String what) {
        if (!resourceClasses.exists(tx, name)) {
            throw ApiException.badRequest(what + "No such resource class " + name + ".");
        }
    }

    private static Inventory read(
            Request request, Provider provider, String name, JsonNode body, String what) {
        Inventory inventory =
                new Inventory(
                        body.path("total").longValue(),
                        body.path("reserved").asLong(0),
                        body.path("min_unit").asLong(1),
                        body.path("max_unit").asLong(Integer.MAX_VALUE),
                        body.path("step_size").asLong(1),
                        body.path("allocation_ratio").asDouble(1.0));
        long capacity = inventory.capacity();
        boolean mayBeZero = Replies.atLeast(request, 26);
        if (mayBeZero ? capacity < 0 : capacity <= 0) {
            throw ApiException.badRequest(
                    what
                            + "Invalid inventory for '"
                            + name
                            + "' on resource provider '"
                            + provider.id()
                            + "'. The reserved value is greater than "
                            + (mayBeZero ? "" : "or equal to ")
                            + "total.");
        }
        return inventory;
    }
}
