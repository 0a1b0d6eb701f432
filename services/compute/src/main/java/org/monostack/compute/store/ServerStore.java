package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.ServerRecord;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;

/** The rows of servers. A deleted server keeps its row, marked so. Stateless. */
public final class ServerStore {

    /** Inserts servers with one round trip per batch; the database numbers them. */
    public void insert(Transaction tx, Collection<Server> servers) {
        List<ServerRecord> rows = servers.stream().map(ServerStore::row).toList();
        if (rows.size() == 1) {
            tx.sql().insertInto(SERVER).set(rows.getFirst()).execute();
        } else {
            tx.sql().batchInsert(rows).execute();
        }
    }

    /** A server that is not deleted. */
    public Optional<Server> find(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(SERVER)
                .where(SERVER.ID.eq(id.toString()), SERVER.DELETED.isFalse())
                .fetchOptional(ServerStore::server);
    }

    /** A server, deleted or not. */
    public Optional<Server> findAny(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(SERVER)
                .where(SERVER.ID.eq(id.toString()))
                .fetchOptional(ServerStore::server);
    }

    /** A server that is not deleted, locked until the transaction ends. */
    public Optional<Server> lock(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(SERVER)
                .where(SERVER.ID.eq(id.toString()), SERVER.DELETED.isFalse())
                .forUpdate()
                .fetchOptional(ServerStore::server);
    }

    public void change(Transaction tx, UUID id, ServerChange change) {
        change(tx, change, SERVER.ID.eq(id.toString()));
    }

    /** Changes a server, unless whoever works on it should give up. */
    public void changeUnlessCancelled(Transaction tx, UUID id, ServerChange change) {
        change(
                tx,
                change,
                SERVER.ID
                        .eq(id.toString())
                        .and(SERVER.CANCEL.isFalse())
                        .and(SERVER.DELETED.isFalse()));
    }

    private static void change(Transaction tx, ServerChange change, Condition which) {
        tx.sql()
                .update(SERVER)
                .set(change.values())
                .set(SERVER.UPDATED_AT, Rows.now())
                .set(SERVER.REVISION, SERVER.REVISION.plus(1))
                .where(which)
                .execute();
    }

    /** The change and the end of the server's task, which stays if a deletion has taken it over. */
    public void settle(Transaction tx, UUID id, ServerChange change) {
        lock(tx, id)
                .ifPresent(server ->
                        change(tx, id, server.state().cancel() ? change : change.noTask()));
    }

    /** Whether whoever works on this server should give up, since it shall be deleted. */
    public boolean cancelled(Transaction tx, UUID id) {
        return tx.sql()
                .fetchExists(
                        DSL.selectOne()
                                .from(SERVER)
                                .where(
                                        SERVER.ID.eq(id.toString()),
                                        SERVER.CANCEL.isTrue().or(SERVER.DELETED.isTrue())));
    }

    public List<Server> list(Transaction tx, ServerQuery query) {
        return query.select(tx.sql()).fetch(ServerStore::server);
    }

    /** All servers that are not deleted. */
    public List<Server> existing(Transaction tx) {
        return tx.sql()
                .selectFrom(SERVER)
                .where(SERVER.DELETED.isFalse())
                .fetch(ServerStore::server);
    }

    /** Servers whose columns, by which quota use is counted, say otherwise than their flavor. */
    public List<Server> miscounted(Transaction tx) {
        return tx.sql().selectFrom(SERVER).where(SERVER.DELETED.isFalse()).fetch().stream()
                .filter(row -> {
                    Flavor flavor = Snapshots.flavor(row.getFlavor());
                    return row.getVcpus() != flavor.vcpus()
                            || row.getMemoryMb() != flavor.memoryMb();
                })
                .map(ServerStore::server)
                .toList();
    }

    /** All servers on a host that are not deleted. */
    public List<Server> onHost(Transaction tx, String host) {
        return tx.sql()
                .selectFrom(SERVER)
                .where(SERVER.DELETED.isFalse(), SERVER.HOST.eq(host))
                .orderBy(SERVER.NUMBER)
                .fetch(ServerStore::server);
    }

    /** How many servers each host runs. */
    public Map<String, Integer> countByHost(Transaction tx) {
        return tx.sql()
                .select(SERVER.HOST, DSL.count())
                .from(SERVER)
                .where(SERVER.DELETED.isFalse(), SERVER.HOST.isNotNull())
                .groupBy(SERVER.HOST)
                .fetchMap(SERVER.HOST, DSL.count());
    }

    /** Ids of the members of a group, in the order of their making. */
    public List<UUID> members(Transaction tx, UUID group) {
        return tx.sql()
                .select(SERVER.ID)
                .from(SERVER)
                .where(SERVER.GROUP_ID.eq(group.toString()), SERVER.DELETED.isFalse())
                .orderBy(SERVER.NUMBER)
                .fetch(row -> UUID.fromString(row.value1()));
    }

    /** Members per host of a group. */
    public Map<String, Integer> membersByHost(Transaction tx, UUID group) {
        return tx.sql()
                .select(SERVER.HOST, DSL.count())
                .from(SERVER)
                .where(
                        SERVER.GROUP_ID.eq(group.toString()),
                        SERVER.DELETED.isFalse(),
                        SERVER.HOST.isNotNull())
                .groupBy(SERVER.HOST)
                .fetchMap(SERVER.HOST, DSL.count());
    }

    /** What a project (or one user in it) uses now. */
    public Use use(Transaction tx, String project, Optional<String> user) {
        var row =
                tx.sql()
                        .select(
                                DSL.count(),
                                DSL.coalesce(DSL.sum(SERVER.VCPUS), DSL.inline(0)),
                                DSL.coalesce(DSL.sum(SERVER.MEMORY_MB), DSL.inline(0)))
                        .from(SERVER)
                        .where(SERVER.PROJECT_ID.eq(project), SERVER.DELETED.isFalse())
                        .and(user.map(SERVER.USER_ID::eq).orElse(DSL.noCondition()))
                        .fetchSingle();
        return new Use(row.value1(), row.value2().longValue(), row.value3().longValue());
    }

    public record Use(long instances, long cores, long ramMb) {}

    /** Servers that existed at some time of a period, deleted ones too; for usage reports. */
    public List<Server> aliveBetween(
            Transaction tx,
            Optional<String> project,
            java.time.Instant start,
            java.time.Instant end) {
        return tx.sql()
                .selectFrom(SERVER)
                .where(
                        SERVER.CREATED_AT.lt(Times.toDb(end)),
                        SERVER.TERMINATED_AT
                                .isNull()
                                .or(SERVER.TERMINATED_AT.ge(Times.toDb(start))),
                        SERVER.DELETED.isFalse().or(SERVER.TERMINATED_AT.isNotNull()))
                .and(project.map(SERVER.PROJECT_ID::eq).orElse(DSL.noCondition()))
                .orderBy(SERVER.NUMBER)
                .fetch(ServerStore::server);
    }

    private static ServerRecord row(Server server) {
        ServerRecord row = new ServerRecord();
        Server.Wish wish = server.wish();
        Server.State state = server.state();
        row.setId(server.id().toString());
        row.setProjectId(server.projectId());
        row.setUserId(server.userId());
        row.setName(wish.name());
        row.setDescription(wish.description().orElse(null));
        row.setHostname(wish.hostname());
        row.setReservationId(wish.reservationId());
        row.setLaunchIndex(wish.launchIndex());
        row.setFlavorId(server.flavor().id());
        row.setVcpus(server.flavor().vcpus());
        row.setMemoryMb(server.flavor().memoryMb());
        row.setFlavor(Json.write(server.flavor()));
        row.setImageId(server.image().id());
        row.setImage(Json.write(server.image()));
        row.setKeyName(wish.key().map(Server.KeyRef::name).orElse(null));
        row.setKeyType(wish.key().map(Server.KeyRef::type).orElse(null));
        row.setKeyPublic(wish.key().map(Server.KeyRef::publicKey).orElse(null));
        row.setUserData(wish.userData().orElse(null));
        row.setConfigDrive(wish.configDrive());
        row.setPersonality(Rows.json(wish.personality()));
        row.setMetadata(Rows.json(server.metadata()));
        row.setTags(Rows.json(server.tags()));
        row.setAvailabilityZone(wish.availabilityZone().orElse(null));
        row.setSchedulerHints(wish.hints());
        row.setGroupId(wish.group().map(UUID::toString).orElse(null));
        row.setHost(state.host().orElse(null));
        row.setLockedBy(state.lockedBy().orElse(null));
        row.setLockedReason(state.lockedReason().orElse(null));
        row.setVmState(state.vm().text());
        row.setTaskState(server.taskText());
        row.setPowerState(state.power());
        row.setProgress(state.progress());
        row.setAccessIpv4(wish.accessIpv4());
        row.setAccessIpv6(wish.accessIpv6());
        row.setDiskConfig(wish.diskConfig());
        row.setCancel(state.cancel());
        state.fault()
                .ifPresent(fault -> {
                    row.setFaultCode(fault.code());
                    row.setFaultMessage(fault.message());
                    row.setFaultDetails(fault.details().orElse(null));
                    row.setFaultAt(Times.toDb(fault.at()));
                });
        row.setDeleted(state.deleted());
        row.setCreatedAt(Times.toDb(server.createdAt()));
        row.setUpdatedAt(Times.toDb(server.updatedAt()));
        row.setRevision(server.revision());
        return row;
    }

    static Server server(ServerRecord row) {
        return new Server(
                UUID.fromString(row.getId()),
                row.getNumber(),
                row.getProjectId(),
                row.getUserId(),
                wish(row),
                state(row),
                Snapshots.flavor(row.getFlavor()),
                Optional.ofNullable(row.getOldFlavor()).map(Snapshots::flavor),
                Snapshots.image(row.getImage()),
                new TreeMap<>(Rows.map(row.getMetadata())),
                new ArrayList<>(Rows.list(row.getTags())),
                Times.fromDb(row.getCreatedAt()),
                Times.fromDb(row.getUpdatedAt()),
                row.getRevision());
    }

    private static Server.Wish wish(ServerRecord row) {
        return new Server.Wish(
                row.getName(),
                Optional.ofNullable(row.getDescription()),
                row.getHostname(),
                row.getReservationId(),
                row.getLaunchIndex(),
                Optional.ofNullable(row.getKeyName())
                        .map(name -> new Server.KeyRef(name, row.getKeyType(), row.getKeyPublic())),
                Optional.ofNullable(row.getUserData()),
                row.getConfigDrive(),
                Rows.map(row.getPersonality()),
                Optional.ofNullable(row.getAvailabilityZone()),
                row.getSchedulerHints(),
                Rows.uuid(row.getGroupId()),
                row.getAccessIpv4(),
                row.getAccessIpv6(),
                row.getDiskConfig());
    }

    private static Server.State state(ServerRecord row) {
        return new Server.State(
                VmState.of(row.getVmState()),
                Optional.ofNullable(row.getTaskState()).map(TaskState::of),
                row.getPowerState(),
                row.getProgress(),
                Optional.ofNullable(row.getHost()),
                Optional.ofNullable(row.getLockedBy()),
                Optional.ofNullable(row.getLockedReason()),
                row.getCancel(),
                Optional.ofNullable(row.getFaultCode())
                        .map(code ->
                                new Server.Fault(
                                        code,
                                        row.getFaultMessage(),
                                        Optional.ofNullable(row.getFaultDetails()),
                                        Times.fromDb(row.getFaultAt()))),
                Rows.instant(row.getLaunchedAt()),
                Rows.instant(row.getTerminatedAt()),
                row.getDeleted());
    }
}
