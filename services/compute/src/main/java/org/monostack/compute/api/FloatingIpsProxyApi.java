package org.monostack.compute.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.Server;
import org.monostack.network.Networks;
import org.monostack.network.ServerPort;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Floating addresses under compute's own address (until 2.35), and a server's (until 2.43). A pool
 * is an external network.
 */
final class FloatingIpsProxyApi {
    private static final String RULE = "os_compute_api:os-floating-ips:";
    private static final String KIND = "floatingips";
    private static final String LAST = "2.35";
    private static final String LAST_ACTION = "2.43";

    private final ServerAccess access;
    private final Networks networks;
    private final Neutron neutron;

    FloatingIpsProxyApi(ServerAccess access, Networks networks, Neutron neutron) {
        this.access = access;
        this.networks = networks;
        this.neutron = neutron;
    }

    void addTo(Routes routes, ActionsApi actions) {
        routes.get(Paths.of("/os-floating-ip-pools"), this::pools)
                .policy("os_compute_api:os-floating-ip-pools")
                .until(LAST);
        routes.get(Paths.of("/os-floating-ips"), this::list).policy(RULE + "list").until(LAST);
        routes.get(Paths.of("/os-floating-ips/{id}"), this::show).policy(RULE + "show").until(LAST);
        routes.post(Paths.of("/os-floating-ips"), this::create).policy(RULE + "create").until(LAST);
        routes.delete(Paths.of("/os-floating-ips/{id}"), this::delete)
                .policy(RULE + "delete")
                .answers(202)
                .until(LAST);
        actions.on("addFloatingIp", this::add)
                .body(Schema.of("compute", "server-add-floating-ip"))
                .until(LAST_ACTION);
        actions.on("removeFloatingIp", this::remove)
                .body(Schema.of("compute", "server-remove-floating-ip"))
                .until(LAST_ACTION);
    }

    private List<JsonNode> external(Request request) {
        return neutron.list(request, "networks", "router:external", "true");
    }

    /** A network's name, or its id if it has none. */
    private static String label(JsonNode network) {
        String name = network.path("name").asString("");
        return name.isEmpty() ? network.path("id").asString() : name;
    }

    private Response pools(Request request) {
        ObjectNode body = Json.object();
        ArrayNode pools = body.putArray("floating_ip_pools");
        external(request).forEach(network -> pools.addObject().put("name", label(network)));
        return Response.json(200, body);
    }

    private ObjectNode view(JsonNode address, Map<String, String> pools) {
        ObjectNode node = Json.object();
        String network = address.path("floating_network_id").asString();
        node.set("id", address.path("id"));
        node.set("ip", address.path("floating_ip_address"));
        node.put("pool", pools.getOrDefault(network, network));
        node.put("fixed_ip", text(address, "fixed_ip_address").orElse(null));
        node.put("instance_id", text(address.path("port_details"), "device_id").orElse(null));
        return node;
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Inputs.text(node, field).filter(text -> !text.isEmpty());
    }

    private Map<String, String> names(Request request) {
        Map<String, String> names = new HashMap<>();
        external(request)
                .forEach(network -> names.put(network.path("id").asString(), label(network)));
        return names;
    }

    private Response list(Request request) {
        Map<String, String> pools = names(request);
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("floating_ips");
        neutron.list(request, KIND, "project_id", request.caller().requireProject())
                .forEach(address -> list.add(view(address, pools)));
        return Response.json(200, body);
    }

    private JsonNode named(Request request) {
        String id = request.pathParameter("id");
        return neutron.find(request, KIND, id)
                .orElseThrow(() -> ApiException.notFound("Floating IP not found for ID " + id));
    }

    private Response one(Request request, JsonNode address) {
        return Response.json(200, Json.object().set("floating_ip", view(address, names(request))));
    }

    private Response show(Request request) {
        return one(request, named(request));
    }

    private Response create(Request request) {
        Optional<String> wanted =
                request.hasBody() ? text(request.json(), "pool") : Optional.empty();
        List<JsonNode> pools = external(request);
        JsonNode pool =
                pools.stream()
                        .filter(network ->
                                wanted.isEmpty()
                                        || wanted.get().equals(network.path("id").asString())
                                        || wanted.get().equals(network.path("name").asString()))
                        .findFirst()
                        .orElseThrow(() -> ApiException.notFound("Floating IP pool not found."));
        try {
            return one(
                    request,
                    neutron.create(
                            request,
                            KIND,
                            Json.object().set("floating_network_id", pool.path("id"))));
        } catch (ApiException e) {
            if (Neutron.overQuota(e)) {
                throw ApiException.forbidden(
                        "IP allocation over quota in pool " + label(pool) + ".");
            }
            if (e.status() == 409) {
                throw ApiException.notFound("No more floating IPs in pool " + label(pool) + ".");
            }
            throw e;
        }
    }

    private Response delete(Request request) {
        JsonNode address = named(request);
        neutron.delete(request, KIND, address.path("id").asString());
        return Response.empty(202);
    }

    private JsonNode at(Request request, String address) {
        return neutron.list(request, KIND, "floating_ip_address", address).stream()
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("floating IP not found"));
    }

    /** An IPv4 address of the server with its port: the one that is named, else its first. */
    private record Target(ServerPort port, String address) {}

    private Optional<Target> target(Request request, Optional<String> wanted) {
        return access.database()
                .inTransaction(tx -> {
                    Server server = access.find(tx, request, "os-floating-ips:add");
                    return networks.ofServer(tx, server.id()).stream()
                            .flatMap(port ->
                                    port.fixedIps().stream()
                                            .filter(ip -> ip.version() == 4)
                                            .map(ip -> new Target(port, ip.address())))
                            .filter(each -> wanted.map(each.address()::equals).orElse(true))
                            .findFirst();
                });
    }

    private Response add(Request request, JsonNode argument) {
        String address = argument.path("address").asString();
        Optional<String> fixed = Inputs.text(argument, "fixed_address");
        Target target =
                target(request, fixed)
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        fixed.isPresent()
                                                ? "Specified fixed address not assigned to instance"
                                                : "No fixed IPs associated to instance"));
        String id = at(request, address).path("id").asString();
        try {
            neutron.update(
                    request,
                    KIND,
                    id,
                    Json.object()
                            .put("port_id", target.port().portId().toString())
                            .put("fixed_ip_address", target.address()));
        } catch (ApiException e) {
            if (e.status() == 403) {
                throw e;
            }
            throw ApiException.badRequest(
                    "Unable to associate floating IP "
                            + address
                            + " to fixed IP "
                            + target.address()
                            + " for instance "
                            + request.pathParameter("server_id")
                            + ". Error: "
                            + e.message());
        }
        return Response.empty(202);
    }

    private Response remove(Request request, JsonNode argument) {
        String address = argument.path("address").asString();
        Server server =
                access.database()
                        .inTransaction(tx -> access.find(tx, request, "os-floating-ips:remove"));
        JsonNode floating = at(request, address);
        if (!text(floating.path("port_details"), "device_id")
                .equals(Optional.of(server.id().toString()))) {
            throw ApiException.conflict(
                    "Floating IP "
                            + address
                            + " is not associated with instance "
                            + server.id()
                            + ".");
        }
        neutron.update(
                request, KIND, floating.path("id").asString(), Json.object().putNull("port_id"));
        return Response.empty(202);
    }
}
