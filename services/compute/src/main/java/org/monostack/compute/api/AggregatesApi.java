package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.monostack.compute.model.HostAggregate;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Host aggregates. */
final class AggregatesApi {
    private static final String RULE = "os_compute_api:os-aggregates:";
    private static final Schema ADD = Schema.of("compute", "aggregate-add-host");
    private static final Schema REMOVE = Schema.of("compute", "aggregate-remove-host");
    private static final Schema METADATA = Schema.of("compute", "aggregate-set-metadata");

    private final Database database;
    private final Stores stores;

    AggregatesApi(Database database, Stores stores) {
        this.database = database;
        this.stores = stores;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-aggregates"), this::list).policy(RULE + "index");
        routes.post(Paths.of("/os-aggregates"), this::create)
                .policy(RULE + "create")
                .body(Schema.of("compute", "aggregate-create"));
        routes.get(Paths.of("/os-aggregates/{id}"), this::show).policy(RULE + "show");
        routes.put(Paths.of("/os-aggregates/{id}"), this::update)
                .policy(RULE + "update")
                .body(Schema.of("compute", "aggregate-update"));
        routes.delete(Paths.of("/os-aggregates/{id}"), this::delete).policy(RULE + "delete");
        routes.post(Paths.of("/os-aggregates/{id}/action"), this::action)
                .policyInHandler(RULE + "add_host");
    }

    private static ObjectNode view(Request request, HostAggregate aggregate, boolean whole) {
        ObjectNode node = Json.object();
        node.put("id", aggregate.number());
        if (request.microversion().atLeast(2, 41)) {
            node.put("uuid", aggregate.id().toString());
        }
        node.put("name", aggregate.name());
        node.put("availability_zone", aggregate.zone().orElse(null));
        if (whole) {
            node.set("hosts", Json.strings(aggregate.hosts()));
            ObjectNode metadata = node.putObject("metadata");
            aggregate.metadata().forEach(metadata::put);
        }
        node.put("created_at", Links.micros(aggregate.createdAt()));
        node.put("updated_at", aggregate.updatedAt().map(Links::micros).orElse(null));
        node.put("deleted", false);
        node.putNull("deleted_at");
        return node;
    }

    private static Response answer(Request request, HostAggregate aggregate) {
        return Response.json(200, Json.object().set("aggregate", view(request, aggregate, true)));
    }

    private HostAggregate lock(Transaction tx, Request request) {
        return stores.aggregates().lock(tx, number(request)).orElseThrow(() -> notFound(request));
    }

    private static long number(Request request) {
        String text = request.pathParameter("id");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(
                    "Invalid input for aggregate_id: " + text + " must be an integer");
        }
    }

    private static ApiException notFound(Request request) {
        return ApiException.notFound(
                "Aggregate " + request.pathParameter("id") + " could not be found.");
    }

    private Response list(Request request) {
        return database.reading(tx -> {
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("aggregates");
            stores.aggregates()
                    .list(tx)
                    .forEach(aggregate -> list.add(view(request, aggregate, true)));
            return Response.json(200, body);
        });
    }

    private Response create(Request request) {
        JsonNode wanted = request.json().path("aggregate");
        String name = Inputs.text(wanted, "name").orElseThrow().strip();
        Optional<String> zone = Inputs.text(wanted, "availability_zone");
        HostAggregate made =
                database.inTransaction(tx -> {
                    requireFreeName(tx, name);
                    Map<String, String> metadata =
                            zone.isPresent()
                                    ? Map.of(HostAggregate.ZONE_KEY, zone.get())
                                    : Map.of();
                    long number = stores.aggregates().insert(tx, name, metadata);
                    return stores.aggregates().find(tx, number).orElseThrow();
                });
        return Response.json(200, Json.object().set("aggregate", view(request, made, false)));
    }

    private void requireFreeName(Transaction tx, String name) {
        if (stores.aggregates().nameTaken(tx, name)) {
            throw ApiException.conflict("Aggregate " + name + " already exists.");
        }
    }

    private Response show(Request request) {
        long number = number(request);
        return answer(
                request,
                database.reading(tx -> stores.aggregates().find(tx, number))
                        .orElseThrow(() -> notFound(request)));
    }

    private Response change(Request request, BiConsumer<Transaction, HostAggregate> change) {
        return database.inTransaction(tx -> {
            HostAggregate aggregate = lock(tx, request);
            change.accept(tx, aggregate);
            return answer(request, stores.aggregates().find(tx, aggregate.number()).orElseThrow());
        });
    }

    private Response update(Request request) {
        JsonNode wanted = request.json().path("aggregate");
        return change(
                request,
                (tx, aggregate) -> {
                    String name = Inputs.text(wanted, "name").orElse(aggregate.name()).strip();
                    if (!name.equals(aggregate.name())) {
                        requireFreeName(tx, name);
                    }
                    Map<String, String> metadata = new TreeMap<>(aggregate.metadata());
                    if (wanted.has("availability_zone")) {
                        setZone(tx, aggregate, metadata, Inputs.text(wanted, "availability_zone"));
                    }
                    stores.aggregates().update(tx, aggregate.number(), name, metadata);
                });
    }

    /** Hosts with servers keep their zone, since the servers were promised it. */
    private void setZone(
            Transaction tx,
            HostAggregate aggregate,
            Map<String, String> metadata,
            Optional<String> zone) {
        if (!aggregate.zone().equals(zone)) {
            for (String host : aggregate.hosts()) {
                if (!stores.servers().onHost(tx, host).isEmpty()) {
                    throw ApiException.badRequest(
                            "Cannot update aggregate "
                                    + aggregate.number()
                                    + ". Reason: One or more hosts contain instances in this zone");
                }
            }
        }
        if (zone.isPresent()) {
            metadata.put(HostAggregate.ZONE_KEY, zone.get());
        } else {
            metadata.remove(HostAggregate.ZONE_KEY);
        }
    }

    private Response delete(Request request) {
        database.run(tx -> {
            HostAggregate aggregate = lock(tx, request);
            if (!aggregate.hosts().isEmpty()) {
                throw ApiException.badRequest(
                        "Cannot remove host from aggregate "
                                + aggregate.number()
                                + ": Host aggregate is not empty.");
            }
            stores.aggregates().delete(tx, aggregate.number());
        });
        return Response.empty(200);
    }

    private Response action(Request request) {
        JsonNode body = request.json();
        var version = Optional.of(request.microversion());
        if (body.has("add_host")) {
            request.authorize(RULE + "add_host", Map.of());
            ADD.check(body, version);
            String host = body.path("add_host").path("host").asString();
            return change(request, (tx, aggregate) -> addHost(tx, aggregate, host));
        }
        if (body.has("remove_host")) {
            request.authorize(RULE + "remove_host", Map.of());
            REMOVE.check(body, version);
            String host = body.path("remove_host").path("host").asString();
            return change(request, (tx, aggregate) -> removeHost(tx, aggregate, host));
        }
        if (body.has("set_metadata")) {
            request.authorize(RULE + "set_metadata", Map.of());
            METADATA.check(body, version);
            return change(
                    request,
                    (tx, aggregate) ->
                            setMetadata(tx, aggregate, body.path("set_metadata").path("metadata")));
        }
        throw ApiException.badRequest("There is no such action: " + body.propertyNames());
    }

    private void addHost(Transaction tx, HostAggregate aggregate, String host) {
        if (stores.hosts().node(tx, host).isEmpty()) {
            throw ApiException.notFound("Compute host " + host + " could not be found.");
        }
        if (aggregate.hosts().contains(host)) {
            throw ApiException.conflict(
                    "Aggregate " + aggregate.number() + " already has host " + host + ".");
        }
        boolean elsewhere =
                aggregate.zone().isPresent()
                        && stores.aggregates().list(tx).stream()
                                .filter(other -> other.hosts().contains(host))
                                .anyMatch(other ->
                                        other.zone().isPresent()
                                                && !other.zone().equals(aggregate.zone()));
        if (elsewhere) {
            throw ApiException.conflict(
                    "Cannot add host to aggregate "
                            + aggregate.number()
                            + ". Reason: One or more hosts already in availability zone(s).");
        }
        stores.aggregates().addHost(tx, aggregate.number(), host);
    }

    private void removeHost(Transaction tx, HostAggregate aggregate, String host) {
        if (!aggregate.hosts().contains(host)) {
            throw ApiException.notFound(
                    "Aggregate " + aggregate.number() + " has no host " + host + ".");
        }
        stores.aggregates().removeHost(tx, aggregate.number(), host);
    }

    private void setMetadata(Transaction tx, HostAggregate aggregate, JsonNode wanted) {
        Map<String, String> metadata = new TreeMap<>(aggregate.metadata());
        for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
            if (entry.getKey().equals(HostAggregate.ZONE_KEY)) {
                setZone(tx, aggregate, metadata, Inputs.text(wanted, entry.getKey()));
            } else if (entry.getValue().isNull()) {
                metadata.remove(entry.getKey());
            } else {
                metadata.put(entry.getKey(), entry.getValue().asString());
            }
        }
        stores.aggregates().update(tx, aggregate.number(), aggregate.name(), metadata);
    }
}
