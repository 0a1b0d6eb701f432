package org.monostack.driver.ovn.north;

import static org.monostack.driver.ovn.north.NorthboundSchema.ACL;
import static org.monostack.driver.ovn.north.NorthboundSchema.PORT_GROUP;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.driver.ovn.north.Change.Ref;
import org.monostack.driver.ovn.ovsdb.Value;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.SecurityGroupIntent.Rule;

/**
 * A security group: a port group with one ACL per rule. What no rule lets through, the drop group
 * stops, in which all ports with port security are; it alone lets guests ask for addresses.
 */
final class SecurityGroupRows {

    static final String DROP_OWNER = "cloud/drop-group";

    private static final int ALLOW = 1002;
    private static final int DROP = 1001;

    /** Neutron's names of protocols that OVN's match language lacks. */
    private static final Map<String, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry("ah", 51),
                    Map.entry("dccp", 33),
                    Map.entry("egp", 8),
                    Map.entry("esp", 50),
                    Map.entry("gre", 47),
                    Map.entry("igmp", 2),
                    Map.entry("ipip", 4),
                    Map.entry("ipv6-encap", 41),
                    Map.entry("ipv6-frag", 44),
                    Map.entry("ipv6-nonxt", 59),
                    Map.entry("ipv6-opts", 60),
                    Map.entry("ipv6-route", 43),
                    Map.entry("ospf", 89),
                    Map.entry("pgm", 113),
                    Map.entry("rsvp", 46),
                    Map.entry("udplite", 136),
                    Map.entry("vrrp", 112));

    private SecurityGroupRows() {}

    static void apply(Change change, SecurityGroupIntent group) {
        String name = Names.portGroup(group.id());
        Ref portGroup =
                change.want(
                        PORT_GROUP,
                        Names.securityGroup(group.id()),
                        Map.of("name", Value.of(name)),
                        Map.of(
                                "neutron:security_group_id",
                                group.id().toString(),
                                Names.REVISION,
                                Long.toString(group.revision())));
        for (Rule rule : group.rules()) {
            // Its addresses are known under the group's name, which must exist for that.
            rule.remoteGroup().ifPresent(remote -> portGroup(change, remote));
            acl(
                    change,
                    portGroup,
                    "rule/" + rule.id(),
                    rule.ingress(),
                    ALLOW,
                    match(name, rule),
                    group.stateful() ? "allow-related" : "allow-stateless");
        }
        change.removeUnwanted();
    }

    /** The port group of a security group whose own intent may not have come yet. */
    static Ref portGroup(Change change, UUID group) {
        return change.placeholder(
                PORT_GROUP,
                Names.securityGroup(group),
                Names.securityGroup(group),
                Map.of("name", Value.of(Names.portGroup(group))));
    }

    /** The drop group, made when it is not there. */
    static Ref dropGroup(Change change) {
        Optional<Ref> found = change.find(PORT_GROUP, DROP_OWNER);
        if (found.isPresent()) {
            return found.get();
        }
        Ref group =
                change.placeholder(
                        PORT_GROUP,
                        DROP_OWNER,
                        DROP_OWNER,
                        Map.of("name", Value.of(Names.DROP_GROUP)));
        dropAcls()
                .forEach((key, columns) ->
                        change.placeholderIn(group, ACL, key, DROP_OWNER, columns));
        return group;
    }

    /** Makes the drop group what it must be, whatever became of it. */
    static void applyDropGroup(Change change) {
        Ref group =
                change.want(
                        PORT_GROUP,
                        DROP_OWNER,
                        Map.of("name", Value.of(Names.DROP_GROUP)),
                        Map.of());
        dropAcls().forEach((key, columns) -> change.wantIn(group, ACL, key, columns, Map.of()));
        change.removeUnwanted();
    }

    private static Map<String, Map<String, Value>> dropAcls() {
        String in = "inport == @" + Names.DROP_GROUP;
        return Map.of(
                "drop/out",
                columns(false, DROP, in + " && ip", "drop"),
                "drop/in",
                columns(true, DROP, "outport == @" + Names.DROP_GROUP + " && ip", "drop"),
                "drop/dhcp4",
                columns(
                        false,
                        ALLOW,
                        in + " && ip4 && udp && udp.src == 68 && udp.dst == 67",
                        "allow"),
                "drop/dhcp6",
                columns(
                        false,
                        ALLOW,
                        in + " && ip6 && udp && udp.src == 546 && udp.dst == 547",
                        "allow"));
    }

    private static void acl(
            Change change,
            Ref group,
            String key,
            boolean ingress,
            int priority,
            String match,
            String action) {
        change.wantIn(group, ACL, key, columns(ingress, priority, match, action), Map.of());
    }

    /** To a guest is from the switch's view towards the logical port. */
    private static Map<String, Value> columns(
            boolean ingress, int priority, String match, String action) {
        return Map.of(
                "direction", Value.of(ingress ? "to-lport" : "from-lport"),
                "priority", Value.of(priority),
                "match", Value.of(match),
                "action", Value.of(action));
    }

    static String match(String portGroup, Rule rule) {
        List<String> terms = new ArrayList<>();
        terms.add((rule.ingress() ? "outport" : "inport") + " == @" + portGroup);
        String ip = rule.ipv6() ? "ip6" : "ip4";
        terms.add(ip);
        String remote = ip + (rule.ingress() ? ".src" : ".dst") + " == ";
        rule.remoteCidr()
                .map(Cidr::parse)
                .filter(cidr -> !cidr.isEverything())
                .ifPresent(cidr -> terms.add(remote + cidr.text()));
        rule.remoteGroup()
                .ifPresent(group -> terms.add(remote + "$" + Names.portGroup(group) + "_" + ip));
        rule.protocol().ifPresent(protocol -> protocol(terms, protocol, rule));
        return String.join(" && ", terms);
    }

    private static void protocol(List<String> terms, String protocol, Rule rule) {
        switch (protocol.toLowerCase(Locale.ROOT)) {
            case "", "any", "ip", "0" -> {}
            case "tcp", "6" -> ports(terms, "tcp", rule);
            case "udp", "17" -> ports(terms, "udp", rule);
            case "sctp", "132" -> ports(terms, "sctp", rule);
            case "icmp", "icmpv6", "ipv6-icmp", "1", "58" -> {
                String icmp = rule.ipv6() ? "icmp6" : "icmp4";
                terms.add(icmp);
                rule.portMin().ifPresent(type -> terms.add(icmp + ".type == " + type));
                rule.portMax().ifPresent(code -> terms.add(icmp + ".code == " + code));
            }
            default -> {
                String lower = protocol.toLowerCase(Locale.ROOT);
                Integer number = NUMBERS.get(lower);
                terms.add("ip.proto == " + (number == null ? lower : number.toString()));
            }
        }
    }

    private static void ports(List<String> terms, String protocol, Rule rule) {
        terms.add(protocol);
        rule.portMin().ifPresent(least -> terms.add(protocol + ".dst >= " + least));
        rule.portMax().ifPresent(most -> terms.add(protocol + ".dst <= " + most));
    }
}
