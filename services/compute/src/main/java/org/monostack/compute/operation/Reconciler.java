package org.monostack.compute.operation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.ComputeConfig;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.ServerAction;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.spi.HostCapacity;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.compute.store.ServerChange;
import org.monostack.placement.Inventory;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.operation.Threads;
import org.monostack.platform.telemetry.Notes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one host true to the database: registers it, reports that it is alive, and compares what
 * should run with what runs. Never touches a server that an operation works on, and repairs through
 * ordinary operations. Owns one platform thread between start and close; power events only wake it.
 */
public final class Reconciler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final Engines engines;
    private final Operations operations;
    private final ServerOperations kinds;
    private final ComputeConfig config;
    private final Threads threads;
    private final Threads.Bell wake;
    private volatile boolean closing;
    private volatile Optional<Threads.Task> thread = Optional.empty();

    public Reconciler(
            Engines engines, Operations operations, ServerOperations kinds, Threads threads) {
        this.threads = threads;
        this.wake = threads.bell();
        this.engines = engines;
        this.operations = operations;
        this.kinds = kinds;
        this.config = engines.config();
    }

    /** Registers the host, looks once, and goes on looking in the background. */
    public void start() {
        register();
        engines.hypervisor().onPowerChange(machine -> wake.ring());
        reconcileQuietly();
        thread = Optional.of(threads.loop("reconciler", this::loop));
    }

    /** Makes the host known to placement and to the lists of services and hypervisors. */
    public void register() {
        HostCapacity capacity = engines.hypervisor().capacity();
        engines.database()
                .run(tx -> {
                    var node = engines.stores().hosts().register(tx, capacity);
                    engines.placement().putProvider(tx, node.id(), node.host());
                    engines.placement().putInventory(tx, node.id(), inventory(capacity));
                    report(tx);
                });
    }

    private Map<String, Inventory> inventory(HostCapacity capacity) {
        long reserved = Math.min(config.reservedMemoryMb(), capacity.memoryMb() / 2);
        Map<String, Inventory> inventory = new HashMap<>();
        inventory.put("VCPU", Inventory.of(capacity.vcpus(), 0, config.cpuAllocationRatio()));
        inventory.put(
                "MEMORY_MB",
                Inventory.of(capacity.memoryMb(), reserved, config.ramAllocationRatio()));
        inventory.put("DISK_GB", Inventory.of(capacity.diskGb(), 0, config.diskAllocationRatio()));
        return inventory;
    }

    private void report(Transaction tx) {
        String host = config.host();
        engines.stores().hosts().report(tx, host, "nova-scheduler", "internal");
        engines.stores().hosts().report(tx, host, "nova-conductor", "internal");
        engines.stores().hosts().report(tx, host, ComputeService.COMPUTE, config.defaultZone());
    }

    private void loop() {
        while (!closing) {
            try {
                wake.await(config.reconcileEvery());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!closing) {
                reconcileQuietly();
            }
        }
    }

    private void reconcileQuietly() {
        try {
            engines.database().run(this::report);
            reconcile();
        } catch (RuntimeException e) {
            LOG.warn("cannot compare servers with machines: {}", e.toString());
        }
    }

    /**
     * One comparison. Guests that the host ended, as its generation tells, are started again; those
     * that ended themselves stay off.
     */
    public void reconcile() {
        String generation = engines.hypervisor().generation();
        boolean ended =
                !engines.database()
                        .reading(tx -> engines.stores().hosts().guestGeneration(tx, config.host()))
                        .equals(generation);
        settleAll(ended && config.resumeGuestsOnHostBoot());
        if (ended) {
            // Only now, so that a process that ends in between does not forget any server.
            engines.database()
                    .run(tx ->
                            engines.stores()
                                    .hosts()
                                    .guestGeneration(tx, config.host(), generation));
        }
    }

    private void settleAll(boolean resume) {
        // The host first: a server that appears in between is younger than this look.
        Set<UUID> here = new LinkedHashSet<>(engines.hypervisor().stored());
        Map<UUID, PowerState> machines = new LinkedHashMap<>();
        for (Hypervisor.Machine machine : engines.hypervisor().machines()) {
            machines.put(machine.server(), machine.state());
        }
        Map<UUID, Server> servers = new LinkedHashMap<>();
        engines.database()
                .reading(tx -> engines.stores().servers().onHost(tx, config.host()))
                .forEach(server -> servers.put(server.id(), server));
        here.addAll(machines.keySet());
        here.removeAll(servers.keySet());
        here.forEach(this::removeUnwanted);
        for (Server server : servers.values()) {
            if (server.state().task().isEmpty()) {
                settle(server.id(), Optional.ofNullable(machines.get(server.id())), resume);
            }
        }
    }

    /**
     * Removes a machine or files of no server, or of one that has no host; such as a process leaves
     * that stood still in the middle of making them, while another undid the work. A server's id is
     * never given again, so what is unwanted stays so. Returns whether it was.
     */
    public boolean removeUnwanted(UUID id) {
        boolean wanted =
                engines.database()
                        .inTransaction(tx ->
                                engines.stores()
                                                .servers()
                                                .find(tx, id)
                                                .flatMap(server -> server.state().host())
                                                .isPresent()
                                        || operations.busy(
                                                tx, ServerOperations.RESOURCE, id.toString()));
        if (!wanted) {
            LOG.warn("removing machine or files {}, which are no server's here", id);
            engines.hypervisor().destroy(id);
        }
        return !wanted;
    }

    private void settle(UUID id, Optional<PowerState> seen, boolean resume) {
        engines.database()
                .run(tx -> {
                    Optional<Server> locked = engines.stores().servers().lock(tx, id);
                    if (locked.isEmpty()
                            || locked.get().state().task().isPresent()
                            || operations.busy(tx, ServerOperations.RESOURCE, id.toString())) {
                        return;
                    }
                    settle(tx, locked.get(), seen, resume);
                });
    }

    private void settle(Transaction tx, Server server, Optional<PowerState> seen, boolean resume) {
        boolean down =
                seen.isEmpty() || seen.get() == PowerState.OFF || seen.get() == PowerState.CRASHED;
        switch (server.state().vm()) {
            case ACTIVE -> {
                if (!down) {
                    return;
                }
                if (resume) {
                    submit(tx, server, kinds.start(), TaskState.POWERING_ON, "start");
                } else {
                    LOG.info("server {} is down by itself", server.id());
                    note(tx, server.id(), Optional.empty(), "the machine is down by itself");
                    engines.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange()
                                            .vm(VmState.STOPPED)
                                            .power(PowerStates.SHUTDOWN));
                }
            }
            case PAUSED -> {
                // Memory is gone with the host, so there is nothing left to unpause.
                if (down) {
                    engines.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange()
                                            .vm(VmState.STOPPED)
                                            .power(PowerStates.SHUTDOWN));
                }
            }
            case STOPPED -> {
                if (seen.equals(Optional.of(PowerState.RUNNING))) {
                    submit(tx, server, kinds.stop(), TaskState.POWERING_OFF, "stop");
                }
            }
            default -> {
                // Errors, suspended and resized servers are for their users to settle.
            }
        }
    }

    /**
     * Ends what a server is said to be doing although nothing works on it. Returns whether there
     * was something to end.
     */
    public boolean settleAbandoned(UUID id) {
        return engines.database()
                .<Boolean>inTransaction(tx -> {
                    Optional<Server> locked = engines.stores().servers().lock(tx, id);
                    if (locked.isEmpty()
                            || operations.busy(tx, ServerOperations.RESOURCE, id.toString())) {
                        return false;
                    }
                    settleAbandoned(tx, locked.get());
                    return true;
                });
    }

    private void settleAbandoned(Transaction tx, Server server) {
        if (server.state().task().equals(Optional.of(TaskState.DELETING))) {
            submit(tx, server, kinds.delete(), TaskState.DELETING, "delete");
            return;
        }
        ServerChange change = new ServerChange().noTask();
        if (server.state().vm() == VmState.BUILDING) {
            change.vm(VmState.ERROR)
                    .fault(
                            500,
                            "The making of the server was cut off; delete it.",
                            Optional.empty());
        }
        note(tx, server.id(), Optional.empty(), "nothing worked on the server any more");
        engines.stores().servers().change(tx, server.id(), change);
    }

    private static void note(Transaction tx, UUID server, Optional<String> request, String text) {
        Notes.write(tx, ServerOperations.RESOURCE, server.toString(), request, "reconciler", text);
    }

    private void submit(
            Transaction tx,
            Server server,
            org.monostack.platform.operation.OperationKind<ServerJob> kind,
            TaskState task,
            String action) {
        LOG.info("server {} is not as it should be: {}", server.id(), action);
        String requestId = "req-" + UUID.randomUUID();
        note(
                tx,
                server.id(),
                Optional.of(requestId),
                "the machine is not as it should be: " + action);
        var now = Times.now();
        engines.stores().servers().change(tx, server.id(), new ServerChange().task(task));
        String operation =
                operations.submit(
                        tx,
                        kind,
                        ServerOperations.RESOURCE,
                        server.id().toString(),
                        new ServerJob(
                                server.id(),
                                requestId,
                                server.state().vm().text(),
                                now.toEpochMilli()),
                        requestId);
        engines.stores()
                .actions()
                .begin(
                        tx,
                        new ServerAction(
                                server.id(),
                                action,
                                requestId,
                                server.userId(),
                                server.projectId(),
                                Optional.of(operation),
                                Optional.empty(),
                                now,
                                Optional.empty(),
                                now));
    }

    @Override
    public void close() {
        closing = true;
        thread.ifPresent(Threads.Task::interrupt);
    }
}
