package org.monostack.driver.ovn.north;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of OVN's northbound schema that we write, and how our rows are found in it. */
public final class NorthboundSchema {

    public static final String DATABASE = "OVN_Northbound";

    /** Entry of {@code external_ids}: which row of its owner this is; unique in its table. */
    static final String KEY = "monostack:key";

    /** Entry of {@code external_ids}: the resource whose intent made the row. */
    static final String OWNER = "monostack:owner";

    /** Entry of {@code external_ids} of a port's own DHCP options: the subnet they extend. */
    static final String SUBNET = "monostack:subnet";

    public static final Set<String> TAG_KEYS = Set.of(KEY, OWNER, SUBNET);

    static final String SWITCH = "Logical_Switch";
    static final String SWITCH_PORT = "Logical_Switch_Port";
    static final String DHCP = "DHCP_Options";
    static final String ROUTER = "Logical_Router";
    static final String ROUTER_PORT = "Logical_Router_Port";
    static final String ROUTE = "Logical_Router_Static_Route";
    static final String NAT = "NAT";
    static final String GATEWAY_CHASSIS = "Gateway_Chassis";
    static final String PORT_GROUP = "Port_Group";
    static final String ACL = "ACL";

    /** A row of the table lives only while the column of a row of the parent table names it. */
    record Parent(String table, String column) {}

    static final Map<String, Parent> PARENTS =
            Map.of(
                    SWITCH_PORT, new Parent(SWITCH, "ports"),
                    ROUTER_PORT, new Parent(ROUTER, "ports"),
                    ROUTE, new Parent(ROUTER, "static_routes"),
                    NAT, new Parent(ROUTER, "nat"),
                    GATEWAY_CHASSIS, new Parent(ROUTER_PORT, "gateway_chassis"),
                    ACL, new Parent(PORT_GROUP, "acls"));

    /** Children first, so that removals never touch what has just gone. */
    static final List<String> TABLES =
            List.of(
                    GATEWAY_CHASSIS,
                    ACL,
                    NAT,
                    ROUTE,
                    SWITCH_PORT,
                    ROUTER_PORT,
                    PORT_GROUP,
                    DHCP,
                    ROUTER,
                    SWITCH);

    private NorthboundSchema() {}

    /** What a client must monitor for this package to work on its replica. */
    public static Map<String, List<String>> monitored() {
        Map<String, List<String>> tables = new HashMap<>();
        tables.put(SWITCH, List.of("name", "ports", "other_config", "external_ids"));
        tables.put(
                SWITCH_PORT,
                List.of(
                        "name",
                        "type",
                        "options",
                        "tag",
                        "addresses",
                        "port_security",
                        "up",
                        "enabled",
                        "dhcpv4_options",
                        "dhcpv6_options",
                        "external_ids"));
        tables.put(DHCP, List.of("cidr", "options", "external_ids"));
        tables.put(
                ROUTER,
                List.of(
                        "name",
                        "ports",
                        "static_routes",
                        "nat",
                        "enabled",
                        "options",
                        "external_ids"));
        tables.put(
                ROUTER_PORT,
                List.of(
                        "name",
                        "mac",
                        "networks",
                        "enabled",
                        "gateway_chassis",
                        "options",
                        "ipv6_ra_configs",
                        "external_ids"));
        tables.put(ROUTE, List.of("ip_prefix", "nexthop", "output_port", "external_ids"));
        tables.put(NAT, List.of("type", "external_ip", "logical_ip", "external_ids"));
        tables.put(GATEWAY_CHASSIS, List.of("name", "chassis_name", "priority", "external_ids"));
        tables.put(PORT_GROUP, List.of("name", "ports", "acls", "external_ids"));
        tables.put(ACL, List.of("priority", "direction", "match", "action", "external_ids"));
        return tables;
    }
}
