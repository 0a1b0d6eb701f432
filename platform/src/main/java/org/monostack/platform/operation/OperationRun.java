package org.monostack.platform.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.engine.EngineAway;
import org.monostack.platform.json.Json;
import org.monostack.platform.operation.OperationStore.Claim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation being worked on by this process, from a claim to its end or the next pause. Belongs
 * to the thread that works.
 */
final class OperationRun<P> {
    private static final Logger LOG = LoggerFactory.getLogger(OperationRun.class);

    /** Short, since engines are back within seconds, and the work is waited for. */
    private static final Duration ENGINE_AWAY_PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final OperationStore store;
    private final OperationConfig config;
    private final BooleanSupplier closing;
    private final OperationKind<P> kind;
    private final Claim claim;
    private final Lease lease;
    private final P payload;
    private final List<Step<P>> steps;
    private OperationRecord.State state;
    private int step;
    private int attempts;
    private Failure failure;

    /** What every run of one engine works with. */
    record Engine(
            Database database,
            OperationStore store,
            OperationConfig config,
            BooleanSupplier closing) {}

    OperationRun(Engine engine, OperationKind<P> kind, Claim claim, Lease lease) {
        this.database = engine.database();
        this.store = engine.store();
        this.config = engine.config();
        this.closing = engine.closing();
        this.lease = lease;
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
        while (more && !closing.getAsBoolean()) {
            more = state == OperationRecord.State.UNDOING ? undoOne() : doOne();
        }
        if (more) {
            database.run(tx -> store.park(tx, claim, attempts, Duration.ZERO));
        }
    }

    private StepContext context() {
        return new StepContext(
                claim.id(), claim.requestId(), claim.resourceId(), claim.generation(), attempts);
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
        Instant started = Times.now();
        Outcome outcome;
        try {
            outcome = lease.during(() -> current.action().run(payload, context()));
        } catch (LeaseLost e) {
            throw e;
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
            return EngineAway.in(e)
                    ? await(current, e, false, started)
                    : retryOrUndo(current, e, started);
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

    /** An engine is away: that is no failure of the step, which waits for as long as it takes. */
    private boolean await(Step<P> current, Exception e, boolean undo, Instant started) {
        LOG.info(
                "operation {} {}: {} waits: {}",
                kind.name(),
                claim.resourceId(),
                current.name(),
                e.toString());
        commit(tx -> {
            store.waiting(tx, claim, current.name(), undo, e.toString(), started);
            return store.park(tx, claim, attempts, ENGINE_AWAY_PAUSE);
        });
        return false;
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
                return store.finish(tx, claim, OperationRecord.State.FAILED, Json.write(failure));
            });
            return false;
        }
        Step<P> current = steps.get(step);
        Instant started = Times.now();
        Outcome outcome = Outcome.done();
        if (current.undo().isPresent()) {
            try {
                Step.Action<P> undo = current.undo().get();
                outcome = lease.during(() -> undo.run(payload, context()));
            } catch (LeaseLost e) {
                throw e;
            } catch (Exception e) {
                if (EngineAway.in(e)) {
                    return await(current, e, true, started);
                }
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

    private void commit(Function<Transaction, Boolean> body) {
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
