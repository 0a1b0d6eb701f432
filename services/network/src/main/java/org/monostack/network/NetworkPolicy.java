package org.monostack.network;

import org.monostack.platform.policy.Policy;

/**
 * Neutron's rules with the checks that are in force by default in Zed, where the older checks still
 * hold beside the newer ones; so the wider of the two is given here.
 */
final class NetworkPolicy {
    private static final String ANY = "rule:regular_user";
    private static final String ADMIN = "rule:admin_only";
    private static final String OWNER = "rule:admin_or_owner";
    private static final String NET_OWNER = "rule:admin_or_network_owner";
    private static final String ADVANCED = "rule:context_is_advsvc";

    private final Policy.Builder builder = Policy.builder();

    private NetworkPolicy() {}

    static Policy defaults() {
        NetworkPolicy policy = new NetworkPolicy();
        policy.base();
        policy.networks();
        policy.ports();
        policy.routers();
        policy.securityGroups();
        policy.pools();
        policy.operators();
        return policy.builder.build();
    }

    private NetworkPolicy rule(String name, String check, String description) {
        builder.rule(name, check, description);
        return this;
    }

    private void base() {
        rule("context_is_admin", "role:admin", "Rule for cloud admin access")
                .rule("service_api", "role:service", "Rule for calls from service to service")
                .rule(
                        "owner",
                        "tenant_id:%(tenant_id)s or project_id:%(project_id)s",
                        "Rule for resource owner access")
                .rule(
                        "admin_or_owner",
                        "rule:context_is_admin or rule:owner",
                        "Rule for admin or owner access")
                .rule("context_is_advsvc", "role:advsvc", "Rule for advsvc role access")
                .rule(
                        "network_owner",
                        "project_id:%(network:project_id)s",
                        "Rule for network owner access")
                .rule(
                        "admin_or_network_owner",
                        "rule:context_is_admin or rule:network_owner",
                        "Rule for admin or network owner access")
                .rule(
                        "admin_owner_or_network_owner",
                        "rule:owner or rule:admin_or_network_owner",
                        "Rule for resource owner, admin or network owner access")
                .rule("admin_only", "rule:context_is_admin", "Rule for admin-only access")
                .rule("regular_user", "", "Rule for regular user access")
                .rule("shared", "True:%(shared)s", "Rule of shared network")
                .rule("external", "True:%(router:external)s", "Definition of an external network")
                .rule("default", "rule:admin_or_owner", "Default access rule")
                .rule(
                        "network_device",
                        "True:%(network_device)s",
                        "Definition of port with network device_owner");
    }

    private void networks() {
        rule("create_network", ANY, "Create a network")
                .rule("create_network:shared", ADMIN, "Create a shared network")
                .rule("create_network:router:external", ADMIN, "Create an external network")
                .rule("create_network:is_default", ADMIN, "Specify is_default of a network")
                .rule("create_network:port_security_enabled", ANY, "Specify port security")
                .rule("create_network:provider:network_type", ADMIN, "Specify the network type")
                .rule(
                        "create_network:provider:physical_network",
                        ADMIN,
                        "Specify the physical network")
                .rule(
                        "create_network:provider:segmentation_id",
                        ADMIN,
                        "Specify the segmentation id")
                .rule(
                        "get_network",
                        "rule:admin_or_owner or rule:shared or rule:external or "
                                + ADVANCED
                                + " or rule:service_api",
                        "Get a network")
                .rule("get_network:provider:network_type", ADMIN, "See the network type")
                .rule("get_network:provider:physical_network", ADMIN, "See the physical network")
                .rule("get_network:provider:segmentation_id", ADMIN, "See the segmentation id")
                .rule("update_network", OWNER, "Update a network")
                .rule("update_network:shared", ADMIN, "Update whether a network is shared")
                .rule("update_network:provider:network_type", ADMIN, "Update the network type")
                .rule(
                        "update_network:provider:physical_network",
                        ADMIN,
                        "Update the physical network")
                .rule(
                        "update_network:provider:segmentation_id",
                        ADMIN,
                        "Update the segmentation id")
                .rule("update_network:router:external", ADMIN, "Update whether it is external")
                .rule("update_network:is_default", ADMIN, "Update whether it is the default")
                .rule("update_network:port_security_enabled", OWNER, "Update port security")
                .rule("delete_network", OWNER, "Delete a network")
                .rule("create_subnet", NET_OWNER, "Create a subnet")
                .rule("create_subnet:service_types", ADMIN, "Specify service types of a subnet")
                .rule(
                        "get_subnet",
                        "rule:admin_or_owner or rule:shared or rule:network_owner or"
                                + " rule:service_api",
                        "Get a subnet")
                .rule("update_subnet", NET_OWNER + " or rule:owner", "Update a subnet")
                .rule("update_subnet:service_types", ADMIN, "Update service types of a subnet")
                .rule("delete_subnet", NET_OWNER + " or rule:owner", "Delete a subnet");
    }

    private void ports() {
        String serviceOrNetOwner = ADVANCED + " or rule:service_api or " + NET_OWNER;
        String device = "not rule:network_device or " + serviceOrNetOwner;
        rule("create_port", ANY, "Create a port")
                .rule("create_port:device_id", ANY, "Specify the device id of a port")
                .rule("create_port:device_owner", device, "Specify the device owner of a port")
                .rule("create_port:mac_address", serviceOrNetOwner, "Specify the MAC address")
                .rule(
                        "create_port:fixed_ips",
                        serviceOrNetOwner + " or rule:shared",
                        "Specify fixed IPs of a port")
                .rule(
                        "create_port:fixed_ips:ip_address",
                        serviceOrNetOwner,
                        "Specify an address among the fixed IPs")
                .rule(
                        "create_port:fixed_ips:subnet_id",
                        serviceOrNetOwner + " or rule:shared",
                        "Specify a subnet among the fixed IPs")
                .rule(
                        "create_port:port_security_enabled",
                        serviceOrNetOwner,
                        "Specify port security")
                .rule(
                        "create_port:binding:host_id",
                        "rule:admin_only or rule:service_api",
                        "Specify the host of a port")
                .rule(
                        "create_port:binding:profile",
                        "rule:admin_only or rule:service_api",
                        "Specify the binding profile")
                .rule("create_port:binding:vnic_type", ANY, "Specify the vNIC type")
                .rule(
                        "create_port:allowed_address_pairs",
                        NET_OWNER + " or rule:service_api",
                        "Specify allowed address pairs")
                .rule(
                        "get_port",
                        ADVANCED + " or rule:admin_owner_or_network_owner or rule:service_api",
                        "Get a port")
                .rule(
                        "get_port:binding:vif_type",
                        "rule:admin_only or rule:service_api",
                        "See the VIF type")
                .rule(
                        "get_port:binding:vif_details",
                        "rule:admin_only or rule:service_api",
                        "See the VIF details")
                .rule(
                        "get_port:binding:host_id",
                        "rule:admin_only or rule:service_api",
                        "See the host of a port")
                .rule(
                        "get_port:binding:profile",
                        "rule:admin_only or rule:service_api",
                        "See the binding profile")
                .rule(
                        "update_port",
                        OWNER + " or " + ADVANCED + " or rule:service_api",
                        "Update a port")
                .rule("update_port:device_id", ANY, "Update the device id of a port")
                .rule("update_port:device_owner", device, "Update the device owner of a port")
                .rule(
                        "update_port:mac_address",
                        "rule:admin_only or rule:service_api or " + ADVANCED,
                        "Update the MAC address")
                .rule("update_port:fixed_ips", serviceOrNetOwner, "Update fixed IPs of a port")
                .rule(
                        "update_port:fixed_ips:ip_address",
                        serviceOrNetOwner,
                        "Update an address among the fixed IPs")
                .rule(
                        "update_port:fixed_ips:subnet_id",
                        serviceOrNetOwner + " or rule:shared",
                        "Update a subnet among the fixed IPs")
                .rule(
                        "update_port:port_security_enabled",
                        serviceOrNetOwner,
                        "Update port security")
                .rule(
                        "update_port:binding:host_id",
                        "rule:admin_only or rule:service_api",
                        "Update the host of a port")
                .rule(
                        "update_port:binding:profile",
                        "rule:admin_only or rule:service_api",
                        "Update the binding profile")
                .rule(
                        "update_port:binding:vnic_type",
                        OWNER + " or " + ADVANCED,
                        "Update the vNIC type")
                .rule(
                        "update_port:allowed_address_pairs",
                        NET_OWNER + " or rule:service_api",
                        "Update allowed address pairs")
                .rule(
                        "delete_port",
                        ADVANCED + " or rule:admin_owner_or_network_owner or rule:service_api",
                        "Delete a port");
    }

    private void routers() {
        rule("create_router", ANY, "Create a router")
                .rule("create_router:external_gateway_info", OWNER, "Specify the gateway")
                .rule(
                        "create_router:external_gateway_info:network_id",
                        OWNER,
                        "Specify the gateway's network")
                .rule(
                        "create_router:external_gateway_info:enable_snat",
                        ADMIN,
                        "Specify whether the gateway translates addresses")
                .rule(
                        "create_router:external_gateway_info:external_fixed_ips",
                        ADMIN,
                        "Specify the gateway's addresses")
                .rule("get_router", OWNER, "Get a router")
                .rule("update_router", OWNER, "Update a router")
                .rule("update_router:external_gateway_info", OWNER, "Update the gateway")
                .rule(
                        "update_router:external_gateway_info:network_id",
                        OWNER,
                        "Update the gateway's network")
                .rule(
                        "update_router:external_gateway_info:enable_snat",
                        ADMIN,
                        "Update whether the gateway translates addresses")
                .rule(
                        "update_router:external_gateway_info:external_fixed_ips",
                        ADMIN,
                        "Update the gateway's addresses")
                .rule("delete_router", OWNER, "Delete a router")
                .rule("add_router_interface", OWNER, "Add an interface to a router")
                .rule("remove_router_interface", OWNER, "Remove an interface from a router")
                .rule("add_extraroutes", OWNER, "Add extra routes to a router")
                .rule("remove_extraroutes", OWNER, "Remove extra routes from a router")
                .rule("create_floatingip", ANY, "Create a floating IP")
                .rule(
                        "create_floatingip:floating_ip_address",
                        ADMIN,
                        "Create a floating IP with a specific address")
                .rule("get_floatingip", OWNER, "Get a floating IP")
                .rule("update_floatingip", OWNER, "Update a floating IP")
                .rule("delete_floatingip", OWNER, "Delete a floating IP");
    }

    private void securityGroups() {
        rule(
                        "sg_owner",
                        "project_id:%(security_group:project_id)s",
                        "Rule for security group owner access")
                .rule(
                        "shared_security_group",
                        "True:%(shared)s",
                        "Definition of a shared security group")
                .rule("create_security_group", OWNER, "Create a security group")
                .rule("get_security_group", ANY, "Get a security group")
                .rule("update_security_group", OWNER, "Update a security group")
                .rule("delete_security_group", OWNER, "Delete a security group")
                .rule(
                        "create_security_group_rule",
                        OWNER + " or rule:sg_owner",
                        "Create a security group rule")
                .rule(
                        "get_security_group_rule",
                        OWNER + " or rule:sg_owner",
                        "Get a security group rule")
                .rule(
                        "delete_security_group_rule",
                        OWNER + " or rule:sg_owner",
                        "Delete a security group rule");
    }

    private void pools() {
        rule("shared_subnetpools", "True:%(shared)s", "Definition of a shared subnet pool")
                .rule("create_subnetpool", ANY, "Create a subnet pool")
                .rule("create_subnetpool:shared", ADMIN, "Create a shared subnet pool")
                .rule("create_subnetpool:is_default", ADMIN, "Create a default subnet pool")
                .rule("get_subnetpool", OWNER + " or rule:shared_subnetpools", "Get a subnet pool")
                .rule("update_subnetpool", OWNER, "Update a subnet pool")
                .rule("update_subnetpool:is_default", ADMIN, "Update the default subnet pool")
                .rule("delete_subnetpool", OWNER, "Delete a subnet pool")
                .rule("add_prefixes", OWNER, "Add prefixes to a subnet pool")
                .rule("remove_prefixes", OWNER, "Remove prefixes from a subnet pool")
                .rule("shared_address_scopes", "True:%(shared)s", "A shared address scope")
                .rule("create_address_scope", ANY, "Create an address scope")
                .rule("create_address_scope:shared", ADMIN, "Create a shared address scope")
                .rule(
                        "get_address_scope",
                        OWNER + " or rule:shared_address_scopes",
                        "Get an address scope")
                .rule("update_address_scope", OWNER, "Update an address scope")
                .rule("update_address_scope:shared", ADMIN, "Update a shared address scope")
                .rule("delete_address_scope", OWNER, "Delete an address scope")
                .rule(
                        "restrict_wildcard",
                        "not '*':%(target_tenant)s or rule:admin_only",
                        "Only administrators share with everybody")
                .rule("create_rbac_policy", ANY, "Create an RBAC policy")
                .rule(
                        "create_rbac_policy:target_tenant",
                        "rule:restrict_wildcard",
                        "Specify the target of an RBAC policy")
                .rule("get_rbac_policy", OWNER, "Get an RBAC policy")
                .rule("update_rbac_policy", OWNER, "Update an RBAC policy")
                .rule(
                        "update_rbac_policy:target_tenant",
                        "rule:restrict_wildcard",
                        "Update the target of an RBAC policy")
                .rule("delete_rbac_policy", OWNER, "Delete an RBAC policy");
    }

    private void operators() {
        rule("get_quota", ADMIN, "Get a project's quotas")
                .rule("update_quota", ADMIN, "Update a project's quotas")
                .rule("delete_quota", ADMIN, "Reset a project's quotas")
                .rule("get_network_ip_availability", ADMIN, "Get network IP availability")
                .rule("get_agent", ADMIN, "Get an agent")
                .rule("update_agent", ADMIN, "Update an agent")
                .rule("delete_agent", ADMIN, "Delete an agent")
                .rule("get_availability_zone", ANY, "List availability zones")
                .rule("get_service_provider", ANY, "List service providers")
                .rule("create_metering_label", ADMIN, "Create a metering label")
                .rule("get_metering_label", ADMIN, "Get a metering label")
                .rule("delete_metering_label", ADMIN, "Delete a metering label")
                .rule("create_metering_label_rule", ADMIN, "Create a metering label rule")
                .rule("get_metering_label_rule", ADMIN, "Get a metering label rule")
                .rule("delete_metering_label_rule", ADMIN, "Delete a metering label rule");
    }
}
