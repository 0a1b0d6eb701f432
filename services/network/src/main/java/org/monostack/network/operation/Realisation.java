package org.monostack.network.operation;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.PORT;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.PendingChangeRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Rows;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the data plane follow the tables. One virtual thread takes what {@link Changes} holds,
 * reads the resource's newest state, and gives it to the driver as a whole. It is woken by commits,
 * and looks by itself now and then, since a hint may be lost. At start and in long intervals
 * everything is compared.
 *
 * <p>Durable: the rows of pending changes. Nothing else is kept; what this class knows may be lost
 * at any instant. Two writers of the same intent could finish in the wrong order, so a resource is
 * read and given to the driver under its lock.
 */
public final class Realisation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Realisation.class);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final int BATCH = 100;

    /** So many ports are read and shown together; more would make a server's start wait. */
    private static final int PORTS_TOGETHER = 16;

    private final Database database;
    private final NetworkDriver driver;
    private final Changes changes;
    private final Intents intents;
    private final NetworkConfig config;
    private final Threads threads;
    private final ResourceLocks locks;
    private final Threads.Bell wake;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile Optional<Threads.Task> worker = Optional.empty();

    public Realisation(
            Database database,
            NetworkDriver driver,
            Changes changes,
            Intents intents,
            NetworkConfig config,
            Threads threads) {
        this.threads = threads;
        this.locks = new ResourceLocks(threads);
        this.wake = threads.bell();
        this.database = database;
        this.driver = driver;
        this.changes = changes;
        this.intents = intents;
        this.config = config;
    }

    /** Compares everything once, then follows changes until {@link #close}. */
    public void start() {
        if (!running.compareAndSet(false, true)) {
            return;
        }
        changes.onCommit(wake::ring);
        driver.onPortStatus(this::portChanged);
        worker = Optional.of(threads.work("network-realisation", this::run));
    }

    /** What the data plane has otherwise than the tables; changes nothing. */
    public List<String> differences() {
        try (ResourceLocks.Held held = locks.holdAll()) {
            return driver.differences(database.reading(intents::all));
        }
    }

    /** Compares everything now and puts it right. Whether that succeeded. */
    public boolean synchroniseNow() {
        return synchronise();
    }

    private void run() {
        Instant synchronised = Instant.EPOCH;
        while (running.get()) {
            try {
                if (Times.now().isAfter(synchronised.plus(config.synchroniseEvery()))
                        && synchronise()) {
                    synchronised = Times.now();
                }
                while (running.get() && followOnce() == BATCH) {
                    LOG.debug("more changes than one batch");
                }
            } catch (RuntimeException e) {
                LOG.warn("following network changes: {}", e.toString());
            }
            await();
        }
    }

    private void await() {
        try {
            wake.await(POLL);
        } catch (InterruptedException e) {
            running.set(false);
        }
    }

    /** Whether it succeeded. */
    private boolean synchronise() {
        try (ResourceLocks.Held held = locks.holdAll()) {
            var topology = database.reading(intents::all);
            int repaired = driver.synchronise(topology);
            if (repaired > 0) {
                LOG.info("data plane: {} rows set right", repaired);
            }
            settleAll();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("comparing the data plane failed, will be repeated: {}", e.toString());
            return false;
        }
    }

    /** Takes up what is due now; gives how many changes that were. */
    public int followOnce() {
        List<PendingChangeRecord> due = database.reading(tx -> changes.due(tx, BATCH));
        groups(due).forEach(this::follow);
        return due.size();
    }

    /** Ports that follow each other are done together, everything else one by one, in order. */
    private static List<List<PendingChangeRecord>> groups(List<PendingChangeRecord> due) {
        List<List<PendingChangeRecord>> groups = new ArrayList<>();
        for (PendingChangeRecord change : due) {
            boolean joins =
                    isPort(change)
                            && !groups.isEmpty()
                            && isPort(groups.getLast().getFirst())
                            && groups.getLast().size() < PORTS_TOGETHER;
            if (!joins) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(change);
        }
        return groups;
    }

    private static boolean isPort(PendingChangeRecord change) {
        return change.getKind().equals(IntentKind.PORT.name());
    }

    private void follow(List<PendingChangeRecord> group) {
        List<String> ids = group.stream().map(PendingChangeRecord::getResourceId).toList();
        try (ResourceLocks.Held held = locks.hold(ids)) {
            if (isPort(group.getFirst())) {
                followPorts(group, ids);
            } else {
                followOne(group.getFirst());
            }
        } catch (RuntimeException e) {
            group.forEach(change -> putOff(change, e));
        }
    }

    private void followPorts(List<PendingChangeRecord> group, List<String> ids) {
        Map<String, PortIntent> found = database.reading(tx -> intents.ports(tx, ids));
        List<PendingChangeRecord> realised = new ArrayList<>();
        for (PendingChangeRecord change : group) {
            try {
                Optional.ofNullable(found.get(change.getResourceId()))
                        .ifPresentOrElse(
                                driver::put, () -> remove(IntentKind.PORT, change.getResourceId()));
                realised.add(change);
            } catch (RuntimeException e) {
                putOff(change, e);
            }
        }
        Set<String> newest = database.inTransaction(tx -> changes.done(tx, realised));
        if (!newest.isEmpty()) {
            settlePorts(newest);
        }
    }

    private void followOne(PendingChangeRecord change) {
        IntentKind kind = IntentKind.valueOf(change.getKind());
        String id = change.getResourceId();
        realise(kind, id);
        database.run(tx -> {
            if (!changes.done(tx, List.of(change)).isEmpty() && kind == IntentKind.ROUTER) {
                settleRouter(tx, id);
            }
        });
    }

    private void putOff(PendingChangeRecord change, RuntimeException e) {
        LOG.warn(
                "{} {} not realised, will be repeated: {}",
                change.getKind(),
                change.getResourceId(),
                e.toString());
        database.run(tx -> changes.failed(tx, change, e.toString()));
    }

    private void realise(IntentKind kind, String id) {
        switch (kind) {
            case NETWORK ->
                    database.reading(tx -> intents.network(tx, id))
                            .ifPresentOrElse(driver::put, () -> remove(kind, id));
            case PORT ->
                    database.reading(tx -> intents.port(tx, id))
                            .ifPresentOrElse(driver::put, () -> remove(kind, id));
            case ROUTER ->
                    database.reading(tx -> intents.router(tx, id))
                            .ifPresentOrElse(driver::put, () -> remove(kind, id));
            case SECURITY_GROUP ->
                    database.reading(tx -> intents.securityGroup(tx, id))
                            .ifPresentOrElse(driver::put, () -> remove(kind, id));
        }
    }

    private void remove(IntentKind kind, String id) {
        driver.remove(kind, UUID.fromString(id));
    }

    /** Shows in the API that a router with all that belongs to it is realised. */
    private static void settleRouter(Transaction tx, String router) {
        tx.sql()
                .selectFrom(PORT)
                .where(
                        PORT.DEVICE_ID.eq(router),
                        PORT.DEVICE_OWNER.in(Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY))
                .forUpdate()
                .fetch()
                .forEach(port -> status(port, port.getAdminStateUp()));
        for (FloatingIpRecord ip :
                tx.sql()
                        .selectFrom(FLOATING_IP)
                        .where(FLOATING_IP.ROUTER_ID.eq(router), FLOATING_IP.STATUS.ne("ACTIVE"))
                        .forUpdate()
                        .fetch()) {
            ip.setStatus("ACTIVE");
            Rows.touch(ip);
            ip.update();
        }
    }

    /**
     * Shows in the API whether the driver serves these ports. The driver may tell of a change at
     * the same moment, so what was written is compared once more with the truth.
     */
    private void settlePorts(Set<String> ids) {
        Set<String> up;
        do {
            Set<String> now = up(ids);
            up = now;
            database.run(tx -> show(tx, ids, now));
        } while (!up(ids).equals(up));
    }

    private Set<String> up(Set<String> ids) {
        return ids.stream()
                .filter(id -> driver.isUp(UUID.fromString(id)))
                .collect(Collectors.toSet());
    }

    private static void show(Transaction tx, Set<String> ids, Set<String> up) {
        tx.sql()
                .selectFrom(PORT)
                .where(PORT.ID.in(ids))
                .forUpdate()
                .fetch()
                .forEach(port -> status(port, serves(port, up.contains(port.getId()))));
    }

    /** Looks at every port that carries a device, and writes only where the status is wrong. */
    private void settleAll() {
        for (PortRecord port :
                database.reading(tx ->
                        tx.sql()
                                .selectFrom(PORT)
                                .where(
                                        PORT.DEVICE_OWNER.notIn(
                                                Ports.FLOATING,
                                                Ports.ROUTER_INTERFACE,
                                                Ports.ROUTER_GATEWAY))
                                .fetch())) {
            boolean up = driver.isUp(UUID.fromString(port.getId()));
            if (serves(port, up) != port.getStatus().equals("ACTIVE")) {
                settlePorts(Set.of(port.getId()));
            }
        }
    }

    private static boolean serves(PortRecord port, boolean up) {
        // Whoever realises a metadata port serves it, too.
        return port.getDeviceOwner().equals(Ports.METADATA) || up && port.getAdminStateUp();
    }

    private static void status(PortRecord port, boolean up) {
        String status = up ? "ACTIVE" : "DOWN";
        if (!port.getStatus().equals(status)) {
            port.setStatus(status);
            Rows.touch(port);
            port.update();
        }
    }

    private void portChanged(UUID id, boolean up) {
        Set<String> one = Set.of(id.toString());
        database.run(tx -> {
            if (up) {
                changes.plugged(tx, one);
            }
            show(tx, one, up ? one : Set.of());
        });
    }

    /**
     * Connects a port to this host, after making sure that the driver knows its newest state.
     *
     * @return the tap device's name
     */
    public String plug(UUID port) {
        String id = port.toString();
        List<PendingChangeRecord> below = List.of();
        do {
            for (PendingChangeRecord each : below) {
                try (ResourceLocks.Held held = locks.hold(List.of(each.getResourceId()))) {
                    realise(IntentKind.valueOf(each.getKind()), each.getResourceId());
                }
            }
            try (ResourceLocks.Held held = locks.hold(List.of(id))) {
                Standing standing = database.reading(tx -> standing(tx, id));
                if (below.isEmpty() && !standing.pending().isEmpty()) {
                    below = standing.pending();
                    continue;
                }
                driver.put(standing.port());
                return driver.plug(standing.port());
            }
        } while (true);
    }

    /** A port, with what it stands on that may be as new as itself and wait in the same queue. */
    private record Standing(PortIntent port, List<PendingChangeRecord> pending) {}

    private Standing standing(Transaction tx, String id) {
        PortIntent port =
                intents.port(tx, id)
                        .orElseThrow(() -> new IllegalStateException("port " + id + " is gone"));
        List<String> ids = new ArrayList<>();
        port.securityGroups().forEach(group -> ids.add(group.toString()));
        ids.add(port.network().toString());
        return new Standing(port, changes.pending(tx, ids));
    }

    /** Takes a port's device from this host. */
    public void unplug(UUID port) {
        driver.unplug(port);
    }

    /** The ports that have a device on this host. */
    public Set<UUID> plugged() {
        return driver.plugged();
    }

    public boolean isUp(UUID port) {
        return driver.isUp(port);
    }

    @Override
    public void close() {
        running.set(false);
        wake.ring();
        worker.ifPresent(task -> {
            try {
                task.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
