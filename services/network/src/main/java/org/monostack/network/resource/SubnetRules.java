package org.monostack.network.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.model.IpAddress;
import org.monostack.network.model.IpRange;
import org.monostack.network.store.Addresses;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What makes a subnet well-formed. Works on the row alone; no I/O. */
final class SubnetRules {
    private static final int MAX_DNS_SERVERS = 5;
    private static final int MAX_HOST_ROUTES = 20;

    private SubnetRules() {}

    /** Checks cidr and ip_version against each other. */
    static void completeBlock(SubnetRecord row) {
        if (row.getCidr() == null) {
            throw NetworkErrors.badRequest(
                    "BadRequest",
                    "Bad subnets request: a subnetpool must be specified in the absence of a cidr.");
        }
        Cidr block = Cidr.of(row.getCidr());
        if (row.getIpVersion() == null) {
            throw NetworkErrors.invalidInput("ip_version must be specified");
        }
        if (block.version() != row.getIpVersion()) {
            throw NetworkErrors.invalidInput(
                    "cidr '"
                            + block
                            + "' does not match the ip_version '"
                            + row.getIpVersion()
                            + "'");
        }
        if (block.prefix() == 0) {
            throw NetworkErrors.invalidInput("0 is not allowed as CIDR prefix length");
        }
        if (block.base().isMulticast() || block.base().isLoopback()) {
            throw NetworkErrors.invalidInput(
                    "Multicast and loopback IP subnets are not supported: " + block);
        }
    }

    static void requireNoOverlap(SubnetRecord row, List<SubnetRecord> others) {
        Cidr block = Cidr.of(row.getCidr());
        for (SubnetRecord other : others) {
            if (Cidr.of(other.getCidr()).overlaps(block)) {
                throw NetworkErrors.invalidInput(
                        "Requested subnet with cidr: "
                                + block
                                + " for network: "
                                + row.getNetworkId()
                                + " overlaps with another subnet");
            }
        }
    }

    /** Chooses the first host as gateway unless the request named one, or none. */
    static void completeGateway(SubnetRecord row, boolean named) {
        if (!named) {
            row.setGatewayIp(Cidr.of(row.getCidr()).base().plus(1).toString());
        }
    }

    /** Makes the pools all hosts but the gateway, unless the request named them. */
    static void completePools(SubnetRecord row, boolean named) {
        if (named) {
            if (row.getGatewayIp() != null) {
                requireGatewayOutsidePools(row);
            }
            return;
        }
        IpRange hosts = Cidr.of(row.getCidr()).hosts();
        List<IpRange> pools =
                row.getGatewayIp() == null
                        ? List.of(hosts)
                        : hosts.without(IpAddress.of(row.getGatewayIp()));
        ArrayNode list = Json.array();
        for (IpRange pool : pools) {
            list.addObject()
                    .put("start", pool.first().toString())
                    .put("end", pool.last().toString());
        }
        row.setAllocationPools(list.toString());
    }

    static void requireGatewayOutsidePools(SubnetRecord row) {
        if (row.getGatewayIp() == null) {
            return;
        }
        IpAddress gateway = IpAddress.of(row.getGatewayIp());
        for (IpRange pool : Addresses.pools(row)) {
            if (pool.contains(gateway)) {
                throw NetworkErrors.conflict(
                        "GatewayConflictWithAllocationPools",
                        "Gateway ip "
                                + gateway
                                + " conflicts with allocation pool "
                                + pool.first()
                                + "-"
                                + pool.last()
                                + ".");
            }
        }
    }

    /** Everything that must hold for a stored subnet. */
    static void check(SubnetRecord row) {
        Cidr block = Cidr.of(row.getCidr());
        checkModes(row, block);
        if (row.getEnableDhcp() && block.base().bits() - block.prefix() < 2) {
            throw NetworkErrors.invalidInput(
                    "Subnet has a prefix length that is incompatible with DHCP service enabled.");
        }
        checkGateway(row, block);
        checkPools(row, block);
        JsonNode servers = Json.read(row.getDnsNameservers());
        if (servers.size() > MAX_DNS_SERVERS) {
            throw NetworkErrors.badRequest(
                    "DNSNameServersExhausted",
                    "Unable to complete operation for "
                            + row.getId()
                            + ". The number of DNS nameservers exceeds the limit 5.");
        }
        for (JsonNode server : servers) {
            requireVersion("dns_nameserver", server.stringValue(), row.getIpVersion());
        }
        JsonNode routes = Json.read(row.getHostRoutes());
        if (routes.size() > MAX_HOST_ROUTES) {
            throw NetworkErrors.badRequest(
                    "HostRoutesExhausted",
                    "Unable to complete operation for "
                            + row.getId()
                            + ". The number of host routes exceeds the limit 20.");
        }
        for (JsonNode route : routes) {
            requireVersion("host_route", route.path("nexthop").stringValue(), row.getIpVersion());
            if (Cidr.of(route.path("destination").stringValue()).version() != row.getIpVersion()) {
                throw NetworkErrors.invalidInput(
                        "host_route destination does not match the ip_version of the subnet");
            }
        }
    }

    private static void requireVersion(String what, String address, int version) {
        if (IpAddress.of(address).version() != version) {
            throw NetworkErrors.invalidInput(
                    what + " '" + address + "' does not match the ip_version '" + version + "'");
        }
    }

    private static void checkModes(SubnetRecord row, Cidr block) {
        Optional<String> address = Optional.ofNullable(row.getIpv6AddressMode());
        Optional<String> advertisement = Optional.ofNullable(row.getIpv6RaMode());
        if (address.isEmpty() && advertisement.isEmpty()) {
            return;
        }
        if (row.getIpVersion() != 6) {
            throw NetworkErrors.invalidInput(
                    "ipv6_ra_mode or ipv6_address_mode cannot be set when ip_version is not 6");
        }
        if (!row.getEnableDhcp()) {
            throw NetworkErrors.invalidInput(
                    "ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to"
                            + " False");
        }
        if (address.isPresent() && advertisement.isPresent() && !address.equals(advertisement)) {
            throw NetworkErrors.invalidInput(
                    "ipv6_ra_mode set to '"
                            + advertisement.get()
                            + "' with ipv6_address_mode set to '"
                            + address.get()
                            + "' is not valid. If both attributes are set, they must be the same"
                            + " value");
        }
        boolean automatic = !address.orElse(advertisement.orElse("")).equals("dhcpv6-stateful");
        if (automatic && block.prefix() != 64) {
            throw NetworkErrors.invalidInput(
                    "Invalid CIDR "
                            + block
                            + " for IPv6 address mode. OpenStack uses the EUI-64 address format,"
                            + " which requires the prefix to be /64");
        }
    }

    private static void checkGateway(SubnetRecord row, Cidr block) {
        if (row.getGatewayIp() == null) {
            return;
        }
        IpAddress gateway = IpAddress.of(row.getGatewayIp());
        requireVersion("gateway_ip", row.getGatewayIp(), row.getIpVersion());
        // A gateway elsewhere on the link is fine; one that no host can have is not.
        if (block.contains(gateway) && !block.isHost(gateway)) {
            throw NetworkErrors.invalidInput("Gateway is not valid on subnet");
        }
    }

    private static void checkPools(SubnetRecord row, Cidr block) {
        List<IpRange> seen = new ArrayList<>();
        for (IpRange pool : Addresses.pools(row)) {
            String text = pool.first() + "-" + pool.last();
            if (pool.first().version() != block.version()
                    || pool.last().version() != block.version()) {
                throw NetworkErrors.badRequest(
                        "InvalidAllocationPool", "The allocation pool " + text + " is not valid.");
            }
            if (!block.isHost(pool.first()) || !block.isHost(pool.last())) {
                throw NetworkErrors.badRequest(
                        "OutOfBoundsAllocationPool",
                        "The allocation pool "
                                + text
                                + " spans beyond the subnet cidr "
                                + block
                                + ".");
            }
            for (IpRange other : seen) {
                if (other.overlaps(pool)) {
                    throw NetworkErrors.conflict(
                            "OverlappingAllocationPools",
                            "Found overlapping allocation pools: "
                                    + other.first()
                                    + "-"
                                    + other.last()
                                    + " "
                                    + text
                                    + " for subnet "
                                    + block
                                    + ".");
                }
            }
            seen.add(pool);
        }
    }
}
