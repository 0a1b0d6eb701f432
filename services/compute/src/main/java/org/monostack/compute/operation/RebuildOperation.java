package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;

/**
 * Gives a server a fresh root disk, from the image that its row names since the request. Ports,
 * addresses and host stay. A server that was stopped is stopped afterwards.
 */
final class RebuildOperation implements OperationKind<ServerJob> {
    private final Engines engines;

    RebuildOperation(Engines engines) {
        this.engines = engines;
    }

    @Override
    public String name() {
        return "compute.rebuild";
    }

    @Override
    public Class<ServerJob> payloadType() {
        return ServerJob.class;
    }

    @Override
    public List<Step<ServerJob>> steps() {
        return List.of(
                Step.of("destroy", (job, context) -> destroy(job)),
                Step.of("rebuild", (job, context) -> rebuild(job)));
    }

    private Outcome destroy(ServerJob job) {
        engines.machines().readUnlessCancelled(job.server());
        Engine.call(() -> engines.hypervisor().destroy(job.server()));
        return Outcome.done();
    }

    private Outcome rebuild(ServerJob job) {
        Machines.Machine machine = engines.machines().readUnlessCancelled(job.server());
        MachineSpec spec = engines.machines().plug(machine);
        Engine.call(() -> engines.hypervisor().prepareDisks(spec));
        if (!stopped(job)) {
            Engine.call(() -> engines.hypervisor().start(spec));
        }
        return Outcome.done();
    }

    private static boolean stopped(ServerJob job) {
        return job.before().equals(VmState.STOPPED.text());
    }

    @Override
    public void succeeded(Transaction tx, ServerJob job) {
        boolean stopped = stopped(job);
        finish(
                tx,
                job,
                new ServerChange()
                        .vm(stopped ? VmState.STOPPED : VmState.ACTIVE)
                        .noTask()
                        .noFault()
                        .power(stopped ? PowerStates.SHUTDOWN : PowerStates.RUNNING)
                        .launched(Times.now()));
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    @Override
    public void failed(Transaction tx, ServerJob job, Failure failure) {
        finish(
                tx,
                job,
                new ServerChange()
                        .vm(VmState.ERROR)
                        .noTask()
                        .fault(500, failure.reason(), Optional.of("step " + failure.step())));
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }

    private void finish(Transaction tx, ServerJob job, ServerChange change) {
        Optional<Server> server = engines.stores().servers().lock(tx, job.server());
        if (server.isPresent()
                && server.get().state().task().equals(Optional.of(TaskState.REBUILDING))) {
            engines.stores().servers().change(tx, job.server(), change);
        }
    }
}
