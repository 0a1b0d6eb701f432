package org.monostack.driver.ovn.north;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.network.spi.NetworkIntent.SubnetIntent;

/**
 * What ports and routers must know of a network's subnets, kept in the switch's {@code
 * external_ids} so that their intents can be realised without the network's.
 *
 * @param ipv6Mode Neutron's ipv6_address_mode
 */
record SubnetTag(UUID id, Cidr cidr, Optional<String> ipv6Mode) {

    private static final String PREFIX = "monostack:subnet:";

    static Map<String, String> write(List<SubnetIntent> subnets) {
        Map<String, String> tags = new HashMap<>();
        for (SubnetIntent subnet : subnets) {
            tags.put(
                    PREFIX + subnet.id(),
                    subnet.cidr() + subnet.ipv6Mode().map(mode -> " " + mode).orElse(""));
        }
        return tags;
    }

    static List<SubnetTag> read(Row logicalSwitch) {
        return read(logicalSwitch.map("external_ids"));
    }

    static List<SubnetTag> read(Map<String, String> externalIds) {
        List<SubnetTag> subnets = new ArrayList<>();
        externalIds.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                String[] parts = value.split(" ");
                subnets.add(
                        new SubnetTag(
                                UUID.fromString(key.substring(PREFIX.length())),
                                Cidr.parse(parts[0]),
                                parts.length > 1 ? Optional.of(parts[1]) : Optional.empty()));
            }
        });
        return subnets;
    }
}
