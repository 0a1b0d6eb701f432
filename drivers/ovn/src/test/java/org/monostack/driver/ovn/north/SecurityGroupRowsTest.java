package org.monostack.driver.ovn.north;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.driver.ovn.north.Intents.rule;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.monostack.network.spi.SecurityGroupIntent.Rule;

class SecurityGroupRowsTest {

    private static final UUID REMOTE = UUID.fromString("00000000-0000-0000-0000-0000000000aa");

    @Test
    void rulesBecomeMatches() {
        assertThat(match(rule(false, false, "", -1, -1, "", Optional.empty())))
                .isEqualTo("inport == @pg && ip4");
        assertThat(match(rule(true, false, "tcp", 22, 22, "0.0.0.0/0", Optional.empty())))
                .isEqualTo("outport == @pg && ip4 && tcp && tcp.dst >= 22 && tcp.dst <= 22");
        assertThat(match(rule(true, false, "17", 1, 9, "10.1.2.3/8", Optional.empty())))
                .isEqualTo(
                        "outport == @pg && ip4 && ip4.src == 10.0.0.0/8"
                                + " && udp && udp.dst >= 1 && udp.dst <= 9");
        assertThat(match(rule(true, false, "icmp", 8, 0, "", Optional.empty())))
                .isEqualTo("outport == @pg && ip4 && icmp4 && icmp4.type == 8 && icmp4.code == 0");
        assertThat(match(rule(false, true, "icmpv6", 128, -1, "", Optional.empty())))
                .isEqualTo("inport == @pg && ip6 && icmp6 && icmp6.type == 128");
        assertThat(match(rule(true, false, "", -1, -1, "", Optional.of(REMOTE))))
                .isEqualTo(
                        "outport == @pg && ip4"
                                + " && ip4.src == $pg_00000000_0000_0000_0000_0000000000aa_ip4");
        assertThat(match(rule(true, false, "vrrp", -1, -1, "", Optional.empty())))
                .isEqualTo("outport == @pg && ip4 && ip.proto == 112");
        assertThat(match(rule(true, false, "99", -1, -1, "", Optional.empty())))
                .isEqualTo("outport == @pg && ip4 && ip.proto == 99");
    }

    @Test
    void rangesLoseTheirHostBits() {
        assertThat(Cidr.parse("10.0.0.77/24").text()).isEqualTo("10.0.0.0/24");
        assertThat(Cidr.parse("2001:db8::7/64").contains("2001:db8::1")).isTrue();
        assertThat(Cidr.parse("10.0.0.1").contains("10.0.0.2")).isFalse();
        assertThat(Cidr.parse("::/0").isEverything()).isTrue();
    }

    private static String match(Rule rule) {
        return SecurityGroupRows.match("pg", rule);
    }
}
