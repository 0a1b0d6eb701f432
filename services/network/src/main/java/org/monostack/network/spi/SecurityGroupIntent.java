package org.monostack.network.spi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One security group with its rules. Stateful unless said otherwise. */
public record SecurityGroupIntent(
        UUID id, String name, boolean stateful, List<Rule> rules, long revision) {

    /**
     * What is let through.
     *
     * @param protocol tcp, udp, icmp, ipv6-icmp, a protocol number..., or empty for any
     * @param portMin for ICMP: the type
     * @param portMax for ICMP: the code
     */
    public record Rule(
            UUID id,
            boolean ingress,
            boolean ipv6,
            Optional<String> protocol,
            Optional<Integer> portMin,
            Optional<Integer> portMax,
            Optional<String> remoteCidr,
            Optional<UUID> remoteGroup) {}
}
