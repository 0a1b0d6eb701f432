package org.monostack.compute.api;

import java.util.List;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Handler;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The list of extensions, which old clients read, and what Nova itself has removed. */
final class LegacyApi {
    /** Paths that answer 410 since their features went away. */
    private static final List<String> GONE =
            List.of(
                    "/os-agents",
                    "/os-cells",
                    "/os-certificates",
                    "/os-cloudpipe",
                    "/os-consoles",
                    "/os-fixed-ips",
                    "/os-floating-ip-dns",
                    "/os-floating-ips-bulk",
                    "/os-fping",
                    "/os-networks-associate",
                    "/os-security-group-default-rules",
                    "/os-virtual-interfaces");

    /** Extensions by alias; all of them are part of the API by now. */
    private static final List<String> ALIASES =
            List.of(
                    "OS-DCF",
                    "OS-EXT-AZ",
                    "OS-EXT-IMG-SIZE",
                    "OS-EXT-IPS",
                    "OS-EXT-IPS-MAC",
                    "OS-EXT-SRV-ATTR",
                    "OS-EXT-STS",
                    "OS-FLV-DISABLED",
                    "OS-FLV-EXT-DATA",
                    "OS-SCH-HNT",
                    "OS-SRV-USG",
                    "os-admin-actions",
                    "os-admin-password",
                    "os-aggregates",
                    "os-attach-interfaces",
                    "os-availability-zone",
                    "os-config-drive",
                    "os-console-output",
                    "os-consoles",
                    "os-create-server-ext",
                    "os-deferred-delete",
                    "os-extended-volumes",
                    "os-flavor-access",
                    "os-flavor-extra-specs",
                    "os-flavor-manage",
                    "os-flavor-rxtx",
                    "os-flavor-swap",
                    "os-floating-ip-pools",
                    "os-floating-ips",
                    "os-hosts",
                    "os-hypervisors",
                    "os-instance-actions",
                    "os-keypairs",
                    "os-lock-server",
                    "os-migrations",
                    "os-multiple-create",
                    "os-networks",
                    "os-pause-server",
                    "os-quota-class-sets",
                    "os-quota-sets",
                    "os-remote-consoles",
                    "os-security-groups",
                    "os-server-diagnostics",
                    "os-server-groups",
                    "os-services",
                    "os-simple-tenant-usage",
                    "os-suspend-server",
                    "os-tenant-networks",
                    "os-used-limits",
                    "os-user-data");

    void addTo(Routes routes) {
        routes.get(Paths.of("/extensions"), this::extensions).policy("os_compute_api:extensions");
        routes.get(Paths.of("/extensions/{alias}"), this::extension)
                .policy("os_compute_api:extensions");
        Handler gone =
                request -> {
                    throw ApiException.gone("This resource is no longer available.");
                };
        for (String path : GONE) {
            for (String method : List.of("GET", "POST", "PUT", "DELETE")) {
                routes.add(method, Paths.of(path), gone);
                routes.add(method, Paths.of(path + "/{id}"), gone);
            }
        }
        for (String method : List.of("POST", "PUT", "DELETE")) {
            routes.add(method, Paths.of("/os-tenant-networks"), gone);
            routes.add(method, Paths.of("/os-tenant-networks/{id}"), gone);
            routes.add(method, Paths.of("/os-networks"), gone);
            routes.add(method, Paths.of("/os-networks/{id}"), gone);
        }
        routes.get(Paths.of("/servers/{server_id}/os-virtual-interfaces"), gone);
    }

    /** os-server-groups is ServerGroups. */
    private static String name(String alias) {
        StringBuilder name = new StringBuilder();
        for (String word : alias.replaceFirst("^(os|OS)-", "").split("-")) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return name.toString();
    }

    private static ObjectNode view(String alias) {
        ObjectNode node = Json.object();
        node.put("alias", alias);
        node.put("name", name(alias));
        node.put("description", name(alias) + ".");
        node.put("namespace", "http://docs.openstack.org/compute/ext/fake_xml");
        node.put("updated", "2014-12-03T00:00:00Z");
        node.putArray("links");
        return node;
    }

    private Response extensions(Request request) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("extensions");
        ALIASES.forEach(alias -> list.add(view(alias)));
        return Response.json(200, body);
    }

    private Response extension(Request request) {
        String alias = request.pathParameter("alias");
        if (!ALIASES.contains(alias)) {
            throw ApiException.notFound("The resource could not be found.");
        }
        return Response.json(200, Json.object().set("extension", view(alias)));
    }
}
