package org.monostack.cloud.seed;

import java.util.Optional;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The networks public and private, with the router between them, as DevStack makes them. */
final class NetworkSeed {

    private final ApiClient api;
    private final CloudConfig.Networks config;
    private int made;

    private NetworkSeed(ApiClient api, CloudConfig.Networks config) {
        this.api = api;
        this.config = config;
    }

    /**
     * Makes what is not there; returns how many things.
     *
     * @param project the id of project demo, which owns the private network and the router
     */
    static int ensure(ApiClient api, CloudConfig.Networks config, String project) {
        NetworkSeed seed = new NetworkSeed(api, config);
        seed.run(project);
        return seed.made;
    }

    private void run(String project) {
        CloudConfig.Public external = config.external();
        ObjectNode publicNetwork = Json.object().put("name", external.network());
        publicNetwork.put("router:external", true).put("is_default", true);
        if (external.provider()) {
            publicNetwork
                    .put("provider:network_type", "flat")
                    .put("provider:physical_network", external.physicalNetwork());
        }
        String publicId = ensure("network", "networks", publicNetwork, Optional.empty());
        ObjectNode publicSubnet = subnet(external.subnet(), publicId, external.range().toString());
        publicSubnet.put("gateway_ip", external.gateway().toString()).put("enable_dhcp", false);
        external.pool()
                .ifPresent(pool ->
                        publicSubnet
                                .putArray("allocation_pools")
                                .addObject()
                                .put("start", pool.start().toString())
                                .put("end", pool.end().toString()));
        ensure("subnet", "subnets", publicSubnet, Optional.of("network_id=" + publicId));

        CloudConfig.Private internal = config.internal();
        ObjectNode privateNetwork =
                Json.object().put("name", internal.network()).put("project_id", project);
        if (!config.securityGroups()) {
            privateNetwork.put("port_security_enabled", false);
        }
        Optional<String> ownedByProject = Optional.of("project_id=" + project);
        String privateId = ensure("network", "networks", privateNetwork, ownedByProject);
        ObjectNode privateSubnet =
                subnet(internal.subnet(), privateId, internal.range().toString());
        privateSubnet.put("gateway_ip", internal.gateway().toString()).put("project_id", project);
        String privateSubnetId =
                ensure("subnet", "subnets", privateSubnet, Optional.of("network_id=" + privateId));

        if (internal.router().isPresent()) {
            ObjectNode router =
                    Json.object().put("name", internal.router().get()).put("project_id", project);
            router.putObject("external_gateway_info").put("network_id", publicId);
            String routerId = ensure("router", "routers", router, ownedByProject);
            JsonNode ports =
                    api.get(
                            "network",
                            "/v2.0/ports?device_id=" + routerId + "&network_id=" + privateId);
            if (ports.path("ports").isEmpty()) {
                api.put(
                        "network",
                        "/v2.0/routers/" + routerId + "/add_router_interface",
                        Json.object().put("subnet_id", privateSubnetId));
                made++;
            }
        }
    }

    private static ObjectNode subnet(String name, String network, String range) {
        return Json.object()
                .put("name", name)
                .put("network_id", network)
                .put("ip_version", 4)
                .put("cidr", range);
    }

    private String ensure(
            String type, String collection, ObjectNode wanted, Optional<String> filter) {
        String query =
                "?name="
                        + wanted.path("name").asString()
                        + filter.map(text -> "&" + text).orElse("");
        JsonNode found = api.get("network", "/v2.0/" + collection + query).path(collection);
        if (!found.isEmpty()) {
            return found.get(0).path("id").asString();
        }
        ObjectNode body = Json.object();
        body.set(type, wanted);
        made++;
        return api.post("network", "/v2.0/" + collection, body).path(type).path("id").asString();
    }
}
