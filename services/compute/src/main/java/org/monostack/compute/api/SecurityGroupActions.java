package org.monostack.compute.api;

import java.util.List;
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

/** A server's security groups. */
final class SecurityGroupActions {
    private final ServerAccess access;
    private final Networks networks;
    private final Neutron neutron;

    SecurityGroupActions(ServerAccess access, Networks networks, Neutron neutron) {
        this.access = access;
        this.networks = networks;
        this.neutron = neutron;
    }

    void addTo(ActionsApi actions, Routes routes) {
        actions.on("addSecurityGroup", (request, argument) -> change(request, argument, true))
                .body(Schema.of("compute", "server-add-security-group"));
        actions.on("removeSecurityGroup", (request, argument) -> change(request, argument, false))
                .body(Schema.of("compute", "server-remove-security-group"));
        routes.get(Paths.of("/servers/{server_id}/os-security-groups"), this::list)
                .policyInHandler("os_compute_api:os-security-groups:list");
    }

    private Response change(Request request, JsonNode argument, boolean add) {
        String name = argument.path("name").asString();
        access.database()
                .run(tx -> {
                    Server server =
                            access.lock(
                                    tx, request, "os-security-groups:" + (add ? "add" : "remove"));
                    if (add && networks.ofServer(tx, server.id()).isEmpty()) {
                        throw ApiException.badRequest(
                                "Instance "
                                        + server.id()
                                        + " has no port that a security group could apply to.");
                    }
                    if (add) {
                        networks.addSecurityGroup(tx, request.caller(), server.id(), name);
                    } else {
                        networks.removeSecurityGroup(tx, request.caller(), server.id(), name);
                    }
                });
        return Response.empty(202);
    }

    private Response list(Request request) {
        List<ServerPort.SecurityGroup> groups =
                access.database()
                        .reading(tx -> {
                            Server server = access.find(tx, request, "os-security-groups:list");
                            return networks.ofServer(tx, server.id()).stream()
                                    .flatMap(port -> port.securityGroups().stream())
                                    .distinct()
                                    .toList();
                        });
        SecurityGroupViews views = new SecurityGroupViews(request, neutron);
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("security_groups");
        for (ServerPort.SecurityGroup group : groups) {
            neutron.find(request, "security-groups", group.id().toString())
                    .ifPresent(found -> list.add(views.group(found)));
        }
        return Response.json(200, body);
    }
}
