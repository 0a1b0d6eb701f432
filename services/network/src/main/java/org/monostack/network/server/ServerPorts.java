package org.monostack.network.server;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.PORT_SECURITY_GROUP;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.TableField;
import org.monostack.network.NetworkRequest;
import org.monostack.network.Networks;
import org.monostack.network.ServerLink;
import org.monostack.network.ServerPort;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRecord;
import org.monostack.network.operation.Realisation;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Rows;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.LocalClient;

/** What compute asks of networks, on the tables that the API works on too. Stateless. */
public final class ServerPorts implements Networks {
    /**
     * That compute itself attached the port. Users may write any server's id into device_id of
     * their ports, which must not give them that server's metadata.
     */
    private static final Condition ATTACHED =
            PORT.DEVICE_OWNER
                    .like(PortAllocation.OWNER_PREFIX + "%")
                    .and(PORT.ATTACHED_AT.isNotNull());

    private static final List<TableField<PortRecord, ?>> IN_ORDER =
            List.of(PORT.ATTACHED_AT, PORT.CREATED_AT, PORT.ID);

    private final Ports ports;
    private final PortAllocation allocation;
    private final Realisation realisation;
    private final ServerPortViews views;
    private final LocalClient api;

    public ServerPorts(
            Ports ports,
            PortAllocation allocation,
            Realisation realisation,
            ServerPortViews views,
            LocalClient api) {
        this.ports = ports;
        this.allocation = allocation;
        this.realisation = realisation;
        this.views = views;
        this.api = api;
    }

    @Override
    public List<UUID> allocate(
            Transaction tx,
            Caller caller,
            UUID server,
            List<NetworkRequest> requests,
            List<String> groupNames,
            Optional<String> host,
            String availabilityZone) {
        return allocation.allocate(
                tx, caller, server, requests, groupNames, host, availabilityZone);
    }

    @Override
    public void bind(Transaction tx, UUID server, Optional<String> host) {
        for (PortRecord port : rowsOf(tx, List.of(server), true)) {
            if (!port.getHostId().equals(host.orElse(""))) {
                port.setHostId(host.orElse(""));
                if (host.isEmpty()) {
                    port.setStatus("DOWN");
                }
                Rows.touch(port);
                ports.update(tx, port);
            }
        }
    }

    private static List<PortRecord> rowsOf(
            Transaction tx, Collection<UUID> servers, boolean forUpdate) {
        var select =
                tx.sql()
                        .selectFrom(PORT)
                        .where(
                                PORT.DEVICE_ID.in(servers.stream().map(UUID::toString).toList()),
                                ATTACHED)
                        .orderBy(IN_ORDER);
        return forUpdate ? select.forUpdate().fetch() : select.fetch();
    }

    @Override
    public List<ServerPort> ofServer(Transaction tx, UUID server) {
        return views.of(tx, rowsOf(tx, List.of(server), false));
    }

    @Override
    public Map<UUID, List<ServerPort>> ofServers(Transaction tx, Collection<UUID> servers) {
        if (servers.isEmpty()) {
            return Map.of();
        }
        List<PortRecord> rows = rowsOf(tx, servers, false);
        List<ServerPort> shown = views.of(tx, rows);
        Map<UUID, List<ServerPort>> byServer = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            byServer.computeIfAbsent(
                            UUID.fromString(rows.get(i).getDeviceId()), key -> new ArrayList<>())
                    .add(shown.get(i));
        }
        return byServer;
    }

    @Override
    public List<ServerLink> linksOf(Transaction tx, UUID server) {
        return tx.sql()
                .select(PORT.ID, PORT.MAC_ADDRESS, NETWORK_.MTU)
                .from(PORT)
                .join(NETWORK_)
                .on(NETWORK_.ID.eq(PORT.NETWORK_ID))
                .where(PORT.DEVICE_ID.eq(server.toString()), ATTACHED)
                .orderBy(IN_ORDER)
                .fetch(row ->
                        new ServerLink(UUID.fromString(row.value1()), row.value2(), row.value3()));
    }

    @Override
    public void release(Transaction tx, UUID server) {
        rowsOf(tx, List.of(server), true).forEach(port -> release(tx, port));
    }

    private void release(Transaction tx, PortRecord port) {
        if (port.getMadeForServer()) {
            ports.delete(tx, port);
            return;
        }
        port.setDeviceId("");
        port.setDeviceOwner("");
        port.setHostId("");
        port.setDeviceTag(null);
        port.setAttachedAt(null);
        port.setStatus("DOWN");
        Rows.touch(port);
        ports.update(tx, port);
    }

    @Override
    public void detach(Transaction tx, UUID server, UUID portId) {
        PortRecord port =
                rowsOf(tx, List.of(server), true).stream()
                        .filter(row -> row.getId().equals(portId.toString()))
                        .findFirst()
                        .orElseThrow(() ->
                                ApiException.notFound("Port " + portId + " could not be found.")
                                        .type("PortNotFound"));
        release(tx, port);
    }

    @Override
    public void addSecurityGroup(Transaction tx, Caller caller, UUID server, String nameOrId) {
        SecurityGroupRecord group =
                PortAllocation.group(tx, caller.requireProject(), nameOrId, 404);
        for (PortRecord port : rowsOf(tx, List.of(server), true)) {
            boolean addressed =
                    tx.sql().fetchExists(IP_ALLOCATION, IP_ALLOCATION.PORT_ID.eq(port.getId()));
            if (port.getPortSecurityEnabled() && addressed) {
                tx.sql()
                        .insertInto(PORT_SECURITY_GROUP)
                        .set(PORT_SECURITY_GROUP.PORT_ID, port.getId())
                        .set(PORT_SECURITY_GROUP.SECURITY_GROUP_ID, group.getId())
                        .onDuplicateKeyIgnore()
                        .execute();
                Rows.touch(port);
                ports.update(tx, port);
            }
        }
    }

    @Override
    public void removeSecurityGroup(Transaction tx, Caller caller, UUID server, String nameOrId) {
        SecurityGroupRecord group =
                PortAllocation.group(tx, caller.requireProject(), nameOrId, 404);
        boolean removed = false;
        for (PortRecord port : rowsOf(tx, List.of(server), true)) {
            int rows =
                    tx.sql()
                            .deleteFrom(PORT_SECURITY_GROUP)
                            .where(
                                    PORT_SECURITY_GROUP.PORT_ID.eq(port.getId()),
                                    PORT_SECURITY_GROUP.SECURITY_GROUP_ID.eq(group.getId()))
                            .execute();
            if (rows > 0) {
                removed = true;
                Rows.touch(port);
                ports.update(tx, port);
            }
        }
        if (!removed) {
            throw ApiException.notFound(
                            "Security group "
                                    + nameOrId
                                    + " not associated with the instance "
                                    + server)
                    .type("SecurityGroupNotFound");
        }
    }

    @Override
    public Optional<UUID> serverAt(Transaction tx, UUID network, String address) {
        return tx.sql()
                .select(PORT.DEVICE_ID)
                .from(PORT)
                .join(IP_ALLOCATION)
                .on(IP_ALLOCATION.PORT_ID.eq(PORT.ID))
                .where(
                        IP_ALLOCATION.ADDRESS.eq(address),
                        PORT.NETWORK_ID.eq(network.toString()),
                        ATTACHED)
                .fetchOptional(PORT.DEVICE_ID)
                .map(UUID::fromString);
    }

    @Override
    public Map<UUID, UUID> serverPorts(Transaction tx) {
        Map<UUID, UUID> owners = new HashMap<>();
        tx.sql()
                .select(PORT.ID, PORT.DEVICE_ID)
                .from(PORT)
                .where(ATTACHED)
                .forEach(row ->
                        owners.put(UUID.fromString(row.value1()), UUID.fromString(row.value2())));
        return owners;
    }

    @Override
    public String plug(UUID port) {
        return realisation.plug(port);
    }

    @Override
    public String device(UUID port) {
        return NetworkDriver.device(port);
    }

    @Override
    public void unplug(UUID port) {
        realisation.unplug(port);
    }

    @Override
    public Set<UUID> plugged() {
        return realisation.plugged();
    }

    @Override
    public boolean isUp(UUID port) {
        return realisation.isUp(port);
    }

    @Override
    public LocalClient api() {
        return api;
    }
}
