package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.model.IpAddress;
import org.monostack.network.model.Mac;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Ports and their addresses. Every change marks what the data plane has to follow. While a port is
 * made or gets addresses, its network's row is locked for sharing, and whoever changes subnets
 * locks it exclusively: so no address is given from a subnet that goes away at that moment.
 */
public final class Ports {
    public static final String ROUTER_INTERFACE = "network:router_interface";
    public static final String ROUTER_GATEWAY = "network:router_gateway";
    public static final String FLOATING = "network:floatingip";
    public static final String METADATA = "network:distributed";

    private static final int MAC_ATTEMPTS = 16;
    private static final int MAX_FIXED_IPS = 32;

    private final Changes changes;

    public Ports(Changes changes) {
        this.changes = changes;
    }

    /** What a client asks of one fixed IP. */
    public record FixedIpRequest(Optional<String> subnet, Optional<String> address) {}

    /** A port with everything at rest; to be completed and given to {@link #insert}. */
    public static PortRecord blank(Transaction tx, NetworkRecord network, String project) {
        PortRecord port = tx.sql().newRecord(PORT);
        Rows.begin(port, UUID.randomUUID().toString());
        port.setProjectId(project);
        port.setNetworkId(network.getId());
        port.setName("");
        port.setDescription("");
        port.setAdminStateUp(true);
        port.setStatus("DOWN");
        port.setDeviceId("");
        port.setDeviceOwner("");
        port.setPortSecurityEnabled(network.getPortSecurityEnabled());
        port.setAllowedAddressPairs("[]");
        port.setExtraDhcpOpts("[]");
        port.setHostId("");
        port.setVnicType("normal");
        port.setProfile("{}");
        port.setMadeForServer(false);
        return port;
    }

    /** The network's row, kept from changing until the transaction ends; 404 if there is none. */
    public static NetworkRecord lockShared(Transaction tx, String network) {
        NetworkRecord row =
                tx.sql().selectFrom(NETWORK_).where(NETWORK_.ID.eq(network)).forShare().fetchOne();
        if (row == null) {
            throw Refusal.missing("Network", network);
        }
        return row;
    }

    public static List<SubnetRecord> subnets(Transaction tx, String network) {
        return tx.sql()
                .selectFrom(SUBNET)
                .where(SUBNET.NETWORK_ID.eq(network))
                .orderBy(SUBNET.CREATED_AT, SUBNET.ID)
                .fetch();
    }

    /**
     * Stores a new port with its addresses.
     *
     * @param port without a MAC address it gets a new one
     * @param wanted empty: what the network's subnets offer
     */
    public void insert(
            Transaction tx,
            PortRecord port,
            Optional<List<FixedIpRequest>> wanted,
            List<String> securityGroups) {
        insert(tx, port, subnets(tx, port.getNetworkId()), wanted, securityGroups);
    }

    /** The same where the network's subnets are read already, under its lock. */
    public void insert(
            Transaction tx,
            PortRecord port,
            List<SubnetRecord> subnets,
            Optional<List<FixedIpRequest>> wanted,
            List<String> securityGroups) {
        insertRow(tx, port);
        if (wanted.isPresent()) {
            assign(tx, port, subnets, wanted.get(), 0, Set.of());
        } else {
            assignDefaults(tx, port, subnets);
        }
        SecurityGroups.add(tx, port.getId(), securityGroups);
        if (port.getMadeForServer()) {
            changes.portUntilPlugged(tx, port.getId());
        } else {
            mark(tx, port);
        }
    }

    private static void insertRow(Transaction tx, PortRecord port) {
        boolean chosen = port.getMacAddress() != null;
        for (int attempt = 0; attempt < MAC_ATTEMPTS; attempt++) {
            if (!chosen) {
                port.setMacAddress(Mac.random());
            }
            // The key (network, MAC address) tells.
            if (tx.sql().insertInto(PORT).set(port).onDuplicateKeyIgnore().execute() > 0) {
                port.touched(false);
                return;
            }
            if (chosen) {
                throw macInUse(port);
            }
        }
        throw Refusal.conflict(
                "MacAddressGenerationFailure",
                "Unable to generate unique mac on network " + port.getNetworkId() + ".");
    }

    private static Refusal macInUse(PortRecord port) {
        return Refusal.conflict(
                "MacAddressInUse",
                "Unable to complete operation for network "
                        + port.getNetworkId()
                        + ". The mac address "
                        + port.getMacAddress()
                        + " is in use.");
    }

    /** Stores a changed port row. */
    public void update(Transaction tx, PortRecord port) {
        if (port.touched(PORT.MAC_ADDRESS)
                && tx.sql()
                        .fetchExists(
                                PORT,
                                PORT.NETWORK_ID.eq(port.getNetworkId()),
                                PORT.MAC_ADDRESS.eq(port.getMacAddress()),
                                PORT.ID.ne(port.getId()))) {
            throw macInUse(port);
        }
        port.update();
        mark(tx, port);
    }

    /** Whether addresses of this subnet follow from a port's MAC address. */
    public static boolean isAutomatic(SubnetRecord subnet) {
        String mode = subnet.getIpv6AddressMode();
        return "slaac".equals(mode) || "dhcpv6-stateless".equals(mode);
    }

    private static boolean serves(SubnetRecord subnet, PortRecord port) {
        JsonNode types = Json.read(subnet.getServiceTypes());
        if (types.isEmpty()) {
            return true;
        }
        for (JsonNode type : types) {
            String text = type.stringValue();
            if (!text.isEmpty() && port.getDeviceOwner().startsWith(text)) {
                return true;
            }
        }
        return false;
    }

    private static void assignDefaults(
            Transaction tx, PortRecord port, List<SubnetRecord> subnets) {
        List<SubnetRecord> serving = subnets.stream().filter(s -> serves(s, port)).toList();
        if (serving.isEmpty() && !subnets.isEmpty()) {
            throw Refusal.conflict(
                    "IpAddressGenerationFailureNoMatchingSubnet",
                    "No valid service subnet for the given device owner, network "
                            + port.getNetworkId());
        }
        int position = 0;
        for (int version : new int[] {4, 6}) {
            List<SubnetRecord> pooled =
                    serving.stream()
                            .filter(s -> s.getIpVersion() == version && !isAutomatic(s))
                            .toList();
            boolean done = pooled.isEmpty();
            for (SubnetRecord subnet : pooled) {
                if (Addresses.takeAny(tx, subnet, port.getId(), position).isPresent()) {
                    position++;
                    done = true;
                    break;
                }
            }
            if (!done) {
                throw Refusal.conflict(
                        "IpAddressGenerationFailure",
                        "No more IP addresses available on network " + port.getNetworkId() + ".");
            }
        }
        if (!port.getDeviceOwner().startsWith("network:")) {
            for (SubnetRecord subnet : serving) {
                if (isAutomatic(subnet)) {
                    takeAutomatic(tx, subnet, port, position++);
                }
            }
        }
    }

    private static IpAddress takeAutomatic(
            Transaction tx, SubnetRecord subnet, PortRecord port, int position) {
        IpAddress address = Mac.slaac(Cidr.of(subnet.getCidr()), port.getMacAddress());
        if (!Addresses.take(tx, subnet, address, port.getId(), position)) {
            throw taken(subnet, address);
        }
        return address;
    }

    private static Refusal taken(SubnetRecord subnet, IpAddress address) {
        return Refusal.conflict(
                "IpAddressAlreadyAllocated",
                "IP address " + address + " already allocated in subnet " + subnet.getId());
    }

    /** Replaces a port's addresses; those that stay keep their rows. */
    public void reassign(Transaction tx, PortRecord port, List<FixedIpRequest> wanted) {
        lockShared(tx, port.getNetworkId());
        List<SubnetRecord> subnets = subnets(tx, port.getNetworkId());
        List<IpAllocationRecord> old = Addresses.ofPort(tx, port.getId());
        List<FixedIpRequest> rest = new ArrayList<>(wanted);
        Set<String> kept = new HashSet<>();
        // First those that name an address we have, then those that only name its subnet.
        for (boolean exact : new boolean[] {true, false}) {
            for (IpAllocationRecord allocation : old) {
                if (kept.contains(allocation.getAddress())) {
                    continue;
                }
                for (FixedIpRequest request : rest) {
                    boolean sameSubnet =
                            request.subnet().map(allocation.getSubnetId()::equals).orElse(exact);
                    boolean sameAddress =
                            request.address().map(allocation.getAddress()::equals).orElse(!exact);
                    if (sameSubnet && sameAddress) {
                        rest.remove(request);
                        kept.add(allocation.getAddress());
                        break;
                    }
                }
            }
        }
        boolean device = !port.getDeviceOwner().startsWith("network:");
        int position = 0;
        for (IpAllocationRecord allocation : old) {
            position = Math.max(position, allocation.getPosition() + 1);
            boolean automatic =
                    device
                            && subnets.stream()
                                    .anyMatch(s ->
                                            s.getId().equals(allocation.getSubnetId())
                                                    && isAutomatic(s));
            if (automatic && !port.touched(PORT.MAC_ADDRESS)) {
                kept.add(allocation.getAddress());
            }
            if (!kept.contains(allocation.getAddress())) {
                Addresses.release(
                        tx, port.getId(), allocation.getSubnetId(), allocation.getAddress());
                disassociate(tx, port.getId(), allocation.getAddress());
            }
        }
        assign(tx, port, subnets, rest, position, kept);
        mark(tx, port);
    }

    private static void assign(
            Transaction tx,
            PortRecord port,
            List<SubnetRecord> subnets,
            List<FixedIpRequest> wanted,
            int firstPosition,
            Set<String> kept) {
        if (wanted.size() + kept.size() > MAX_FIXED_IPS) {
            throw Refusal.invalidInput("Exceeded maximum amount of fixed ips per port.");
        }
        int position = firstPosition;
        Set<String> done = new HashSet<>(kept);
        Set<String> automatic = new HashSet<>();
        // Named addresses first, so that an automatic choice does not take one of them.
        List<FixedIpRequest> ordered = new ArrayList<>(wanted);
        ordered.sort((a, b) -> Boolean.compare(b.address().isPresent(), a.address().isPresent()));
        for (FixedIpRequest request : ordered) {
            Optional<IpAddress> address = request.address().map(IpAddress::of);
            SubnetRecord subnet = subnetFor(port, subnets, request, address);
            if (isAutomatic(subnet) && !port.getDeviceOwner().startsWith(ROUTER_INTERFACE)) {
                IpAddress own = Mac.slaac(Cidr.of(subnet.getCidr()), port.getMacAddress());
                if (address.isPresent() && !address.get().equals(own)) {
                    throw Refusal.badRequest(
                            "AllocationOnAutoAddressSubnet",
                            "IPv6 address "
                                    + address.get()
                                    + " cannot be directly assigned to a port on subnet "
                                    + subnet.getId()
                                    + " as the subnet is configured for automatic addresses");
                }
                if (automatic.add(subnet.getId()) && done.add(own.toString())) {
                    takeAutomatic(tx, subnet, port, position++);
                }
            } else if (address.isPresent()) {
                if (!done.add(address.get().toString())) {
                    throw Refusal.invalidInput("Duplicate IP address '" + address.get() + "'.");
                }
                if (!Addresses.take(tx, subnet, address.get(), port.getId(), position++)) {
                    throw taken(subnet, address.get());
                }
            } else if (Addresses.takeAny(tx, subnet, port.getId(), position++).isEmpty()) {
                throw Refusal.conflict(
                        "IpAddressGenerationFailure",
                        "No more IP addresses available on network " + port.getNetworkId() + ".");
            }
        }
        // Hosts on a link with router advertisements have an address there, asked for or not.
        if (!wanted.isEmpty() && !port.getDeviceOwner().startsWith("network:")) {
            for (SubnetRecord subnet : subnets) {
                IpAddress own =
                        isAutomatic(subnet)
                                ? Mac.slaac(Cidr.of(subnet.getCidr()), port.getMacAddress())
                                : IpAddress.of("::");
                if (isAutomatic(subnet)
                        && "slaac".equals(subnet.getIpv6AddressMode())
                        && done.add(own.toString())
                        && wanted.stream().anyMatch(w -> w.subnet().isEmpty())) {
                    takeAutomatic(tx, subnet, port, position++);
                }
            }
        }
    }

    private static SubnetRecord subnetFor(
            PortRecord port,
            List<SubnetRecord> subnets,
            FixedIpRequest request,
            Optional<IpAddress> address) {
        if (request.subnet().isEmpty()) {
            if (address.isEmpty()) {
                throw Refusal.invalidInput("IP allocation requires subnet_id or ip_address.");
            }
            return subnets.stream()
                    .filter(s -> Cidr.of(s.getCidr()).isHost(address.get()))
                    .findFirst()
                    .orElseThrow(() ->
                            Refusal.badRequest(
                                    "InvalidIpForNetwork",
                                    "IP address "
                                            + address.get()
                                            + " is not a valid IP for any of the subnets on"
                                            + " the specified network."));
        }
        SubnetRecord subnet =
                subnets.stream()
                        .filter(s -> s.getId().equals(request.subnet().get()))
                        .findFirst()
                        .orElseThrow(() ->
                                Refusal.invalidInput(
                                        "Failed to create port on network "
                                                + port.getNetworkId()
                                                + ", because fixed_ips included invalid"
                                                + " subnet "
                                                + request.subnet().get()));
        if (address.isPresent() && !Cidr.of(subnet.getCidr()).isHost(address.get())) {
            throw Refusal.badRequest(
                    "InvalidIpForSubnet",
                    "IP address " + address.get() + " is not a valid IP for the specified subnet.");
        }
        return subnet;
    }

    /** Gives every existing port of a host its address on a new subnet with SLAAC. */
    public void addAutomatic(Transaction tx, SubnetRecord subnet) {
        for (PortRecord port :
                tx.sql()
                        .selectFrom(PORT)
                        .where(
                                PORT.NETWORK_ID.eq(subnet.getNetworkId()),
                                PORT.DEVICE_OWNER.notLike("network:%"))
                        .fetch()) {
            takeAutomatic(tx, subnet, port, 1_000);
            mark(tx, port);
        }
    }

    /** Deletes a port with all that hangs on it; floating IPs lose it. */
    public void delete(Transaction tx, PortRecord port) {
        disassociate(tx, port.getId(), null);
        tx.sql().deleteFrom(IP_ALLOCATION).where(IP_ALLOCATION.PORT_ID.eq(port.getId())).execute();
        port.delete();
        Tags.replace(tx, port.getId(), List.of());
        mark(tx, port);
    }

    private void disassociate(
            Transaction tx, String port, @org.jspecify.annotations.Nullable String address) {
        var condition = FLOATING_IP.PORT_ID.eq(port);
        if (address != null) {
            condition = condition.and(FLOATING_IP.FIXED_IP_ADDRESS.eq(address));
        }
        for (FloatingIpRecord floating :
                tx.sql().selectFrom(FLOATING_IP).where(condition).fetch()) {
            String router = floating.getRouterId();
            floating.setPortId(null);
            floating.setFixedIpAddress(null);
            floating.setRouterId(null);
            floating.setStatus("DOWN");
            Rows.touch(floating);
            floating.update();
            if (router != null) {
                changes.router(tx, router);
            }
        }
    }

    /** Says what the data plane has to follow when this port changes. */
    public void mark(Transaction tx, PortRecord port) {
        switch (port.getDeviceOwner()) {
            case ROUTER_INTERFACE, ROUTER_GATEWAY -> changes.router(tx, port.getDeviceId());
            case FLOATING -> {}
            default -> changes.port(tx, port.getId());
        }
    }
}
