package org.monostack.compute.api;

import java.util.List;
import java.util.Set;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.network.Networks;
import org.monostack.network.ServerPort;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** addFixedIp and removeFixedIp: one address more or less on a port of the server (until 2.43). */
final class FixedIpActions {
    private static final String LAST = "2.43";

    private final ServerAccess access;
    private final Networks networks;
    private final Neutron neutron;

    FixedIpActions(ServerAccess access, Networks networks, Neutron neutron) {
        this.access = access;
        this.networks = networks;
        this.neutron = neutron;
    }

    void addTo(ActionsApi actions) {
        actions.on("addFixedIp", this::add)
                .body(Schema.of("compute", "server-add-fixed-ip"))
                .until(LAST);
        actions.on("removeFixedIp", this::remove)
                .body(Schema.of("compute", "server-remove-fixed-ip"))
                .until(LAST);
    }

    private List<ServerPort> ports(Request request, String verb) {
        return access.database()
                .inTransaction(tx -> {
                    Server server = access.find(tx, request, "os-multinic");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(
                            server, verb, Set.of(VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED));
                    return networks.ofServer(tx, server.id());
                });
    }

    private Response add(Request request, JsonNode argument) {
        String network = argument.path("networkId").asString();
        ServerPort port =
                ports(request, "add_fixed_ip").stream()
                        .filter(each -> each.networkId().toString().equals(network))
                        .findFirst()
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Instance "
                                                + request.pathParameter("server_id")
                                                + " has no port on network "
                                                + network
                                                + "."));
        ArrayNode addresses = Json.array();
        port.fixedIps().forEach(ip -> addresses.add(view(ip)));
        // The subnets that the port is on already come first, as they fit its other addresses.
        List<String> subnets =
                port.fixedIps().stream().map(ip -> ip.subnetId().toString()).distinct().toList();
        ObjectNode another = addresses.addObject();
        if (!subnets.isEmpty()) {
            another.put("subnet_id", subnets.getFirst());
        } else {
            another.put(
                    "subnet_id",
                    neutron.list(request, "subnets", "network_id", network).stream()
                            .findFirst()
                            .map(subnet -> subnet.path("id").asString())
                            .orElseThrow(() ->
                                    ApiException.badRequest(
                                            "Network " + network + " has no subnet.")));
        }
        update(request, port, addresses);
        return Response.empty(202);
    }

    private Response remove(Request request, JsonNode argument) {
        String address = argument.path("address").asString();
        ServerPort port =
                ports(request, "remove_fixed_ip").stream()
                        .filter(each ->
                                each.fixedIps().stream()
                                        .anyMatch(ip -> ip.address().equals(address)))
                        .findFirst()
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Instance "
                                                + request.pathParameter("server_id")
                                                + " doesn't have fixed IP '"
                                                + address
                                                + "'."));
        ArrayNode addresses = Json.array();
        port.fixedIps().stream()
                .filter(ip -> !ip.address().equals(address))
                .forEach(ip -> addresses.add(view(ip)));
        update(request, port, addresses);
        return Response.empty(202);
    }

    private static ObjectNode view(ServerPort.FixedIp ip) {
        return Json.object()
                .put("subnet_id", ip.subnetId().toString())
                .put("ip_address", ip.address());
    }

    private void update(Request request, ServerPort port, ArrayNode addresses) {
        try {
            neutron.update(
                    request,
                    "ports",
                    port.portId().toString(),
                    Json.object().set("fixed_ips", addresses));
        } catch (ApiException e) {
            // A network without free addresses is the request's fault here, not a conflict.
            throw e.status() == 409 ? ApiException.badRequest(e.message()) : e;
        }
    }
}
