package org.monostack.platform.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.json.Json;
import org.monostack.platform.operation.OperationStore.Claim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs durable operations. What is durable is in the database: the rows of {@link OperationStore}.
 * What is here is soft: which operations this process works on just now, and hints of new ones.
 *
 * <p>One dispatcher thread claims what is due and gives each operation a virtual thread; a second
 * renews leases. Hints wake the dispatcher at once; without any it looks by itself, so a lost hint
 * costs time, never an operation. After {@code kill -9} the next start, or another process once the
 * lease lapses, continues at the first step that was not recorded.
 */
public final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final Database database;
    private final OperationConfig config;
    private final OperationStore store = new OperationStore();
    private final OperationRecords records = new OperationRecords();
    private final Map<String, OperationKind<?>> kinds = new ConcurrentHashMap<>();
    private final Threads threads;
    private final OperationRun.Engine engine;
    private final Queue<String> hints = new ConcurrentLinkedQueue<>();
    private final Threads.Bell bell;
    private final Map<String, Lease> working = new ConcurrentHashMap<>();

    /** Held since they were accepted, and not begun. */
    private final Map<String, Claim> claimed = new ConcurrentHashMap<>();

    private final Semaphore places;
    private volatile boolean closing;
    private volatile Optional<Threads.Task> dispatcher = Optional.empty();
    private volatile Optional<Threads.Task> renewer = Optional.empty();

    public Operations(Database database, OperationConfig config) {
        this(database, config, Threads.system());
    }

    public Operations(Database database, OperationConfig config, Threads threads) {
        this.database = database;
        this.config = config;
        this.threads = threads;
        this.engine = new OperationRun.Engine(database, store, config, () -> closing);
        this.bell = threads.bell();
        this.places = new Semaphore(config.concurrency());
    }

    /** Adds a kind. All kinds are registered before {@link #start}. */
    public void register(OperationKind<?> kind) {
        if (kinds.putIfAbsent(kind.name(), kind) != null) {
            throw new IllegalStateException("two kinds of operation are named " + kind.name());
        }
    }

    /**
     * Accepts an operation, in the transaction of the request that asks for it: if that commits,
     * the operation will end, whatever happens. Operations of one resource run one after the other,
     * in the order submitted.
     *
     * @return the operation's id
     */
    public <P> String submit(
            Transaction tx,
            OperationKind<P> kind,
            String resourceType,
            String resourceId,
            P payload,
            String requestId) {
        Claim fresh = fresh(kind, resourceType, resourceId, payload, requestId, 0);
        store.insert(tx, fresh, Optional.empty());
        tx.afterCommit(() -> hint(fresh.id()));
        return fresh.id();
    }

    /**
     * Accepts the first operation of a resource, in the transaction that makes the resource. It can
     * have to wait for no other, so this process holds it from the start and need not claim it; if
     * it dies before it begins, the lease lapses like any other.
     *
     * @return the operation's id
     */
    public <P> String submitFirst(
            Transaction tx,
            OperationKind<P> kind,
            String resourceType,
            String resourceId,
            P payload,
            String requestId) {
        Claim held = fresh(kind, resourceType, resourceId, payload, requestId, 1);
        Instant until = Times.now().plus(config.lease());
        store.insert(tx, held, Optional.of(new OperationStore.Holder(config.owner(), until)));
        tx.afterCommit(() -> {
            working.put(held.id(), new Lease(until));
            claimed.put(held.id(), held);
            hint(held.id());
        });
        return held.id();
    }

    private static <P> Claim fresh(
            OperationKind<P> kind,
            String resourceType,
            String resourceId,
            P payload,
            String requestId,
            long generation) {
        return new Claim(
                UUID.randomUUID().toString(),
                kind.name(),
                resourceType,
                resourceId,
                Json.write(payload),
                requestId,
                OperationRecord.State.RUNNING,
                0,
                0,
                Optional.empty(),
                generation);
    }

    /** The operations of one resource with the runs of their steps, oldest first. */
    public List<OperationRecord> history(Transaction tx, String resourceType, String resourceId) {
        return records.history(tx, resourceType, resourceId);
    }

    /** The operations with one of these ids, of these requests, or on these resources. */
    public List<OperationRecord> about(Transaction tx, Collection<String> ids) {
        return records.about(tx, ids);
    }

    /** How many operations that have not ended there are of each kind and state. */
    public Map<OperationCount, Long> counts(Transaction tx) {
        return records.counts(tx);
    }

    /** What is wrong with operations as such. */
    public List<Invariant> invariants() {
        return OperationInvariants.of(database, store, records, config);
    }

    /** How long the oldest operation that is due has been waiting for someone to take it up. */
    public Duration lag(Transaction tx) {
        return store.oldestDue(tx)
                .map(due -> Duration.between(due, Instant.now()))
                .filter(lag -> !lag.isNegative())
                .orElse(Duration.ZERO);
    }

    /** Whether a resource has an operation that has not ended. */
    public boolean busy(Transaction tx, String resourceType, String resourceId) {
        return store.busy(tx, resourceType, resourceId);
    }

    /** The resources of a type that have an operation that has not ended. */
    public Set<String> busy(Transaction tx, String resourceType) {
        return store.busy(tx, resourceType);
    }

    /**
     * Makes parked operations of a resource due now, because what they wait for may have happened.
     * A hint: forgetting it costs only the rest of the pause.
     */
    public void nudge(Transaction tx, String resourceType, String resourceId) {
        store.dueNow(tx, resourceType, resourceId).forEach(id -> tx.afterCommit(() -> hint(id)));
    }

    /** Where this process's background work runs. */
    public Threads threads() {
        return threads;
    }

    /** Takes up what an earlier process of this name left, and begins to work. */
    public void start() {
        int left = database.inTransaction(tx -> store.releaseOf(tx, config.owner()));
        if (left > 0) {
            LOG.info("continuing {} operations that were cut off", left);
        }
        dispatcher = Optional.of(threads.loop("operations", this::dispatch));
        renewer = Optional.of(threads.loop("operation-leases", this::renew));
    }

    private void hint(String id) {
        hints.add(id);
        bell.ring();
    }

    /** Stops taking up operations and waits a moment for those under way. None is lost. */
    @Override
    public void close() {
        closing = true;
        dispatcher.ifPresent(Threads.Task::interrupt);
        renewer.ifPresent(Threads.Task::interrupt);
        try {
            places.tryAcquire(config.concurrency(), 3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handBack();
    }

    /** What was accepted and not begun need not wait for its lease to lapse. */
    private void handBack() {
        Set<String> waiting = Set.copyOf(claimed.keySet());
        if (waiting.isEmpty()) {
            return;
        }
        try {
            database.run(tx -> store.release(tx, config.owner(), waiting));
        } catch (RuntimeException e) {
            LOG.info("{} operations are free once their leases lapse", waiting.size());
        }
    }

    private void dispatch() {
        while (!closing) {
            try {
                Set<String> candidates = new LinkedHashSet<>();
                if (hints.isEmpty()) {
                    bell.await(untilNextLook());
                }
                String hint = hints.poll();
                if (hint == null) {
                    // Also what is held and was not begun, which no other look would find.
                    candidates.addAll(claimed.keySet());
                    candidates.addAll(
                            database.reading(tx -> store.due(tx, config.concurrency() * 2)));
                }
                while (hint != null && candidates.add(hint)) {
                    hint = candidates.size() < config.concurrency() ? hints.poll() : null;
                }
                for (String id : candidates) {
                    takeUp(id);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warn("cannot look for operations: {}", e.getMessage());
                pauseQuietly();
            }
        }
    }

    /** Parked operations are met on time; otherwise the poll catches what no hint announced. */
    private Duration untilNextLook() {
        Optional<Instant> next = database.reading(store::nextDue);
        Duration wait = next.map(due -> Duration.between(Times.now(), due)).orElse(config.poll());
        if (wait.compareTo(config.poll()) > 0) {
            return config.poll();
        }
        // What is overdue but not free is held back by another operation of its resource.
        return wait.toMillis() < 5 ? Duration.ofMillis(20) : wait;
    }

    private void takeUp(String id) throws InterruptedException {
        places.acquire();
        Optional<Claim> mine = Optional.ofNullable(claimed.remove(id));
        Lease fresh = new Lease(Times.now().plus(config.lease()));
        Lease held = working.putIfAbsent(id, fresh);
        if (held != null && mine.isEmpty()) {
            places.release();
            return;
        }
        Lease lease = held == null ? fresh : held;
        threads.work(
                "operation-" + id,
                () -> {
                    Optional<String> next = Optional.empty();
                    try {
                        Optional<Claim> claim = mine.isPresent() ? mine : claim(id, lease);
                        if (claim.isPresent()) {
                            next = work(claim.get(), lease);
                        }
                    } catch (LeaseLost e) {
                        LOG.warn("operation {} is held by another process now", id);
                    } catch (RuntimeException e) {
                        LOG.warn("operation {} is put off: {}", id, e.toString());
                    } finally {
                        working.remove(id);
                        places.release();
                    }
                    // The next operation of this resource may go now.
                    next.ifPresent(this::hint);
                });
    }

    private Optional<Claim> claim(String id, Lease lease) {
        // Counted from before the row says so: better to stop too early than too late.
        lease.extend(Times.now().plus(config.lease()));
        return database.inTransaction(tx -> store.claim(tx, id, config.owner(), config.lease()));
    }

    /** Returns the id of the operation that waited for this one to end, if it ended. */
    private Optional<String> work(Claim claim, Lease lease) {
        OperationKind<?> kind = kinds.get(claim.kind());
        if (kind == null) {
            LOG.error("no operation of kind {} is known here; {} waits", claim.kind(), claim.id());
            database.run(tx -> store.park(tx, claim, claim.attempts(), Duration.ofMinutes(1)));
            return Optional.empty();
        }
        new OperationRun<>(engine, kind, claim, lease).go();
        return database.reading(tx -> store.next(tx, claim.resourceType(), claim.resourceId()))
                .filter(id -> !id.equals(claim.id()));
    }

    private void renew() {
        while (!closing) {
            try {
                threads.sleep(config.lease().dividedBy(4));
                renewAll();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warn("cannot renew leases: {}", e.getMessage());
            }
        }
    }

    private void renewAll() {
        Map<String, Lease> held = Map.copyOf(working);
        if (held.isEmpty()) {
            return;
        }
        Instant until = Times.now().plus(config.lease());
        Set<String> renewed =
                database.inTransaction(
                        tx -> store.renew(tx, config.owner(), held.keySet(), config.lease()));
        held.forEach((id, lease) -> {
            if (renewed.contains(id)) {
                lease.extend(until);
            }
        });
    }

    private void pauseQuietly() {
        try {
            threads.sleep(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
