package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.COMPUTE_NODE;
import static org.monostack.compute.jooq.Tables.COMPUTE_SERVICE;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.jooq.tables.records.ComputeNodeRecord;
import org.monostack.compute.jooq.tables.records.ComputeServiceRecord;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.spi.HostCapacity;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The rows of hosts: their services and what their hypervisors have. Stateless. */
public final class HostStore {

    public List<ComputeService> services(Transaction tx) {
        return tx.sql()
                .selectFrom(COMPUTE_SERVICE)
                .orderBy(COMPUTE_SERVICE.NUMBER)
                .fetch(HostStore::service);
    }

    public Optional<ComputeService> service(Transaction tx, String host, String program) {
        return tx.sql()
                .selectFrom(COMPUTE_SERVICE)
                .where(COMPUTE_SERVICE.HOST.eq(host), COMPUTE_SERVICE.PROGRAM.eq(program))
                .fetchOptional(HostStore::service);
    }

    public Optional<ComputeService> service(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(COMPUTE_SERVICE)
                .where(COMPUTE_SERVICE.ID.eq(id.toString()))
                .fetchOptional(HostStore::service);
    }

    public Optional<ComputeService> service(Transaction tx, long number) {
        return tx.sql()
                .selectFrom(COMPUTE_SERVICE)
                .where(COMPUTE_SERVICE.NUMBER.eq(number))
                .fetchOptional(HostStore::service);
    }

    /** Says that a program on a host is alive, and makes its row if it has none. */
    public void report(Transaction tx, String host, String program, String zone) {
        var now = Rows.now();
        int known =
                tx.sql()
                        .update(COMPUTE_SERVICE)
                        .set(COMPUTE_SERVICE.SEEN_AT, now)
                        .where(COMPUTE_SERVICE.HOST.eq(host), COMPUTE_SERVICE.PROGRAM.eq(program))
                        .execute();
        if (known == 0) {
            tx.sql()
                    .insertInto(COMPUTE_SERVICE)
                    .set(COMPUTE_SERVICE.ID, UUID.randomUUID().toString())
                    .set(COMPUTE_SERVICE.HOST, host)
                    .set(COMPUTE_SERVICE.PROGRAM, program)
                    .set(COMPUTE_SERVICE.ZONE, zone)
                    .set(COMPUTE_SERVICE.DISABLED, false)
                    .set(COMPUTE_SERVICE.FORCED_DOWN, false)
                    .set(COMPUTE_SERVICE.SEEN_AT, now)
                    .set(COMPUTE_SERVICE.CREATED_AT, now)
                    .set(COMPUTE_SERVICE.UPDATED_AT, now)
                    .set(COMPUTE_SERVICE.REVISION, 0L)
                    .onDuplicateKeyIgnore()
                    .execute();
        }
    }

    public void disable(Transaction tx, long number, boolean disabled, Optional<String> reason) {
        tx.sql()
                .update(COMPUTE_SERVICE)
                .set(COMPUTE_SERVICE.DISABLED, disabled)
                .set(COMPUTE_SERVICE.DISABLED_REASON, reason.orElse(null))
                .set(COMPUTE_SERVICE.UPDATED_AT, Rows.now())
                .set(COMPUTE_SERVICE.REVISION, COMPUTE_SERVICE.REVISION.plus(1))
                .where(COMPUTE_SERVICE.NUMBER.eq(number))
                .execute();
    }

    public void forceDown(Transaction tx, long number, boolean down) {
        tx.sql()
                .update(COMPUTE_SERVICE)
                .set(COMPUTE_SERVICE.FORCED_DOWN, down)
                .set(COMPUTE_SERVICE.UPDATED_AT, Rows.now())
                .set(COMPUTE_SERVICE.REVISION, COMPUTE_SERVICE.REVISION.plus(1))
                .where(COMPUTE_SERVICE.NUMBER.eq(number))
                .execute();
    }

    public void deleteService(Transaction tx, long number) {
        tx.sql().deleteFrom(COMPUTE_SERVICE).where(COMPUTE_SERVICE.NUMBER.eq(number)).execute();
    }

    public List<ComputeNode> nodes(Transaction tx) {
        return tx.sql()
                .selectFrom(COMPUTE_NODE)
                .orderBy(COMPUTE_NODE.NUMBER)
                .fetch(HostStore::node);
    }

    public Optional<ComputeNode> node(Transaction tx, String host) {
        return tx.sql()
                .selectFrom(COMPUTE_NODE)
                .where(COMPUTE_NODE.HOST.eq(host))
                .fetchOptional(HostStore::node);
    }

    /** Records what a host has, at each start of its hypervisor driver. */
    public ComputeNode register(Transaction tx, HostCapacity capacity) {
        var now = Rows.now();
        tx.sql()
                .insertInto(COMPUTE_NODE)
                .set(COMPUTE_NODE.ID, UUID.randomUUID().toString())
                .set(COMPUTE_NODE.HOST, capacity.hostname())
                .set(COMPUTE_NODE.HYPERVISOR_TYPE, capacity.hypervisorType())
                .set(COMPUTE_NODE.HYPERVISOR_VERSION, capacity.hypervisorVersion())
                .set(COMPUTE_NODE.ARCHITECTURE, capacity.architecture())
                .set(COMPUTE_NODE.CPU_INFO, capacity.cpuInfoJson())
                .set(COMPUTE_NODE.VCPUS, capacity.vcpus())
                .set(COMPUTE_NODE.MEMORY_MB, capacity.memoryMb())
                .set(COMPUTE_NODE.DISK_GB, capacity.diskGb())
                .set(COMPUTE_NODE.HOST_IP, capacity.hostIp())
                .set(COMPUTE_NODE.BOOTED_AT, now)
                .set(COMPUTE_NODE.CREATED_AT, now)
                .set(COMPUTE_NODE.UPDATED_AT, now)
                .set(COMPUTE_NODE.REVISION, 0L)
                .onDuplicateKeyUpdate()
                .set(COMPUTE_NODE.HYPERVISOR_TYPE, capacity.hypervisorType())
                .set(COMPUTE_NODE.HYPERVISOR_VERSION, capacity.hypervisorVersion())
                .set(COMPUTE_NODE.ARCHITECTURE, capacity.architecture())
                .set(COMPUTE_NODE.CPU_INFO, capacity.cpuInfoJson())
                .set(COMPUTE_NODE.VCPUS, capacity.vcpus())
                .set(COMPUTE_NODE.MEMORY_MB, capacity.memoryMb())
                .set(COMPUTE_NODE.DISK_GB, capacity.diskGb())
                .set(COMPUTE_NODE.HOST_IP, capacity.hostIp())
                .set(COMPUTE_NODE.BOOTED_AT, now)
                .set(COMPUTE_NODE.UPDATED_AT, now)
                .set(COMPUTE_NODE.REVISION, COMPUTE_NODE.REVISION.plus(1))
                .execute();
        return node(tx, capacity.hostname()).orElseThrow();
    }

    /** The generation of guests that this host's servers were last settled in; empty at first. */
    public String guestGeneration(Transaction tx, String host) {
        return tx.sql()
                .select(COMPUTE_NODE.GUEST_GENERATION)
                .from(COMPUTE_NODE)
                .where(COMPUTE_NODE.HOST.eq(host))
                .fetchOptional(COMPUTE_NODE.GUEST_GENERATION)
                .orElse("");
    }

    public void guestGeneration(Transaction tx, String host, String generation) {
        tx.sql()
                .update(COMPUTE_NODE)
                .set(COMPUTE_NODE.GUEST_GENERATION, generation)
                .where(COMPUTE_NODE.HOST.eq(host))
                .execute();
    }

    private static ComputeService service(ComputeServiceRecord row) {
        return new ComputeService(
                row.getNumber(),
                UUID.fromString(row.getId()),
                row.getHost(),
                row.getProgram(),
                row.getDisabled(),
                Optional.ofNullable(row.getDisabledReason()),
                row.getForcedDown(),
                Times.fromDb(row.getSeenAt()));
    }

    private static ComputeNode node(ComputeNodeRecord row) {
        return new ComputeNode(
                row.getNumber(),
                UUID.fromString(row.getId()),
                row.getHost(),
                row.getHypervisorType(),
                row.getHypervisorVersion(),
                row.getArchitecture(),
                row.getCpuInfo(),
                row.getVcpus(),
                row.getMemoryMb(),
                row.getDiskGb(),
                row.getHostIp(),
                Times.fromDb(row.getBootedAt()));
    }
}
