package org.monostack.driver.ovn.north;

import static org.monostack.driver.ovn.north.NorthboundSchema.GATEWAY_CHASSIS;
import static org.monostack.driver.ovn.north.NorthboundSchema.KEY;
import static org.monostack.driver.ovn.north.NorthboundSchema.NAT;
import static org.monostack.driver.ovn.north.NorthboundSchema.PORT_GROUP;
import static org.monostack.driver.ovn.north.NorthboundSchema.ROUTE;
import static org.monostack.driver.ovn.north.NorthboundSchema.ROUTER;
import static org.monostack.driver.ovn.north.NorthboundSchema.ROUTER_PORT;
import static org.monostack.driver.ovn.north.NorthboundSchema.SWITCH_PORT;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.driver.ovn.north.Change.Ref;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.driver.ovn.ovsdb.Value;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.RouterIntent;

/**
 * A router: its logical router with ports, routes and translations, and its ends on the networks'
 * switches. Gateways are bound to chassis, and all translation happens there.
 */
final class RouterRows {

    private static final String MTU = "monostack:mtu";

    private RouterRows() {}

    /**
     * @param gatewayChassis who carries gateways, the preferred one first
     */
    static void apply(Change change, RouterIntent router, List<String> gatewayChassis) {
        Map<String, String> options = new HashMap<>();
        options.put("always_learn_from_arp_request", "false");
        options.put("dynamic_neigh_routers", "true");
        Ref logicalRouter =
                change.want(
                        ROUTER,
                        Names.router(router.id()),
                        Map.of(
                                "name", Value.of(Names.logicalRouter(router.id())),
                                "enabled", Value.of(router.adminStateUp()),
                                "options", Value.map(options)),
                        Map.of(
                                "neutron:router_name",
                                router.name(),
                                Names.REVISION,
                                Long.toString(router.revision())));
        // OVN knows no router port without an address.
        for (RouterIntent.Interface port : router.interfaces()) {
            if (!port.addresses().isEmpty()) {
                internalPort(change, logicalRouter, port);
            }
        }
        router.gateway()
                .filter(gateway -> !gateway.addresses().isEmpty())
                .ifPresent(gateway -> {
                    gatewayPort(change, logicalRouter, router, gateway, gatewayChassis);
                    defaultRoutes(change, logicalRouter, router.id(), gateway);
                    translations(change, logicalRouter, router, gateway);
                });
        for (NetworkIntent.Route route : router.routes()) {
            change.wantIn(
                    logicalRouter,
                    ROUTE,
                    "route/%s/%s/%s".formatted(router.id(), route.destination(), route.nexthop()),
                    Map.of(
                            "ip_prefix", Value.of(Cidr.parse(route.destination()).text()),
                            "nexthop", Value.of(route.nexthop())),
                    Map.of());
        }
        change.removeUnwanted();
    }

    /** Makes a router port, known by its end on a switch, advertise what the subnets ask for. */
    static void advertise(Change change, Row switchPort, List<SubnetTag> subnets) {
        Optional<String> key = switchPort.entry("external_ids", KEY);
        if (key.isEmpty()) {
            return;
        }
        change.find(ROUTER_PORT, key.get())
                .flatMap(Ref::row)
                .filter(row -> row.entry("external_ids", MTU).isPresent())
                .ifPresent(row ->
                        change.patch(
                                ROUTER_PORT,
                                row,
                                Map.of(
                                        "ipv6_ra_configs",
                                        advertisement(
                                                row.strings("networks"),
                                                row.entry("external_ids", MTU).orElse(""),
                                                subnets))));
    }

    private static void internalPort(
            Change change, Ref logicalRouter, RouterIntent.Interface port) {
        Ref logicalSwitch = NetworkRows.logicalSwitch(change, port.network());
        List<SubnetTag> subnets = logicalSwitch.row().map(SubnetTag::read).orElse(List.of());
        change.wantIn(
                logicalRouter,
                ROUTER_PORT,
                Names.port(port.port()),
                Map.of(
                        "name",
                        Value.of(Names.routerPort(port.port())),
                        "mac",
                        Value.of(port.mac().toLowerCase(Locale.ROOT)),
                        "networks",
                        Value.set(port.addresses()),
                        "options",
                        Value.map(Map.of()),
                        "ipv6_ra_configs",
                        advertisement(port.addresses(), Integer.toString(port.mtu()), subnets)),
                Map.of(MTU, Integer.toString(port.mtu())));
        switchEnd(change, logicalSwitch, port.port(), Map.of());
    }

    private static void gatewayPort(
            Change change,
            Ref logicalRouter,
            RouterIntent router,
            RouterIntent.Gateway gateway,
            List<String> gatewayChassis) {
        Ref logicalSwitch = NetworkRows.logicalSwitch(change, gateway.network());
        Ref routerPort =
                change.wantIn(
                        logicalRouter,
                        ROUTER_PORT,
                        Names.port(gateway.port()),
                        Map.of(
                                "name", Value.of(Names.routerPort(gateway.port())),
                                "mac", Value.of(gateway.mac().toLowerCase(Locale.ROOT)),
                                "networks", Value.set(gateway.addresses()),
                                "options", Value.map(gatewayOptions(router, gateway)),
                                "ipv6_ra_configs", Value.map(Map.of())),
                        Map.of());
        int priority = gatewayChassis.size();
        for (String chassis : gatewayChassis) {
            String name = Names.routerPort(gateway.port()) + "_" + chassis;
            change.wantIn(
                    routerPort,
                    GATEWAY_CHASSIS,
                    name,
                    Map.of(
                            "name", Value.of(name),
                            "chassis_name", Value.of(chassis),
                            "priority", Value.of(priority--)),
                    Map.of());
        }
        // The gateway announces floating and gateway addresses to the outside by itself.
        switchEnd(change, logicalSwitch, gateway.port(), Map.of("nat-addresses", "router"));
    }

    /** Where packets get smaller on their way in, their senders must be told. */
    private static Map<String, String> gatewayOptions(
            RouterIntent router, RouterIntent.Gateway gateway) {
        int smallest =
                router.interfaces().stream()
                        .mapToInt(RouterIntent.Interface::mtu)
                        .filter(mtu -> mtu > 0)
                        .min()
                        .orElse(gateway.mtu());
        return smallest < gateway.mtu()
                ? Map.of("gateway_mtu", Integer.toString(smallest))
                : Map.of();
    }

    /** Says all that a switch port can say: it may have been a server's port before. */
    private static void switchEnd(
            Change change, Ref logicalSwitch, UUID port, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(more);
        options.put("router-port", Names.routerPort(port));
        Map<String, Value> columns = new HashMap<>();
        columns.put("name", Value.of(port.toString()));
        columns.put("type", Value.of("router"));
        columns.put("addresses", Value.of("router"));
        columns.put("options", Value.map(options));
        columns.put("enabled", Value.of(true));
        columns.put("port_security", Value.none());
        columns.put("dhcpv4_options", Value.none());
        columns.put("dhcpv6_options", Value.none());
        Ref end = change.wantIn(logicalSwitch, SWITCH_PORT, Names.port(port), columns, Map.of());
        change.memberOf(PORT_GROUP, "ports", end, List.of());
    }

    private static void defaultRoutes(
            Change change, Ref logicalRouter, UUID router, RouterIntent.Gateway gateway) {
        for (String nexthop : gateway.nexthops()) {
            change.wantIn(
                    logicalRouter,
                    ROUTE,
                    "default/%s/%s".formatted(router, nexthop),
                    Map.of(
                            "ip_prefix", Value.of(Cidr.isIpv6(nexthop) ? "::/0" : "0.0.0.0/0"),
                            "nexthop", Value.of(nexthop),
                            "output_port", Value.of(Names.routerPort(gateway.port()))),
                    Map.of());
        }
    }

    private static void translations(
            Change change, Ref logicalRouter, RouterIntent router, RouterIntent.Gateway gateway) {
        Optional<String> outside =
                gateway.addresses().stream()
                        .map(Cidr::addressOf)
                        .filter(address -> !Cidr.isIpv6(address))
                        .findFirst();
        if (outside.isPresent()) {
            for (String inside : router.sourceNat()) {
                if (!Cidr.isIpv6(inside)) {
                    translation(
                            change,
                            logicalRouter,
                            "snat/%s/%s".formatted(router.id(), inside),
                            "snat",
                            outside.get(),
                            Cidr.parse(inside).text());
                }
            }
        }
        for (RouterIntent.FloatingIp floating : router.floatingIps()) {
            translation(
                    change,
                    logicalRouter,
                    "floating-ip/" + floating.id(),
                    "dnat_and_snat",
                    floating.address(),
                    floating.fixedAddress());
        }
    }

    private static void translation(
            Change change,
            Ref logicalRouter,
            String key,
            String type,
            String outside,
            String inside) {
        change.wantIn(
                logicalRouter,
                NAT,
                key,
                Map.of(
                        "type", Value.of(type),
                        "external_ip", Value.of(outside),
                        "logical_ip", Value.of(inside)),
                Map.of());
    }

    private static Value advertisement(
            Collection<String> addresses, String mtu, List<SubnetTag> subnets) {
        for (String address : addresses) {
            for (SubnetTag subnet : subnets) {
                if (Cidr.isIpv6(address)
                        && subnet.cidr().isIpv6()
                        && subnet.cidr().contains(Cidr.addressOf(address))
                        && subnet.ipv6Mode().isPresent()) {
                    return Value.map(
                            Map.of(
                                    "address_mode",
                                    subnet.ipv6Mode().get().replace('-', '_'),
                                    "send_periodic",
                                    "true",
                                    "mtu",
                                    mtu));
                }
            }
        }
        return Value.map(Map.of());
    }
}
