package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
import org.monostack.network.Networks;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server's metadata, and its addresses by network. */
final class ServerPartsApi {
    private static final String RULE = "os_compute_api:";

    private final ServerAccess access;
    private final Quotas quotas;
    private final Networks networks;

    ServerPartsApi(ServerAccess access, Quotas quotas, Networks networks) {
        this.access = access;
        this.quotas = quotas;
        this.networks = networks;
    }

    void addTo(Routes routes) {
        String base = "/servers/{server_id}/metadata";
        Schema all = Schema.of("compute", "metadata");
        routes.get(Paths.of(base), this::list).policyInHandler(RULE + "server-metadata:index");
        routes.post(Paths.of(base), request -> putAll(request, false))
                .policyInHandler(RULE + "server-metadata:create")
                .body(all);
        routes.put(Paths.of(base), request -> putAll(request, true))
                .policyInHandler(RULE + "server-metadata:update_all")
                .body(all);
        routes.get(Paths.of(base + "/{key}"), this::show)
                .policyInHandler(RULE + "server-metadata:show");
        routes.put(Paths.of(base + "/{key}"), this::put)
                .policyInHandler(RULE + "server-metadata:update")
                .body(Schema.of("compute", "metadata-item"));
        routes.delete(Paths.of(base + "/{key}"), this::delete)
                .policyInHandler(RULE + "server-metadata:delete")
                .answers(204);
        routes.get(Paths.of("/servers/{server_id}/ips"), this::addresses)
                .policyInHandler(RULE + "ips:index");
        routes.get(Paths.of("/servers/{server_id}/ips/{network}"), this::addressesOn)
                .policyInHandler(RULE + "ips:show");
    }

    private Server find(Request request, String rule) {
        return access.database().inTransaction(tx -> access.find(tx, request, rule));
    }

    private static ObjectNode view(Map<String, String> metadata) {
        ObjectNode node = Json.object();
        metadata.forEach(node::put);
        return node;
    }

    private Response list(Request request) {
        Server server = find(request, "server-metadata:index");
        return Response.json(200, Json.object().set("metadata", view(server.metadata())));
    }

    /** Changes metadata under the row's lock, within the quota. */
    private Map<String, String> change(
            Request request, String rule, String verb, UnaryOperator<Map<String, String>> edit) {
        return access.database()
                .inTransaction(tx -> {
                    Server server = access.lock(tx, request, rule);
                    ServerAccess.requireUnlocked(request, server);
                    if (server.state().vm() == VmState.BUILDING
                            && server.state().task().isEmpty()) {
                        throw ServerAccess.invalidState(server, verb, "vm_state building");
                    }
                    Map<String, String> changed = edit.apply(new TreeMap<>(server.metadata()));
                    Quotas.checkMetadata(
                            quotas.limits(tx, server.projectId(), Optional.empty()),
                            changed.size());
                    access.stores()
                            .servers()
                            .change(tx, server.id(), new ServerChange().metadata(changed));
                    return changed;
                });
    }

    private Response putAll(Request request, boolean replace) {
        Map<String, String> given = Inputs.strings(request.json().path("metadata"));
        Map<String, String> changed =
                change(
                        request,
                        replace ? "server-metadata:update_all" : "server-metadata:create",
                        "update metadata",
                        old -> {
                            Map<String, String> all =
                                    new TreeMap<>(replace ? Map.<String, String>of() : old);
                            all.putAll(given);
                            return all;
                        });
        return Response.json(200, Json.object().set("metadata", view(changed)));
    }

    private static ApiException noItem() {
        return ApiException.notFound("Metadata item was not found");
    }

    private Response show(Request request) {
        Server server = find(request, "server-metadata:show");
        String key = request.pathParameter("key");
        String value = server.metadata().get(key);
        if (value == null) {
            throw noItem();
        }
        return Response.json(200, Json.object().set("meta", Json.object().put(key, value)));
    }

    private Response put(Request request) {
        String key = request.pathParameter("key");
        JsonNode value = request.json().path("meta").path(key);
        if (value.isMissingNode()) {
            throw ApiException.badRequest("Request body and URI mismatch");
        }
        change(
                request,
                "server-metadata:update",
                "update metadata",
                old -> {
                    old.put(key, value.asString());
                    return old;
                });
        return Response.json(
                200, Json.object().set("meta", Json.object().put(key, value.asString())));
    }

    private Response delete(Request request) {
        change(
                request,
                "server-metadata:delete",
                "delete metadata",
                old -> {
                    if (old.remove(request.pathParameter("key")) == null) {
                        throw noItem();
                    }
                    return old;
                });
        return Response.empty(204);
    }

    private ObjectNode addresses(Request request, String rule) {
        return access.database()
                .inTransaction(tx -> {
                    Server server = access.find(tx, request, rule);
                    return ServerViews.addresses(networks.ofServer(tx, server.id()), false);
                });
    }

    private Response addresses(Request request) {
        return Response.json(200, Json.object().set("addresses", addresses(request, "ips:index")));
    }

    private Response addressesOn(Request request) {
        String name = request.pathParameter("network");
        JsonNode list = addresses(request, "ips:show").path(name);
        if (list.isMissingNode()) {
            throw ApiException.notFound("Instance is not a member of specified network");
        }
        return Response.json(200, Json.object().set(name, list));
    }
}
