package org.monostack.compute.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
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

/** Compute's services, host by host: list, disable, enable, force down. */
final class ServicesApi {
    private static final String RULE = "os_compute_api:os-services:";
    private static final Schema ACTION = Schema.of("compute", "service-action");
    private static final Schema UPDATE = Schema.of("compute", "service-update");

    private final Database database;
    private final Stores stores;
    private final Zones zones;

    ServicesApi(Database database, Stores stores, Zones zones) {
        this.database = database;
        this.stores = stores;
        this.zones = zones;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-services"), this::list).policy(RULE + "list");
        routes.put(Paths.of("/os-services/{id}"), this::update).policy(RULE + "update");
        routes.delete(Paths.of("/os-services/{id}"), this::delete)
                .policy(RULE + "delete")
                .answers(204);
    }

    private ObjectNode view(
            Request request, ComputeService service, Map<String, String> zoneOf, Instant now) {
        ObjectNode node = Json.object();
        if (request.microversion().atLeast(2, 53)) {
            node.put("id", service.id().toString());
        } else {
            node.put("id", service.number());
        }
        node.put("binary", service.program());
        node.put("host", service.host());
        node.put("zone", zones.of(service, zoneOf));
        node.put("status", service.disabled() ? "disabled" : "enabled");
        node.put("state", service.up(now) ? "up" : "down");
        node.put("updated_at", Links.micros(service.seenAt()));
        node.put("disabled_reason", service.disabledReason().orElse(null));
        if (request.microversion().atLeast(2, 11)) {
            node.put("forced_down", service.forcedDown());
        }
        return node;
    }

    private Response list(Request request) {
        Optional<String> host = request.query().first("host");
        Optional<String> program = request.query().first("binary");
        return database.reading(tx -> {
            Map<String, String> zoneOf = zones.byHost(tx);
            Instant now = Times.now();
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("services");
            stores.hosts().services(tx).stream()
                    .filter(s -> host.isEmpty() || s.host().equals(host.get()))
                    .filter(s -> program.isEmpty() || s.program().equals(program.get()))
                    .forEach(s -> list.add(view(request, s, zoneOf, now)));
            return Response.json(200, body);
        });
    }

    private Response update(Request request) {
        return request.microversion().atLeast(2, 53) ? updateById(request) : act(request);
    }

    private Response updateById(Request request) {
        UPDATE.check(request.json(), Optional.of(request.microversion()));
        JsonNode wanted = request.json();
        Optional<String> status = Inputs.text(wanted, "status");
        Optional<String> reason = Inputs.text(wanted, "disabled_reason");
        if (reason.isPresent() && !status.equals(Optional.of("disabled"))) {
            throw ApiException.badRequest(
                    "Specifying disabled_reason requires that status is disabled.");
        }
        return database.inTransaction(tx -> {
            ComputeService service = find(tx, request);
            if (!service.program().equals(ComputeService.COMPUTE)) {
                throw ApiException.badRequest(
                        "Updating a "
                                + service.program()
                                + " service is not supported. Only nova-compute services"
                                + " can be updated.");
            }
            status.ifPresent(word ->
                    stores.hosts().disable(tx, service.number(), word.equals("disabled"), reason));
            if (wanted.has("forced_down")) {
                stores.hosts()
                        .forceDown(tx, service.number(), Inputs.bool(wanted, "forced_down", false));
            }
            ComputeService changed = stores.hosts().service(tx, service.id()).orElseThrow();
            return Response.json(
                    200,
                    Json.object()
                            .set("service", view(request, changed, zones.byHost(tx), Times.now())));
        });
    }

    /** Before 2.53 the path named an action and the body the service. */
    private Response act(Request request) {
        String action = request.pathParameter("id");
        boolean force = action.equals("force-down") && request.microversion().atLeast(2, 11);
        if (!force && !List.of("enable", "disable", "disable-log-reason").contains(action)) {
            throw ApiException.notFound("Unknown action");
        }
        ACTION.check(request.json(), Optional.of(request.microversion()));
        JsonNode wanted = request.json();
        String host = wanted.path("host").asString();
        String program = wanted.path("binary").asString();
        Optional<String> reason = Inputs.text(wanted, "disabled_reason");
        if (action.equals("disable-log-reason") && reason.isEmpty()) {
            throw ApiException.badRequest("Missing disabled reason field");
        }
        ObjectNode view = Json.object().put("host", host).put("binary", program);
        database.run(tx -> {
            ComputeService service =
                    stores.hosts()
                            .service(tx, host, program)
                            .orElseThrow(() ->
                                    ApiException.notFound(
                                            "Could not find binary "
                                                    + program
                                                    + " on host "
                                                    + host
                                                    + "."));
            if (force) {
                stores.hosts()
                        .forceDown(tx, service.number(), Inputs.bool(wanted, "forced_down", false));
            } else {
                stores.hosts().disable(tx, service.number(), !action.equals("enable"), reason);
            }
        });
        if (force) {
            view.put("forced_down", Inputs.bool(wanted, "forced_down", false));
        } else {
            view.put("status", action.equals("enable") ? "enabled" : "disabled");
            if (action.equals("disable-log-reason")) {
                view.put("disabled_reason", reason.orElse(null));
            }
        }
        return Response.json(200, Json.object().set("service", view));
    }

    private ComputeService find(Transaction tx, Request request) {
        String text = request.pathParameter("id");
        Optional<ComputeService> found;
        if (request.microversion().atLeast(2, 53)) {
            if (Inputs.uuid(text).isEmpty()) {
                throw ApiException.badRequest("Invalid uuid " + text);
            }
            found = Inputs.uuid(text).flatMap(id -> stores.hosts().service(tx, id));
        } else {
            try {
                found = stores.hosts().service(tx, Long.parseLong(text));
            } catch (NumberFormatException e) {
                throw ApiException.badRequest("service_id " + text + " must be an integer");
            }
        }
        return found.orElseThrow(() -> ApiException.notFound("Service " + text + " not found."));
    }

    private Response delete(Request request) {
        database.run(tx -> {
            ComputeService service = find(tx, request);
            if (service.program().equals(ComputeService.COMPUTE)
                    && !stores.servers().onHost(tx, service.host()).isEmpty()) {
                throw ApiException.conflict(
                        "Unable to delete compute service that is hosting instances."
                                + " Migrate or delete the instances first.");
            }
            stores.hosts().deleteService(tx, service.number());
        });
        return Response.empty(204);
    }
}
