package org.monostack.compute.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.store.FlavorStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Flavors: list, show, create, describe, delete. */
final class FlavorsApi {
    private static final String RULE = "os_compute_api:";

    private final Database database;
    private final FlavorStore store;

    FlavorsApi(Database database, FlavorStore store) {
        this.database = database;
        this.store = store;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/flavors"), request -> list(request, false)).kept();
        routes.get(Paths.of("/flavors/detail"), request -> list(request, true)).kept();
        routes.get(Paths.of("/flavors/{flavor_id}"), this::show).kept();
        routes.post(Paths.of("/flavors"), this::create)
                .policy(RULE + "os-flavor-manage:create")
                .body(Schema.of("compute", "flavor-create").since("2.55", "flavor-create-2.55"));
        routes.put(Paths.of("/flavors/{flavor_id}"), this::update)
                .policy(RULE + "os-flavor-manage:update")
                .body(Schema.of("compute", "flavor-update"))
                .since("2.55");
        routes.delete(Paths.of("/flavors/{flavor_id}"), this::delete)
                .policy(RULE + "os-flavor-manage:delete")
                .answers(202);
    }

    static ApiException notFound(String id) {
        return ApiException.notFound("Flavor " + id + " could not be found.");
    }

    private static boolean admin(Request request) {
        return request.allowed("context_is_admin", Map.of());
    }

    /** The flavor that a path names, if the caller may see it; 404 otherwise. */
    static Flavor find(Transaction tx, Request request, FlavorStore store) {
        String id = request.pathParameter("flavor_id");
        return store.find(tx, id)
                .filter(flavor ->
                        admin(request)
                                || store.visible(
                                        tx, flavor, request.caller().projectId().orElse("")))
                .orElseThrow(() -> notFound(id));
    }

    private Response list(Request request, boolean detail) {
        Query query = request.query();
        Paging paging = Paging.of(query);
        String sortKey = query.first("sort_key").orElse("flavorid");
        if (!FlavorStore.sortable(sortKey)) {
            throw ApiException.badRequest("Sort key supplied is invalid: " + sortKey);
        }
        String direction = query.first("sort_dir").orElse("asc");
        if (!direction.equals("asc") && !direction.equals("desc")) {
            throw ApiException.badRequest(
                    "Unknown sort direction, must be 'desc' or 'asc': " + direction);
        }
        Optional<Long> minRam = number(query, "minRam");
        Optional<Long> minDisk = number(query, "minDisk");
        List<Flavor> flavors =
                database.reading(tx -> {
                    Optional<Flavor> marker =
                            paging.marker()
                                    .map(id -> store.find(tx, id).orElseThrow(() -> noMarker(id)));
                    return store.list(
                            tx,
                            new FlavorStore.Filter(
                                    isPublic(request),
                                    admin(request) && query.contains("is_public")
                                            ? Optional.empty()
                                            : request.caller().projectId(),
                                    minRam,
                                    minDisk,
                                    sortKey,
                                    direction.equals("asc"),
                                    marker,
                                    paging.limit()));
                });
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("flavors");
        for (Flavor flavor : flavors) {
            list.add(detail ? full(request, flavor) : brief(request, flavor));
        }
        Links.next(
                body,
                "flavors",
                request,
                flavors.size(),
                paging,
                flavors.isEmpty() ? Optional.empty() : Optional.of(flavors.getLast().id()));
        return Response.json(200, body);
    }

    private static ApiException noMarker(String id) {
        return ApiException.badRequest("marker [" + id + "] not found");
    }

    private static Optional<Long> number(Query query, String name) {
        return query.first(name)
                .map(text -> {
                    try {
                        return Long.parseLong(text);
                    } catch (NumberFormatException e) {
                        throw ApiException.badRequest("Invalid " + name + " filter [" + text + "]");
                    }
                });
    }

    /** Only administrators choose: all of them with None, by default the public ones. */
    private static Optional<Boolean> isPublic(Request request) {
        Optional<String> text = request.query().first("is_public");
        if (!admin(request) || text.isEmpty()) {
            return Optional.of(true);
        }
        if (text.get().equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        if (!Inputs.isBool(text.get())) {
            throw ApiException.badRequest("Invalid is_public filter [" + text.get() + "]");
        }
        return Optional.of(Inputs.bool(text.get(), true));
    }

    private Response show(Request request) {
        Flavor flavor = database.reading(tx -> find(tx, request, store));
        return Response.json(200, Json.object().set("flavor", full(request, flavor)));
    }

    private Response create(Request request) {
        JsonNode wanted = request.json().path("flavor");
        String name = Inputs.text(wanted, "name").orElseThrow().strip();
        String id = Inputs.text(wanted, "id").orElse("auto");
        Flavor flavor =
                new Flavor(
                        0,
                        id.equals("auto") ? UUID.randomUUID().toString() : id,
                        name,
                        Inputs.text(wanted, "description"),
                        Inputs.number(wanted, "ram", 1).orElseThrow(),
                        Inputs.number(wanted, "vcpus", 1).orElseThrow().intValue(),
                        Inputs.number(wanted, "disk", 0).orElse(0L),
                        Inputs.number(wanted, "OS-FLV-EXT-DATA:ephemeral", 0).orElse(0L),
                        Inputs.number(wanted, "swap", 0).orElse(0L),
                        Inputs.text(wanted, "rxtx_factor").map(Double::parseDouble).orElse(1.0),
                        Inputs.bool(wanted, "os-flavor-access:is_public", true),
                        false,
                        Map.of(),
                        Times.now(),
                        Optional.empty());
        Flavor made =
                database.inTransaction(tx -> {
                    if (store.findByName(tx, name).isPresent()) {
                        throw ApiException.conflict(
                                "Flavor with name " + name + " already exists.");
                    }
                    if (store.find(tx, flavor.id()).isPresent()) {
                        throw ApiException.conflict(
                                "Flavor with ID " + flavor.id() + " already exists.");
                    }
                    // A private one is nobody's until access is given, not even its maker's.
                    return store.insert(tx, flavor);
                });
        return Response.json(200, Json.object().set("flavor", full(request, made)));
    }

    private Response update(Request request) {
        Optional<String> description = Inputs.text(request.json().path("flavor"), "description");
        Flavor flavor =
                database.inTransaction(tx -> {
                    Flavor found = find(tx, request, store);
                    store.describe(tx, found, description);
                    return store.find(tx, found.id()).orElseThrow();
                });
        return Response.json(200, Json.object().set("flavor", full(request, flavor)));
    }

    private Response delete(Request request) {
        database.run(tx -> store.delete(tx, find(tx, request, store)));
        return Response.empty(202);
    }

    private static ObjectNode brief(Request request, Flavor flavor) {
        ObjectNode node = Json.object();
        node.put("id", flavor.id());
        node.put("name", flavor.name());
        if (request.microversion().atLeast(2, 55)) {
            node.put("description", flavor.description().orElse(null));
        }
        node.set("links", Links.both(request, "flavors", flavor.id()));
        return node;
    }

    private static ObjectNode full(Request request, Flavor flavor) {
        ObjectNode node = brief(request, flavor);
        node.put("ram", flavor.memoryMb());
        node.put("disk", flavor.rootGb());
        if (request.microversion().atLeast(2, 75)) {
            node.put("swap", flavor.swapMb());
        } else if (flavor.swapMb() == 0) {
            node.put("swap", "");
        } else {
            node.put("swap", flavor.swapMb());
        }
        node.put("OS-FLV-EXT-DATA:ephemeral", flavor.ephemeralGb());
        node.put("OS-FLV-DISABLED:disabled", flavor.disabled());
        node.put("vcpus", flavor.vcpus());
        node.put("os-flavor-access:is_public", flavor.isPublic());
        node.put("rxtx_factor", flavor.rxtxFactor());
        if (request.microversion().atLeast(2, 61)) {
            ObjectNode specs = node.putObject("extra_specs");
            flavor.extraSpecs().forEach(specs::put);
        }
        return node;
    }
}
