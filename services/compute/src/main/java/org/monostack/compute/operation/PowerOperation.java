package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;

/**
 * An operation of a single call to the hypervisor, after which the server is in a known state:
 * start, stop, pause and their like. When the call fails the server is what it was before, and the
 * action says why.
 */
public final class PowerOperation implements OperationKind<ServerJob> {
    private final String name;
    private final Engines engines;
    private final Call call;
    private final VmState after;
    private final int power;
    private final boolean errorOnFailure;

    /** What is asked of the hypervisor. */
    @FunctionalInterface
    interface Call {
        void on(Machines.Machine machine);
    }

    PowerOperation(
            String name,
            Engines engines,
            Call call,
            VmState after,
            int power,
            boolean errorOnFailure) {
        this.name = name;
        this.engines = engines;
        this.call = call;
        this.after = after;
        this.power = power;
        this.errorOnFailure = errorOnFailure;
    }

    @Override
    public String name() {
        return "compute." + name;
    }

    @Override
    public Class<ServerJob> payloadType() {
        return ServerJob.class;
    }

    @Override
    public List<Step<ServerJob>> steps() {
        return List.of(
                Step.of(
                        name,
                        (job, context) -> {
                            Machines.Machine machine =
                                    engines.machines().readUnlessCancelled(job.server());
                            Engine.call(() -> call.on(machine));
                            return Outcome.done();
                        }));
    }

    @Override
    public void succeeded(Transaction tx, ServerJob job) {
        finish(tx, job, new ServerChange().vm(after).noTask().power(power).noFault());
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    @Override
    public void failed(Transaction tx, ServerJob job, Failure failure) {
        ServerChange change =
                new ServerChange().noTask().fault(500, failure.reason(), Optional.empty());
        finish(tx, job, errorOnFailure ? change.vm(VmState.ERROR) : change);
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }

    private void finish(Transaction tx, ServerJob job, ServerChange change) {
        engines.stores().servers().changeUnlessCancelled(tx, job.server(), change);
    }
}
