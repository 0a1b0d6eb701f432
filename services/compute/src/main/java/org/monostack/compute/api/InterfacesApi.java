package org.monostack.compute.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.InterfaceJob;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.network.NetworkRequest;
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

/** A server's ports: list, attach, detach. */
final class InterfacesApi {
    private static final String RULE = "os_compute_api:os-attach-interfaces:";

    private final ServerAccess access;
    private final Networks networks;
    private final ServerOperations kinds;
    private final String defaultZone;

    InterfacesApi(
            ServerAccess access, Networks networks, ServerOperations kinds, String defaultZone) {
        this.access = access;
        this.networks = networks;
        this.kinds = kinds;
        this.defaultZone = defaultZone;
    }

    void addTo(Routes routes) {
        String base = "/servers/{server_id}/os-interface";
        routes.get(Paths.of(base), this::list).policyInHandler(RULE + "list");
        routes.post(Paths.of(base), this::attach)
                .policyInHandler(RULE + "create")
                .body(
                        Schema.of("compute", "interface-attach")
                                .since("2.49", "interface-attach-2.49"));
        routes.get(Paths.of(base + "/{port_id}"), this::show).policyInHandler(RULE + "show");
        routes.delete(Paths.of(base + "/{port_id}"), this::detach)
                .policyInHandler(RULE + "delete")
                .answers(202);
    }

    private static ObjectNode view(Request request, ServerPort port) {
        ObjectNode node = Json.object();
        node.put("net_id", port.networkId().toString());
        node.put("port_id", port.portId().toString());
        node.put("mac_addr", port.mac());
        node.put("port_state", port.active() ? "ACTIVE" : "DOWN");
        ArrayNode ips = node.putArray("fixed_ips");
        for (ServerPort.FixedIp ip : port.fixedIps()) {
            ips.addObject()
                    .put("subnet_id", ip.subnetId().toString())
                    .put("ip_address", ip.address());
        }
        if (request.microversion().atLeast(2, 70)) {
            node.put("tag", port.tag().orElse(null));
        }
        return node;
    }

    private Response list(Request request) {
        return access.database()
                .reading(tx -> {
                    Server server = access.find(tx, request, "os-attach-interfaces:list");
                    ObjectNode body = Json.object();
                    ArrayNode list = body.putArray("interfaceAttachments");
                    networks.ofServer(tx, server.id())
                            .forEach(port -> list.add(view(request, port)));
                    return Response.json(200, body);
                });
    }

    private static ServerPort named(Request request, List<ServerPort> ports) {
        String text = request.pathParameter("port_id");
        return Inputs.uuid(text)
                .flatMap(id -> ServerViews.port(ports, id))
                .orElseThrow(
                        () -> ApiException.notFound("Port id " + text + " could not be found."));
    }

    private Response show(Request request) {
        return access.database()
                .reading(tx -> {
                    Server server = access.find(tx, request, "os-attach-interfaces:show");
                    ServerPort port = named(request, networks.ofServer(tx, server.id()));
                    return Response.json(
                            200, Json.object().set("interfaceAttachment", view(request, port)));
                });
    }

    private static NetworkRequest wanted(JsonNode attachment) {
        Optional<String> tag = Inputs.text(attachment, "tag");
        Optional<UUID> network = Inputs.text(attachment, "net_id").flatMap(Inputs::uuid);
        Optional<UUID> port = Inputs.text(attachment, "port_id").flatMap(Inputs::uuid);
        Optional<String> address = Inputs.text(attachment.path("fixed_ips").path(0), "ip_address");
        if (network.isPresent() && port.isPresent()) {
            throw ApiException.badRequest("Must not input both network_id and port_id");
        }
        if (address.isPresent() && network.isEmpty()) {
            throw ApiException.badRequest("Must input network_id when request IP address");
        }
        if (port.isPresent()) {
            return new NetworkRequest.OnPort(port.get(), tag);
        }
        if (network.isPresent()) {
            return new NetworkRequest.OnNetwork(network.get(), address, tag);
        }
        return new NetworkRequest.OnlyOne(true);
    }

    private Response attach(Request request) {
        NetworkRequest wanted =
                wanted(
                        request.hasBody()
                                ? request.json().path("interfaceAttachment")
                                : Json.object());
        ServerPort attached =
                access.database()
                        .inTransaction(tx -> {
                            Server server = access.lock(tx, request, "os-attach-interfaces:create");
                            ServerAccess.requireUnlocked(request, server);
                            ServerAccess.requireState(
                                    server,
                                    "attach_interface",
                                    Set.of(VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED));
                            List<UUID> made =
                                    networks.allocate(
                                            tx,
                                            request.caller(),
                                            server.id(),
                                            List.of(wanted),
                                            List.of(),
                                            server.state().host(),
                                            server.wish().availabilityZone().orElse(defaultZone));
                            if (made.isEmpty()) {
                                throw ApiException.badRequest("No network to attach to was found.");
                            }
                            UUID port = made.getLast();
                            access.submit(
                                    tx,
                                    request,
                                    server.id(),
                                    server.projectId(),
                                    kinds.interfaces().attach(),
                                    new InterfaceJob(server.id(), request.requestId(), port),
                                    "attach_interface");
                            return ServerViews.port(networks.ofServer(tx, server.id()), port)
                                    .orElseThrow();
                        });
        return Response.json(
                200, Json.object().set("interfaceAttachment", view(request, attached)));
    }

    private Response detach(Request request) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "os-attach-interfaces:delete");
                    ServerAccess.requireUnlocked(request, server);
                    ServerAccess.requireState(
                            server,
                            "detach_interface",
                            Set.of(VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED));
                    ServerPort port = named(request, networks.ofServer(tx, server.id()));
                    access.submit(
                            tx,
                            request,
                            server.id(),
                            server.projectId(),
                            kinds.interfaces().detach(),
                            new InterfaceJob(server.id(), request.requestId(), port.portId()),
                            "detach_interface");
                });
        return Response.empty(202);
    }
}
