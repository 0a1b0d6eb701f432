package org.monostack.driver.ovn.north;

import java.util.UUID;

/** How rows are called. Where Neutron names a row too, the name is the same. */
final class Names {

    static final String DROP_GROUP = "neutron_pg_drop";
    static final String REVISION = "neutron:revision_number";

    private Names() {}

    static String network(UUID id) {
        return "network/" + id;
    }

    static String port(UUID id) {
        return "port/" + id;
    }

    static String router(UUID id) {
        return "router/" + id;
    }

    static String securityGroup(UUID id) {
        return "security-group/" + id;
    }

    static String logicalSwitch(UUID network) {
        return "neutron-" + network;
    }

    static String logicalRouter(UUID router) {
        return "neutron-" + router;
    }

    static String routerPort(UUID port) {
        return "lrp-" + port;
    }

    static String localnetPort(UUID network) {
        return "provnet-" + network;
    }

    /** Port group names must be identifiers of OVN's match language: no dashes. */
    static String portGroup(UUID group) {
        return "pg_" + group.toString().replace('-', '_');
    }

    static String dhcp4(UUID subnet) {
        return "dhcp4/" + subnet;
    }

    static String dhcp6(UUID subnet) {
        return "dhcp6/" + subnet;
    }

    /** A hardware address for a DHCP server that exists in answers only; stable per subnet. */
    static String dhcpServerMac(UUID subnet) {
        long bits = subnet.getMostSignificantBits() ^ subnet.getLeastSignificantBits();
        return "fa:16:3e:%02x:%02x:%02x"
                .formatted(bits >> 16 & 0xff, bits >> 8 & 0xff, bits & 0xff);
    }
}
