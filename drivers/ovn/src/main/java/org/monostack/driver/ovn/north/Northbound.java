package org.monostack.driver.ovn.north;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.monostack.driver.ovn.ovsdb.OvsdbClient;
import org.monostack.driver.ovn.ovsdb.OvsdbException;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OVN's northbound database as a place to put intents. One change at a time: what is written is
 * decided from the replica, which after each transaction already shows its effects. Every intent is
 * one transaction, and none at all when the rows are right. Callable from any thread.
 */
public final class Northbound {

    private static final Logger log = LoggerFactory.getLogger(Northbound.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OvsdbClient client;
    private final List<String> gatewayChassis;

    /**
     * @param client monitors {@link NorthboundSchema#monitored} with {@link
     *     NorthboundSchema#TAG_KEYS}
     * @param gatewayChassis names of the chassis that carry routers' gateways, by preference
     */
    public Northbound(OvsdbClient client, List<String> gatewayChassis) {
        this.client = client;
        this.gatewayChassis = List.copyOf(gatewayChassis);
    }

    /** A network's metadata port as it is in the database. */
    public record MetadataPort(UUID port, String mac, List<String> addresses) {}

    public int put(NetworkIntent network) {
        return change(Names.network(network.id()), c -> NetworkRows.apply(c, network));
    }

    public int put(PortIntent port) {
        return change(Names.port(port.id()), c -> PortRows.apply(c, port));
    }

    public int put(RouterIntent router) {
        return change(Names.router(router.id()), c -> RouterRows.apply(c, router, gatewayChassis));
    }

    public int put(SecurityGroupIntent group) {
        return change(Names.securityGroup(group.id()), c -> SecurityGroupRows.apply(c, group));
    }

    public int remove(IntentKind kind, UUID id) {
        return removeOwner(
                switch (kind) {
                    case NETWORK -> Names.network(id);
                    case PORT -> Names.port(id);
                    case ROUTER -> Names.router(id);
                    case SECURITY_GROUP -> Names.securityGroup(id);
                });
    }

    /** Puts all, then removes what belongs to nobody. */
    public synchronized int synchronise(Topology topology) {
        client.awaitReady(PATIENCE);
        int changed = change(SecurityGroupRows.DROP_OWNER, SecurityGroupRows::applyDropGroup);
        Set<String> owners = new HashSet<>();
        owners.add(SecurityGroupRows.DROP_OWNER);
        for (NetworkIntent network : topology.networks()) {
            owners.add(Names.network(network.id()));
            changed += attempt(Names.network(network.id()), () -> put(network));
        }
        for (SecurityGroupIntent group : topology.securityGroups()) {
            owners.add(Names.securityGroup(group.id()));
            changed += attempt(Names.securityGroup(group.id()), () -> put(group));
        }
        for (PortIntent port : topology.ports()) {
            owners.add(Names.port(port.id()));
            changed += attempt(Names.port(port.id()), () -> put(port));
        }
        for (RouterIntent router : topology.routers()) {
            owners.add(Names.router(router.id()));
            changed += attempt(Names.router(router.id()), () -> put(router));
        }
        for (String owner : owners()) {
            if (!owners.contains(owner)) {
                changed += removeOwner(owner);
            }
        }
        return changed + removeStrays();
    }

    /**
     * The owners whose rows are not as the topology says, or that it does not name; and each row
     * without an owner that hangs in one of ours, by its table.
     */
    public synchronized List<String> differences(Topology topology) {
        client.awaitReady(PATIENCE);
        Map<String, Consumer<Change>> wanted = new LinkedHashMap<>();
        wanted.put(SecurityGroupRows.DROP_OWNER, SecurityGroupRows::applyDropGroup);
        topology.networks()
                .forEach(each ->
                        wanted.put(Names.network(each.id()), c -> NetworkRows.apply(c, each)));
        topology.securityGroups()
                .forEach(each ->
                        wanted.put(
                                Names.securityGroup(each.id()),
                                c -> SecurityGroupRows.apply(c, each)));
        topology.ports()
                .forEach(each -> wanted.put(Names.port(each.id()), c -> PortRows.apply(c, each)));
        topology.routers()
                .forEach(each ->
                        wanted.put(
                                Names.router(each.id()),
                                c -> RouterRows.apply(c, each, gatewayChassis)));
        List<String> differing = new ArrayList<>();
        wanted.forEach((owner, content) -> {
            Change change = new Change(client.replica(), owner);
            content.accept(change);
            if (change.size() > 0) {
                differing.add(owner);
            }
        });
        owners().stream().filter(owner -> !wanted.containsKey(owner)).forEach(differing::add);
        for (String table : NorthboundSchema.TABLES) {
            strays(table).forEach(row -> differing.add(table + "/" + row.uuid()));
        }
        return differing;
    }

    private int removeStrays() {
        int removed = 0;
        for (String table : NorthboundSchema.TABLES) {
            for (Row row : strays(table)) {
                log.warn("removing {} {}, which is nobody's", table, row.uuid());
                removed += change("", change -> change.remove(table, row.uuid()));
            }
        }
        return removed;
    }

    /** Rows that are nobody's and yet part of something of ours; the rest is not our business. */
    private List<Row> strays(String table) {
        NorthboundSchema.Parent link = NorthboundSchema.PARENTS.get(table);
        if (link == null) {
            return List.of();
        }
        Set<UUID> ours = new HashSet<>();
        for (Row parent : client.replica().rows(link.table())) {
            if (isOwned(parent)) {
                ours.addAll(parent.references(link.column()));
            }
        }
        return client.replica().rows(table).stream()
                .filter(row -> !isOwned(row) && ours.contains(row.uuid()))
                .toList();
    }

    private static boolean isOwned(Row row) {
        return row.entry("external_ids", NorthboundSchema.OWNER).isPresent();
    }

    /** Whether some chassis serves the port. */
    public boolean isUp(UUID port) {
        client.awaitReady(PATIENCE);
        return row(NorthboundSchema.SWITCH_PORT, Names.port(port))
                .flatMap(row -> row.truth("up"))
                .orElse(false);
    }

    /** The metadata port of a network, with prefix lengths, when it has one with addresses. */
    public Optional<MetadataPort> metadataPort(UUID network) {
        Optional<Row> logicalSwitch = row(NorthboundSchema.SWITCH, Names.network(network));
        if (logicalSwitch.isEmpty()) {
            return Optional.empty();
        }
        List<SubnetTag> subnets = SubnetTag.read(logicalSwitch.get());
        for (UUID uuid : logicalSwitch.get().references("ports")) {
            Optional<Row> port =
                    client.replica()
                            .row(NorthboundSchema.SWITCH_PORT, uuid)
                            .filter(row -> row.string("type").equals("localport"));
            if (port.isPresent()) {
                List<String> addresses = new ArrayList<>();
                for (String address : PortRows.intendedAddresses(port.get())) {
                    subnets.stream()
                            .filter(subnet -> subnet.cidr().contains(address))
                            .findFirst()
                            .ifPresent(subnet ->
                                    addresses.add(address + "/" + subnet.cidr().prefix()));
                }
                String mac = port.get().string("addresses").split(" ")[0];
                return Optional.of(
                        new MetadataPort(
                                UUID.fromString(port.get().string("name")), mac, addresses));
            }
        }
        return Optional.empty();
    }

    /** Tells of every port of ours that comes up or goes down, on the client's reader thread. */
    public void onPortStatus(BiConsumer<UUID, Boolean> listener) {
        client.onRowChange((table, before, after) -> {
            if (!table.equals(NorthboundSchema.SWITCH_PORT) || after == null) {
                return;
            }
            boolean was = before != null && before.truth("up").orElse(false);
            boolean is = after.truth("up").orElse(false);
            Optional<String> key = after.entry("external_ids", NorthboundSchema.KEY);
            boolean device = after.string("type").isEmpty();
            if (was != is && device && key.isPresent()) {
                listener.accept(UUID.fromString(after.string("name")), is);
            }
        });
    }

    /** One thing that OVN refuses must not keep the others from being realised. */
    private static int attempt(String what, IntSupplier put) {
        try {
            return put.getAsInt();
        } catch (OvsdbException e) {
            if (e.reason() == OvsdbException.Reason.AWAY) {
                throw e;
            }
            log.error("{} cannot be realised: {}", what, e.getMessage());
            return 0;
        } catch (IllegalArgumentException e) {
            log.error("{} cannot be realised", what, e);
            return 0;
        }
    }

    private synchronized int change(String owner, Consumer<Change> content) {
        client.awaitReady(PATIENCE);
        Change change = new Change(client.replica(), owner);
        content.accept(change);
        if (!change.transaction().isEmpty()) {
            client.transact(change.transaction());
        }
        return change.size();
    }

    private int removeOwner(String owner) {
        return change(owner, Change::removeUnwanted);
    }

    private Set<String> owners() {
        Set<String> owners = new HashSet<>();
        for (String table : NorthboundSchema.TABLES) {
            for (Row row : client.replica().rows(table)) {
                row.entry("external_ids", NorthboundSchema.OWNER).ifPresent(owners::add);
            }
        }
        return owners;
    }

    private Optional<Row> row(String table, String key) {
        return client.replica().tagged(table, NorthboundSchema.KEY, key).stream().findFirst();
    }
}
