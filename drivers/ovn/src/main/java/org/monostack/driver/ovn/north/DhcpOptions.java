package org.monostack.driver.ovn.north;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.NetworkIntent.SubnetIntent;

/** What OVN's own DHCP server answers, in the words of its option tables. */
final class DhcpOptions {

    private static final String METADATA = "169.254.169.254/32";
    private static final String DOMAIN = "openstacklocal";

    /**
     * The names of Neutron's extra options that OVN knows, with OVN's names. No others: a name that
     * OVN does not know makes it answer nothing at all. (Version 23.03 lacks {@code hostname}.)
     */
    private static final Map<String, String> KNOWN4 =
            Map.ofEntries(
                    Map.entry("router", "router"),
                    Map.entry("3", "router"),
                    Map.entry("dns-server", "dns_server"),
                    Map.entry("6", "dns_server"),
                    Map.entry("domain-name", "domain_name"),
                    Map.entry("15", "domain_name"),
                    Map.entry("mtu", "mtu"),
                    Map.entry("26", "mtu"),
                    Map.entry("ntp-server", "ntp_server"),
                    Map.entry("42", "ntp_server"),
                    Map.entry("lease-time", "lease_time"),
                    Map.entry("51", "lease_time"),
                    Map.entry("tftp-server", "tftp_server"),
                    Map.entry("66", "tftp_server"),
                    Map.entry("bootfile-name", "bootfile_name"),
                    Map.entry("67", "bootfile_name"),
                    Map.entry("domain-search", "domain_search_list"),
                    Map.entry("119", "domain_search_list"),
                    Map.entry("classless-static-route", "classless_static_route"),
                    Map.entry("121", "classless_static_route"),
                    Map.entry("server-ip-address", "tftp_server_address"),
                    Map.entry("tftp-server-address", "tftp_server_address"),
                    Map.entry("150", "tftp_server_address"),
                    Map.entry("path-prefix", "path_prefix"),
                    Map.entry("210", "path_prefix"),
                    Map.entry("wpad", "wpad"),
                    Map.entry("252", "wpad"));

    private static final Map<String, String> KNOWN6 =
            Map.of(
                    "dns-server", "dns_server",
                    "23", "dns_server",
                    "domain-search", "domain_search",
                    "24", "domain_search");

    private static final List<String> TEXTS =
            List.of(
                    "domain_name",
                    "tftp_server",
                    "bootfile_name",
                    "domain_search_list",
                    "domain_search",
                    "path_prefix",
                    "wpad");

    private DhcpOptions() {}

    static Map<String, String> version4(SubnetIntent subnet, int mtu) {
        Map<String, String> options = new TreeMap<>();
        String server =
                subnet.gateway()
                        .or(subnet::metadataAddress)
                        .orElseGet(() -> firstAddress(subnet.cidr()));
        options.put("server_id", server);
        options.put("server_mac", Names.dhcpServerMac(subnet.id()));
        options.put("lease_time", "43200");
        options.put("mtu", Integer.toString(mtu));
        options.put("domain_name", quoted(DOMAIN));
        subnet.gateway().ifPresent(gateway -> options.put("router", gateway));
        nameServers(subnet, false).ifPresent(servers -> options.put("dns_server", servers));
        List<String> routes = new ArrayList<>();
        subnet.metadataAddress().ifPresent(address -> routes.add(METADATA + "," + address));
        for (NetworkIntent.Route route : subnet.hostRoutes()) {
            routes.add(route.destination() + "," + route.nexthop());
        }
        if (!routes.isEmpty()) {
            // A client that takes this option ignores the router option.
            subnet.gateway().ifPresent(gateway -> routes.add("0.0.0.0/0," + gateway));
            options.put("classless_static_route", list(routes));
        }
        return options;
    }

    /** Empty when addresses and everything else come from router advertisements alone. */
    static Optional<Map<String, String>> version6(SubnetIntent subnet) {
        String mode = subnet.ipv6Mode().orElse("slaac");
        if (!mode.startsWith("dhcpv6")) {
            return Optional.empty();
        }
        Map<String, String> options = new TreeMap<>();
        options.put("server_id", Names.dhcpServerMac(subnet.id()));
        options.put("domain_search", quoted(DOMAIN));
        nameServers(subnet, true).ifPresent(servers -> options.put("dns_server", servers));
        if (mode.equals("dhcpv6-stateless")) {
            options.put("dhcpv6_stateless", "true");
        }
        return Optional.of(options);
    }

    /** Those of the right family: one wrong address makes OVN drop the whole answer. */
    private static Optional<String> nameServers(SubnetIntent subnet, boolean ipv6) {
        List<String> servers =
                subnet.dnsServers().stream().filter(s -> Cidr.isIpv6(s) == ipv6).toList();
        return servers.isEmpty() ? Optional.empty() : Optional.of(list(servers));
    }

    /** A port's own options in OVN's names; what OVN does not know is left out. */
    static Map<String, String> extra(Map<String, String> neutronOptions, boolean ipv6) {
        Map<String, String> options = new TreeMap<>();
        neutronOptions.forEach((name, value) -> {
            String known = (ipv6 ? KNOWN6 : KNOWN4).get(name.toLowerCase(Locale.ROOT));
            if (known != null) {
                options.put(known, written(known, value));
            }
        });
        return options;
    }

    private static String written(String option, String value) {
        if (TEXTS.contains(option)) {
            return value.startsWith("\"") ? value : quoted(value);
        }
        return value.contains(",") && !value.startsWith("{") ? "{" + value + "}" : value;
    }

    private static String list(List<String> values) {
        return "{" + String.join(", ", values) + "}";
    }

    /** OVN parses options once more: a text without quotes of its own is a syntax error there. */
    private static String quoted(String text) {
        return "\"" + text.replace("\"", "") + "\"";
    }

    private static String firstAddress(String cidr) {
        byte[] bytes = Cidr.parse(cidr).network().getAddress();
        bytes[bytes.length - 1] |= 1;
        try {
            return java.net.InetAddress.getByAddress(bytes).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException("not a range: " + cidr, e);
        }
    }
}
