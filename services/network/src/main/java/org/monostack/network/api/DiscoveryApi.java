package org.monostack.network.api;

import java.util.LinkedHashMap;
import java.util.Map;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What this API is and which of Neutron's extensions it has. Lists only what works. */
public final class DiscoveryApi {
    private static final String NAMESPACE_DATE = "2012-01-01T10:00:00-00:00";
    private static final Map<String, String[]> EXTENSIONS = new LinkedHashMap<>();

    static {
        extension("address-scope", "Address scope", "Address scopes extension.");
        extension("agent", "agent", "The agent management extension.");
        extension(
                "allowed-address-pairs", "Allowed Address Pairs", "Provides allowed address pairs");
        extension("availability_zone", "Availability Zone", "Availability zones of agents.");
        extension(
                "binding",
                "Port Binding",
                "Expose port bindings of a virtual port to external application");
        extension(
                "default-subnetpools",
                "Default Subnetpools",
                "Provides ability to mark and use a subnetpool as the default.");
        extension(
                "empty-string-filtering",
                "Empty String Filtering Extension",
                "Allow filtering by attributes with empty string value");
        extension(
                "ext-gw-mode",
                "Neutron L3 Configurable external gateway mode",
                "External gateway abstraction with a SNAT flag");
        extension(
                "external-net",
                "Neutron external network",
                "Adds external network attribute to network resource.");
        extension(
                "extra_dhcp_opt",
                "Neutron Extra DHCP options",
                "Extra options configuration for DHCP on ports");
        extension("extraroute", "Neutron Extra Route", "Extra routes configuration for L3 router");
        extension(
                "extraroute-atomic",
                "Atomically add/remove extra routes",
                "Edit extra routes of a router on the server side by atomically adding/removing extra routes");
        extension(
                "filter-validation",
                "Filter parameters validation",
                "Provides validation on filter parameters.");
        extension(
                "fip-port-details",
                "Floating IP Port Details Extension",
                "Add port_details attribute to Floating IP resource");
        extension(
                "ip-substring-filtering",
                "IP address substring filtering",
                "Provides IP address substring filtering when listing ports");
        extension("metering", "Neutron Metering", "Neutron Metering extension.");
        extension(
                "metering_source_and_destination_fields",
                "Neutron Metering source and destination filters",
                "Source and destination IP filters of metering rules");
        extension("net-mtu", "Network MTU", "Provides MTU attribute for a network resource.");
        extension(
                "net-mtu-writable",
                "Network MTU (writable)",
                "Provides a writable MTU attribute for a network resource.");
        extension(
                "network-ip-availability",
                "Network IP Availability",
                "Provides IP availability data for each network and subnet.");
        extension(
                "network_availability_zone",
                "Network Availability Zone",
                "Availability zone support for network.");
        extension(
                "pagination",
                "Pagination support",
                "Extension that indicates that pagination is enabled.");
        extension("port-security", "Port Security", "Provides port security");
        extension(
                "project-id",
                "project_id field enabled",
                "Extension that indicates that project_id field is enabled.");
        extension(
                "provider",
                "Provider Network",
                "Expose mapping of virtual networks to physical networks");
        extension(
                "quota_details",
                "Quota details management support",
                "Expose functions for quotas usage statistics per project");
        extension(
                "quotas",
                "Quota management support",
                "Expose functions for quotas management per tenant");
        extension(
                "rbac-address-scope",
                "Add address_scope type to RBAC",
                "Add address_scope type to network RBAC");
        extension(
                "rbac-policies",
                "RBAC Policies",
                "Allows creation and modification of policies that control tenant access to resources.");
        extension(
                "rbac-security-groups",
                "Add security_group type to network RBAC",
                "Add security_group type to network RBAC");
        extension("rbac-subnetpool", "Add subnetpool type to RBAC", "Add subnetpool type to RBAC");
        extension(
                "revision-if-match",
                "If-Match constraints based on revision_number",
                "Extension indicating that If-Match based on revision_number is supported.");
        extension(
                "router",
                "Neutron L3 Router",
                "Router abstraction for basic L3 forwarding between L2 Neutron networks and access to external networks via a NAT gateway.");
        extension(
                "router_availability_zone",
                "Router Availability Zone",
                "Availability zone support for router.");
        extension("security-group", "security-group", "The security groups extension.");
        extension(
                "security-groups-normalized-cidr",
                "Normalized CIDR field for security group rules",
                "Adds a normalized_cidr field to security group rules.");
        extension(
                "security-groups-shared-filtering",
                "Security group filtering on the shared field",
                "Support filtering security groups on the shared field");
        extension(
                "service-type",
                "Neutron Service Type Management",
                "API for retrieving service providers for Neutron advanced services");
        extension(
                "sorting", "Sorting support", "Extension that indicates that sorting is enabled.");
        extension(
                "standard-attr-description",
                "standard-attr-description",
                "Extension to add descriptions to standard attributes");
        extension(
                "standard-attr-revisions",
                "Resource revision numbers",
                "This extension will display the revision number of neutron resources.");
        extension(
                "standard-attr-tag",
                "Tag support for resources with standard attribute: port, subnet, subnetpool, network, router, floatingip, policy, security_group, trunk, network_segment_range",
                "Enables to set tag on resources with standard attribute.");
        extension(
                "standard-attr-timestamp",
                "Resource timestamps",
                "Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes.");
        extension(
                "stateful-security-group",
                "Stateful security group",
                "Indicates if the security group is stateful or not");
        extension(
                "subnet-service-types",
                "Subnet service types",
                "Provides ability to set the subnet service_types field");
        extension(
                "subnet_allocation",
                "Subnet Allocation",
                "Enables allocation of subnets from a subnet pool");
        extension(
                "subnetpool-prefix-ops",
                "Subnetpool Prefix Operations",
                "Provides support for adjusting the prefix list of subnetpools");
    }

    private static void extension(String alias, String name, String description) {
        EXTENSIONS.put(alias, new String[] {name, description});
    }

    public void register(Routes routes) {
        routes.get("/", DiscoveryApi::versions).open();
        routes.get("/v2.0", DiscoveryApi::resources).open();
        routes.get("/v2.0/extensions", request -> extensions());
        routes.get("/v2.0/extensions/{alias}", DiscoveryApi::extension);
    }

    private static Response versions(Request request) {
        ObjectNode body = Json.object();
        ObjectNode version = body.putArray("versions").addObject();
        version.put("id", "v2.0").put("status", "CURRENT");
        version.putArray("links")
                .addObject()
                .put("rel", "self")
                .put("href", request.baseUrl() + "/v2.0/");
        return Response.json(200, body);
    }

    private static Response resources(Request request) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("resources");
        for (String name :
                new String[] {
                    "network",
                    "subnet",
                    "port",
                    "subnetpool",
                    "router",
                    "floatingip",
                    "security_group",
                    "security_group_rule",
                    "extension"
                }) {
            String collection = name + "s";
            ObjectNode item = list.addObject();
            item.put("name", name).put("collection", collection);
            item.putArray("links")
                    .addObject()
                    .put("rel", "self")
                    .put("href", request.baseUrl() + "/v2.0/" + collection.replace('_', '-'));
        }
        return Response.json(200, body);
    }

    private static ObjectNode view(String alias) {
        String[] words = EXTENSIONS.get(alias);
        if (words == null) {
            throw ApiException.notFound("Extension with alias " + alias + " does not exist")
                    .type("HTTPNotFound");
        }
        ObjectNode view =
                Json.object()
                        .put("alias", alias)
                        .put("name", words[0])
                        .put("description", words[1])
                        .put("updated", NAMESPACE_DATE);
        view.putArray("links");
        return view;
    }

    private static Response extensions() {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("extensions");
        EXTENSIONS.keySet().forEach(alias -> list.add(view(alias)));
        return Response.json(200, body);
    }

    private static Response extension(Request request) {
        ObjectNode body = Json.object();
        body.set("extension", view(request.pathParameter("alias")));
        return Response.json(200, body);
    }
}
