package org.monostack.compute.api;

import org.monostack.compute.model.Server;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;

/** The password that a guest told, which only the holder of the server's private key can read. */
final class ServerPasswordApi {
    private final ServerAccess access;

    ServerPasswordApi(ServerAccess access) {
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/servers/{server_id}/os-server-password"), this::show)
                .policyInHandler("os_compute_api:os-server-password:show");
        routes.delete(Paths.of("/servers/{server_id}/os-server-password"), this::clear)
                .policyInHandler("os_compute_api:os-server-password:clear")
                .answers(204);
    }

    private Response show(Request request) {
        return access.database()
                .reading(tx -> {
                    Server server = access.find(tx, request, "os-server-password:show");
                    String content = access.stores().passwords().find(tx, server.id()).orElse("");
                    return Response.json(200, Json.object().put("password", content));
                });
    }

    private Response clear(Request request) {
        access.database()
                .run(tx -> {
                    Server server = access.find(tx, request, "os-server-password:clear");
                    access.stores().passwords().deleteOf(tx, server.id());
                });
        return Response.empty(204);
    }
}
