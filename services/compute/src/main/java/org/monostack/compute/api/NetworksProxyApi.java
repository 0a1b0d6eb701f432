package org.monostack.compute.api;

import java.util.List;
import java.util.Map;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Networks under compute's own address, as clients looked at them before 2.36. */
final class NetworksProxyApi {
    private static final String LAST = "2.35";

    /** What nova-network knew of a network and Neutron keeps elsewhere. */
    private static final List<String> ALWAYS_NULL =
            List.of(
                    "cidr",
                    "netmask",
                    "gateway",
                    "broadcast",
                    "dns1",
                    "dns2",
                    "cidr_v6",
                    "gateway_v6",
                    "netmask_v6");

    /** The same, where only administrators saw it. */
    private static final List<String> NULL_FOR_ADMINISTRATORS =
            List.of(
                    "created_at",
                    "updated_at",
                    "deleted_at",
                    "deleted",
                    "injected",
                    "bridge",
                    "vlan",
                    "vpn_public_address",
                    "vpn_public_port",
                    "vpn_private_address",
                    "dhcp_start",
                    "project_id",
                    "host",
                    "bridge_interface",
                    "multi_host",
                    "priority",
                    "rxtx_base",
                    "mtu",
                    "dhcp_server",
                    "enable_dhcp",
                    "share_address");

    private final Neutron neutron;

    NetworksProxyApi(Neutron neutron) {
        this.neutron = neutron;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-networks"), request -> list(request, this::full))
                .policy("os_compute_api:os-networks:list")
                .until(LAST);
        routes.get(Paths.of("/os-networks/{id}"), request -> show(request, this::full))
                .policy("os_compute_api:os-networks:show")
                .until(LAST);
        routes.get(Paths.of("/os-tenant-networks"), request -> list(request, this::brief))
                .policy("os_compute_api:os-tenant-networks:list")
                .until(LAST);
        routes.get(Paths.of("/os-tenant-networks/{id}"), request -> show(request, this::brief))
                .policy("os_compute_api:os-tenant-networks:show")
                .until(LAST);
    }

    @FunctionalInterface
    private interface View {
        ObjectNode of(Request request, JsonNode network);
    }

    private Response list(Request request, View view) {
        ObjectNode body = Json.object();
        ArrayNode shown = body.putArray("networks");
        neutron.list(request, "networks").forEach(network -> shown.add(view.of(request, network)));
        return Response.json(200, body);
    }

    private Response show(Request request, View view) {
        JsonNode network =
                neutron.find(request, "networks", request.pathParameter("id"))
                        .orElseThrow(() -> ApiException.notFound("Network not found"));
        return Response.json(200, Json.object().set("network", view.of(request, network)));
    }

    private ObjectNode full(Request request, JsonNode network) {
        ObjectNode node = Json.object();
        node.set("id", network.path("id"));
        node.set("label", network.path("name"));
        ALWAYS_NULL.forEach(node::putNull);
        if (request.allowed("context_is_admin", Map.of())) {
            NULL_FOR_ADMINISTRATORS.forEach(node::putNull);
            node.set("project_id", network.path("project_id"));
            node.set("mtu", network.path("mtu"));
        }
        return node;
    }

    private ObjectNode brief(Request request, JsonNode network) {
        ObjectNode node = Json.object();
        node.set("id", network.path("id"));
        node.set("label", network.path("name"));
        // The word, as Nova writes it since it has Neutron behind it.
        node.put("cidr", "None");
        return node;
    }
}
