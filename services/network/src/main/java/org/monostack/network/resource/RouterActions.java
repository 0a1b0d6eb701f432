package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.RouterRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Routers;
import org.monostack.network.store.Routers.Leg;
import org.monostack.network.store.Rows;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What can be done to a router beyond its attributes: interfaces and single routes. */
final class RouterActions {
    private final Collection<RouterRecord> collection;
    private final Resource<SubnetRecord> subnets;
    private final Resource<PortRecord> ports;
    private final Routers routers;
    private final Changes changes;
    private final Transactions database;
    private final Policy policy;

    RouterActions(
            Collection<RouterRecord> collection,
            Resource<SubnetRecord> subnets,
            Resource<PortRecord> ports,
            Routers routers,
            Changes changes,
            Transactions database,
            Policy policy) {
        this.collection = collection;
        this.subnets = subnets;
        this.ports = ports;
        this.routers = routers;
        this.changes = changes;
        this.database = database;
        this.policy = policy;
    }

    void register(Routes routes) {
        routes.put("/v2.0/routers/{id}/add_router_interface", this::addInterface)
                .policyInHandler("add_router_interface");
        routes.put("/v2.0/routers/{id}/remove_router_interface", this::removeInterface)
                .policyInHandler("remove_router_interface");
        routes.put(
                        "/v2.0/routers/{id}/add_extraroutes",
                        request -> changeRoutes(request, "add_extraroutes"))
                .policyInHandler("add_extraroutes");
        routes.put(
                        "/v2.0/routers/{id}/remove_extraroutes",
                        request -> changeRoutes(request, "remove_extraroutes"))
                .policyInHandler("remove_extraroutes");
    }

    private RouterRecord find(Transaction tx, Scope scope, Request request, String rule) {
        String id = request.pathParameter("id");
        RouterRecord router = collection.find(tx, scope, id, true);
        collection.authorize(scope, rule, collection.view(tx, scope, router), id);
        return router;
    }

    private record Target(Optional<String> port, Optional<String> subnet) {}

    private static Target target(Request request) {
        JsonNode body = request.json();
        if (!body.isObject()) {
            throw ApiException.badRequest("The body must be an object.").type("HTTPBadRequest");
        }
        return new Target(id(body, "port_id"), id(body, "subnet_id"));
    }

    private static Optional<String> id(JsonNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Kind.uuid().check(value).stringValue());
        } catch (Kind.Invalid e) {
            throw NetworkErrors.invalid(name, e.reason());
        }
    }

    private Response addInterface(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        Target target = target(request);
        if (target.port().isPresent() && target.subnet().isPresent()) {
            throw bad("Cannot specify both subnet-id and port-id");
        }
        return Response.json(
                200,
                database.inTransaction(tx -> {
                    RouterRecord router = find(tx, scope, request, "add_router_interface");
                    if (target.port().isPresent()) {
                        PortRecord port = port(tx, scope, target.port().get());
                        List<SubnetRecord> connected = routers.addPort(tx, router, port);
                        return answer(
                                router, port, connected.stream().map(SubnetRecord::getId).toList());
                    }
                    SubnetRecord subnet =
                            subnet(
                                    tx,
                                    scope,
                                    target.subnet()
                                            .orElseThrow(() ->
                                                    bad(
                                                            "Either subnet_id or"
                                                                    + " port_id must be"
                                                                    + " specified")));
                    PortRecord port = routers.addSubnet(tx, router, subnet);
                    return answer(router, port, List.of(subnet.getId()));
                }));
    }

    private PortRecord port(Transaction tx, Scope scope, String id) {
        return tx.sql()
                .selectFrom(PORT)
                .where(PORT.ID.eq(id), scope.admin() ? DSL.trueCondition() : ports.visible(scope))
                .forUpdate()
                .fetchOptional()
                .orElseThrow(() -> NetworkErrors.notFound("Port", id));
    }

    private SubnetRecord subnet(Transaction tx, Scope scope, String id) {
        return tx.sql()
                .selectFrom(SUBNET)
                .where(
                        SUBNET.ID.eq(id),
                        scope.admin() ? DSL.trueCondition() : subnets.visible(scope))
                .fetchOptional()
                .orElseThrow(() -> NetworkErrors.notFound("Subnet", id));
    }

    private Response removeInterface(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        Target target = target(request);
        if (target.port().isEmpty() && target.subnet().isEmpty()) {
            throw bad("Either subnet_id or port_id must be specified");
        }
        return Response.json(
                200,
                database.inTransaction(tx -> {
                    RouterRecord router = find(tx, scope, request, "remove_router_interface");
                    Leg leg = leg(tx, router, target);
                    List<String> removed =
                            target.subnet().isPresent()
                                    ? List.of(target.subnet().get())
                                    : leg.subnets().stream().map(SubnetRecord::getId).toList();
                    ObjectNode answer = answer(router, leg.port(), removed);
                    routers.remove(tx, router, leg, target.subnet());
                    return answer;
                }));
    }

    private static Leg leg(Transaction tx, RouterRecord router, Target target) {
        List<Leg> legs = Routers.interfaces(tx, router.getId());
        if (target.port().isPresent()) {
            Leg leg =
                    legs.stream()
                            .filter(l -> l.port().getId().equals(target.port().get()))
                            .findFirst()
                            .orElseThrow(() ->
                                    ApiException.notFound(
                                                    "Router "
                                                            + router.getId()
                                                            + " does not have an interface"
                                                            + " with id "
                                                            + target.port().get())
                                            .type("RouterInterfaceNotFound"));
            if (target.subnet().isPresent() && !leg.isOn(target.subnet().get())) {
                throw NetworkErrors.conflict(
                        "SubnetMismatchForPort",
                        "Subnet on port "
                                + leg.port().getId()
                                + " does not match the requested subnet "
                                + target.subnet().get()
                                + ".");
            }
            return leg;
        }
        String subnet = target.subnet().orElseThrow();
        if (!tx.sql().fetchExists(SUBNET, SUBNET.ID.eq(subnet))) {
            throw NetworkErrors.notFound("Subnet", subnet);
        }
        return legs.stream()
                .filter(l -> l.isOn(subnet))
                .findFirst()
                .orElseThrow(() ->
                        ApiException.notFound(
                                        "Router "
                                                + router.getId()
                                                + " has no interface on subnet "
                                                + subnet)
                                .type("RouterInterfaceNotFoundForSubnet"));
    }

    private static ObjectNode answer(RouterRecord router, PortRecord port, List<String> subnets) {
        ObjectNode answer =
                Json.object()
                        .put("id", router.getId())
                        .put("tenant_id", port.getProjectId())
                        .put("project_id", port.getProjectId())
                        .put("port_id", port.getId())
                        .put("network_id", port.getNetworkId())
                        .put("subnet_id", subnets.isEmpty() ? "" : subnets.getFirst());
        answer.set("subnet_ids", Json.strings(subnets));
        return answer;
    }

    private Response changeRoutes(Request request, String rule) {
        Scope scope = Scope.of(request.caller(), policy);
        JsonNode sent = request.json().path("router").path("routes");
        JsonNode routes;
        try {
            routes = Kind.routes().check(sent);
        } catch (Kind.Invalid e) {
            throw NetworkErrors.invalid("routes", e.reason());
        }
        return Response.json(
                200,
                database.inTransaction(tx -> {
                    RouterRecord router = find(tx, scope, request, rule);
                    List<JsonNode> merged = new ArrayList<>();
                    Json.read(router.getRoutes()).forEach(merged::add);
                    for (JsonNode route : routes) {
                        merged.remove(route);
                        if (rule.equals("add_extraroutes")) {
                            merged.add(route);
                        }
                    }
                    ArrayNode stored = Json.array();
                    merged.forEach(stored::add);
                    router.setRoutes(stored.toString());
                    Routers.checkRoutes(tx, router);
                    Rows.touch(router);
                    router.update();
                    changes.router(tx, router.getId());
                    ObjectNode body = Json.object();
                    ObjectNode shown = body.putObject("router");
                    shown.put("id", router.getId());
                    shown.put("name", router.getName());
                    shown.set("routes", stored);
                    return body;
                }));
    }

    private static ApiException bad(String reason) {
        return NetworkErrors.badRequest("BadRequest", "Bad router request: " + reason + ".");
    }
}
