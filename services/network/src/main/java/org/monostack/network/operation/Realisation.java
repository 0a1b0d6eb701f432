package org.monostack.network.operation;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.PORT;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
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
 * at any instant. Calls to the driver are made one at a time, under a lock, because two writers of
 * the same intent could finish in the wrong order.
 */
public final class Realisation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Realisation.class);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final int BATCH = 100;

    private final Database database;
    private final NetworkDriver driver;
    private final Changes changes;
    private final Intents intents;
    private final NetworkConfig config;
    private final Threads threads;
    private final Lock driverLock;
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
        this.driverLock = threads.lock();
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
        driverLock.lock();
        try {
            return driver.differences(database.reading(intents::all));
        } finally {
            driverLock.unlock();
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
        driverLock.lock();
        try {
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
        } finally {
            driverLock.unlock();
        }
    }

    /** Takes up what is due now; gives how many changes that were. */
    public int followOnce() {
        List<PendingChangeRecord> due = database.reading(tx -> changes.due(tx, BATCH));
        due.forEach(this::follow);
        return due.size();
    }

    private void follow(PendingChangeRecord change) {
        IntentKind kind = IntentKind.valueOf(change.getKind());
        String id = change.getResourceId();
        // Held for one change only, so that a server's start need not wait for all the others.
        driverLock.lock();
        try {
            realise(kind, id);
            boolean settled =
                    database.inTransaction(tx -> {
                        boolean newest = changes.done(tx, change);
                        if (newest && kind == IntentKind.ROUTER) {
                            settleRouter(tx, id);
                        }
                        return newest;
                    });
            if (settled && kind == IntentKind.PORT) {
                settlePort(id);
            }
        } catch (RuntimeException e) {
            LOG.warn("{} {} not realised, will be repeated: {}", kind, id, e.toString());
            database.run(tx -> changes.failed(tx, change, e.toString()));
        } finally {
            driverLock.unlock();
        }
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
     * Shows in the API whether the driver serves a port. The driver may tell of a change at the
     * same moment, so what was written is compared once more with the truth.
     */
    private void settlePort(String id) {
        UUID port = UUID.fromString(id);
        boolean up;
        do {
            boolean now = driver.isUp(port);
            up = now;
            database.run(tx -> show(tx, id, now));
        } while (driver.isUp(port) != up);
    }

    private static void show(Transaction tx, String id, boolean up) {
        tx.sql()
                .selectFrom(PORT)
                .where(PORT.ID.eq(id))
                .forUpdate()
                .fetchOptional()
                .ifPresent(port -> status(port, serves(port, up)));
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
                settlePort(port.getId());
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
        database.run(tx -> show(tx, id.toString(), up));
    }

    /**
     * Connects a port to this host, after making sure that the driver knows its newest state.
     *
     * @return the tap device's name
     */
    public String plug(UUID port) {
        String id = port.toString();
        driverLock.lock();
        try {
            Standing standing = database.reading(tx -> standing(tx, id));
            for (PendingChangeRecord each : standing.pending()) {
                realise(IntentKind.valueOf(each.getKind()), each.getResourceId());
            }
            driver.put(standing.port());
            return driver.plug(standing.port());
        } finally {
            driverLock.unlock();
        }
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
