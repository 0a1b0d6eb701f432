package org.monostack.platform.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
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
    private final Map<String, OperationKind<?>> kinds = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<String> hints = new LinkedBlockingQueue<>();
    private final Set<String> working = ConcurrentHashMap.newKeySet();
    private final Semaphore places;
    private volatile boolean closing;
    private volatile Thread dispatcher = new Thread();
    private volatile Thread renewer = new Thread();

    public Operations(Database database, OperationConfig config) {
        this.database = database;
        this.config = config;
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
        String id = UUID.randomUUID().toString();
        store.insert(
                tx,
                new Claim(
                        id,
                        kind.name(),
                        resourceType,
                        resourceId,
                        "",
                        requestId,
                        OperationRecord.State.RUNNING,
                        0,
                        0,
                        Optional.empty(),
                        0),
                Json.write(payload));
        tx.afterCommit(() -> hints.add(id));
        return id;
    }

    /** The operations of one resource with the runs of their steps, oldest first. */
    public List<OperationRecord> history(Transaction tx, String resourceType, String resourceId) {
        return store.history(tx, resourceType, resourceId);
    }

    /** Whether a resource has an operation that has not ended. */
    public boolean busy(Transaction tx, String resourceType, String resourceId) {
        return store.busy(tx, resourceType, resourceId);
    }

    /**
     * Makes parked operations of a resource due now, because what they wait for may have happened.
     * A hint: forgetting it costs only the rest of the pause.
     */
    public void nudge(Transaction tx, String resourceType, String resourceId) {
        store.dueNow(tx, resourceType, resourceId)
                .forEach(id -> tx.afterCommit(() -> hints.add(id)));
    }

    /** Takes up what an earlier process of this name left, and begins to work. */
    public void start() {
        int left = database.inTransaction(tx -> store.releaseOf(tx, config.owner()));
        if (left > 0) {
            LOG.info("continuing {} operations that were cut off", left);
        }
        dispatcher = Thread.ofPlatform().name("operations").daemon().start(this::dispatch);
        renewer = Thread.ofPlatform().name("operation-leases").daemon().start(this::renew);
    }

    /** Stops taking up operations and waits a moment for those under way. None is lost. */
    @Override
    public void close() {
        closing = true;
        dispatcher.interrupt();
        renewer.interrupt();
        try {
            places.tryAcquire(config.concurrency(), 3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dispatch() {
        while (!closing) {
            try {
                Set<String> candidates = new LinkedHashSet<>();
                String hint = hints.poll(untilNextLook().toMillis(), TimeUnit.MILLISECONDS);
                if (hint == null) {
                    candidates.addAll(
                            database.inTransaction(tx -> store.due(tx, config.concurrency() * 2)));
                } else {
                    candidates.add(hint);
                    List<String> more = new ArrayList<>();
                    hints.drainTo(more, config.concurrency());
                    candidates.addAll(more);
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
        if (!hints.isEmpty()) {
            return Duration.ZERO;
        }
        Optional<Instant> next = database.inTransaction(store::nextDue);
        Duration wait = next.map(due -> Duration.between(Instant.now(), due)).orElse(config.poll());
        if (wait.compareTo(config.poll()) > 0) {
            return config.poll();
        }
        // What is overdue but not free is held back by another operation of its resource.
        return wait.toMillis() < 5 ? Duration.ofMillis(20) : wait;
    }

    private void takeUp(String id) throws InterruptedException {
        if (!working.add(id)) {
            return;
        }
        places.acquire();
        Thread.ofVirtual()
                .name("operation-" + id)
                .start(() -> {
                    Optional<String> next = Optional.empty();
                    try {
                        Optional<Claim> claim =
                                database.inTransaction(
                                        tx -> store.claim(tx, id, config.owner(), config.lease()));
                        if (claim.isPresent()) {
                            next = work(claim.get());
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
                    next.ifPresent(hints::add);
                });
    }

    /** Returns the id of the operation that waited for this one to end, if it ended. */
    private Optional<String> work(Claim claim) {
        OperationKind<?> kind = kinds.get(claim.kind());
        if (kind == null) {
            LOG.error("no operation of kind {} is known here; {} waits", claim.kind(), claim.id());
            database.run(tx -> store.park(tx, claim, claim.attempts(), Duration.ofMinutes(1)));
            return Optional.empty();
        }
        new Run<>(kind, claim).go();
        return database.inTransaction(
                        tx -> store.next(tx, claim.resourceType(), claim.resourceId()))
                .filter(id -> !id.equals(claim.id()));
    }

    private void renew() {
        while (!closing) {
            try {
                Thread.sleep(config.lease().toMillis() / 4);
                List<String> held = List.copyOf(working);
                if (!held.isEmpty()) {
                    database.run(tx -> store.renew(tx, config.owner(), held, config.lease()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warn("cannot renew leases: {}", e.getMessage());
            }
        }
    }

    private static void pauseQuietly() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The row changed hands; whatever this process still holds of it is stale. */
    private static final class LeaseLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeaseLost() {
            super(null, null, false, false);
        }
    }

    /** One operation being worked on by this process, from a claim to its end or the next pause. */
    private final class Run<P> {
        private final OperationKind<P> kind;
        private final Claim claim;
        private final P payload;
        private final List<Step<P>> steps;
        private OperationRecord.State state;
        private int step;
        private int attempts;
        private Failure failure;

        Run(OperationKind<P> kind, Claim claim) {
            this.kind = kind;
            this.claim = claim;
            this.payload = Json.read(claim.payload(), kind.payloadType());
            this.steps = kind.steps();
            this.state = claim.state();
            this.step = claim.step();
            this.attempts = claim.attempts();
            this.failure =
                    claim.failure()
                            .map(text -> Json.read(text, Failure.class))
                            .orElse(new Failure("", ""));
        }

        void go() {
            boolean more = true;
            while (more && !closing) {
                more = state == OperationRecord.State.UNDOING ? undoOne() : doOne();
            }
            if (more) {
                database.run(tx -> store.park(tx, claim, attempts, Duration.ZERO));
            }
        }

        private StepContext context() {
            return new StepContext(
                    claim.id(),
                    claim.requestId(),
                    claim.resourceId(),
                    claim.generation(),
                    attempts);
        }

        private boolean doOne() {
            if (step >= steps.size()) {
                commit(tx -> {
                    kind.succeeded(tx, payload);
                    return store.finish(tx, claim, OperationRecord.State.SUCCEEDED, null);
                });
                return false;
            }
            Step<P> current = steps.get(step);
            Instant started = Instant.now();
            Outcome outcome;
            try {
                outcome = current.action().run(payload, context());
            } catch (OperationFailed e) {
                LOG.info(
                        "operation {} {}: {}: {}",
                        kind.name(),
                        claim.resourceId(),
                        current.name(),
                        e.getMessage());
                beginUndo(current, String.valueOf(e.getMessage()), started);
                return true;
            } catch (Exception e) {
                return retryOrUndo(current, e, started);
            }
            return switch (outcome) {
                case Outcome.Again again -> {
                    commit(tx -> store.park(tx, claim, attempts, again.pause()));
                    yield false;
                }
                case Outcome.Done done -> {
                    boolean last = step + 1 == steps.size();
                    commit(tx -> {
                        done.record().accept(tx);
                        store.event(tx, claim, current.name(), false, "Success", null, started);
                        if (last) {
                            kind.succeeded(tx, payload);
                            return store.finish(tx, claim, OperationRecord.State.SUCCEEDED, null);
                        }
                        return store.progress(
                                tx, claim, OperationRecord.State.RUNNING, step + 1, 0, null);
                    });
                    step++;
                    attempts = 0;
                    yield !last;
                }
            };
        }

        private boolean retryOrUndo(Step<P> current, Exception e, Instant started) {
            attempts++;
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (attempts >= config.attempts()) {
                LOG.warn(
                        "operation {} {}: {} failed for good",
                        kind.name(),
                        claim.resourceId(),
                        current.name(),
                        e);
                beginUndo(current, message, started);
                return true;
            }
            LOG.warn(
                    "operation {} {}: {} failed, attempt {}",
                    kind.name(),
                    claim.resourceId(),
                    current.name(),
                    attempts,
                    e);
            commit(tx -> {
                store.event(tx, claim, current.name(), false, "Retry", message, started);
                return store.park(tx, claim, attempts, backoff(attempts));
            });
            return false;
        }

        private void beginUndo(Step<P> current, String reason, Instant started) {
            Failure why = new Failure(current.name(), reason);
            commit(tx -> {
                store.event(tx, claim, current.name(), false, "Error", reason, started);
                return store.progress(
                        tx, claim, OperationRecord.State.UNDOING, step, 0, Json.write(why));
            });
            failure = why;
            state = OperationRecord.State.UNDOING;
            attempts = 0;
        }

        /** Undoes the current step, which may be half done, then the ones before it. */
        private boolean undoOne() {
            if (step < 0) {
                commit(tx -> {
                    kind.failed(tx, payload, failure);
                    return store.finish(
                            tx, claim, OperationRecord.State.FAILED, Json.write(failure));
                });
                return false;
            }
            Step<P> current = steps.get(step);
            Instant started = Instant.now();
            Outcome outcome = Outcome.done();
            if (current.undo().isPresent()) {
                try {
                    outcome = current.undo().get().run(payload, context());
                } catch (Exception e) {
                    // Undoing never gives up: leaving something behind is what must not happen.
                    attempts++;
                    LOG.warn(
                            "operation {} {}: cannot undo {} yet, attempt {}",
                            kind.name(),
                            claim.resourceId(),
                            current.name(),
                            attempts,
                            e);
                    commit(tx -> store.park(tx, claim, attempts, backoff(attempts)));
                    return false;
                }
            }
            if (outcome instanceof Outcome.Again again) {
                commit(tx -> store.park(tx, claim, attempts, again.pause()));
                return false;
            }
            Outcome.Done done = (Outcome.Done) outcome;
            boolean worthAnEvent = current.undo().isPresent();
            commit(tx -> {
                done.record().accept(tx);
                if (worthAnEvent) {
                    store.event(tx, claim, current.name(), true, "Success", null, started);
                }
                return store.progress(
                        tx, claim, OperationRecord.State.UNDOING, step - 1, 0, Json.write(failure));
            });
            step--;
            attempts = 0;
            return true;
        }

        private void commit(java.util.function.Function<Transaction, Boolean> body) {
            database.run(tx -> {
                if (!body.apply(tx)) {
                    throw new LeaseLost();
                }
            });
        }

        private Duration backoff(int attempt) {
            return Duration.ofMillis(Math.min(30_000, 100L << Math.min(attempt, 9)));
        }
    }
}
