package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;

/**
 * Turns a server into an image and gives its host's room back; ports and addresses stay the
 * server's. Until the image is complete a failure leaves the server as it was, powered off; later
 * ones leave it shelved on its host, so that its content is never in danger.
 */
public final class ShelveOperation implements OperationKind<ShelveJob> {
    private static final String OFFLOAD = "offload";

    private final Engines engines;
    private final boolean offloadOnly;

    /**
     * @param offloadOnly for servers that are shelved already and only still on their host
     */
    ShelveOperation(Engines engines, boolean offloadOnly) {
        this.engines = engines;
        this.offloadOnly = offloadOnly;
    }

    @Override
    public String name() {
        return offloadOnly ? "compute.shelve-offload" : "compute.shelve";
    }

    @Override
    public Class<ShelveJob> payloadType() {
        return ShelveJob.class;
    }

    @Override
    public List<Step<ShelveJob>> steps() {
        Step<ShelveJob> offload = Step.of(OFFLOAD, (job, context) -> offload(job));
        return offloadOnly
                ? List.of(offload)
                : List.of(
                        Step.of("power-off", (job, context) -> powerOff(job)),
                        Step.of("upload", (job, context) -> upload(job)),
                        offload);
    }

    private Outcome powerOff(ShelveJob job) {
        engines.machines().readUnlessCancelled(job.server());
        Engine.call(
                () -> engines.hypervisor().stop(job.server(), engines.config().shutdownPatience()));
        return Outcome.done(tx -> task(tx, job, TaskState.SHELVING_IMAGE_UPLOADING));
    }

    private Outcome upload(ShelveJob job) throws Exception {
        engines.machines().readUnlessCancelled(job.server());
        ImageRef image = ImageRef.of(SnapshotOperation.upload(engines, job.server(), job.image()));
        return Outcome.done(tx -> {
            engines.stores().heldImages().put(tx, job.server(), image);
            task(tx, job, TaskState.SHELVING_OFFLOADING);
        });
    }

    private Outcome offload(ShelveJob job) {
        Machines.Machine machine = engines.machines().read(job.server());
        Engine.call(() -> engines.hypervisor().destroy(job.server()));
        machine.ports().forEach(port -> engines.machines().unplug(port.portId()));
        return Outcome.done();
    }

    private void task(Transaction tx, ShelveJob job, TaskState task) {
        Optional<Server> server = engines.stores().servers().lock(tx, job.server());
        if (server.isPresent() && !server.get().state().cancel()) {
            engines.stores().servers().change(tx, job.server(), new ServerChange().task(task));
        }
    }

    @Override
    public void succeeded(Transaction tx, ShelveJob job) {
        engines.placement().release(tx, job.server());
        engines.networks().bind(tx, job.server(), Optional.empty());
        engines.stores().consoles().deleteOf(tx, job.server());
        engines.stores()
                .servers()
                .settle(
                        tx,
                        job.server(),
                        new ServerChange()
                                .vm(VmState.SHELVED_OFFLOADED)
                                .host(Optional.empty())
                                .power(PowerStates.SHUTDOWN)
                                .noFault());
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    @Override
    public void failed(Transaction tx, ShelveJob job, Failure failure) {
        ServerChange change =
                new ServerChange()
                        .power(PowerStates.SHUTDOWN)
                        .fault(500, failure.reason(), Optional.of("step " + failure.step()));
        if (failure.step().equals(OFFLOAD)) {
            change.vm(VmState.SHELVED);
        } else {
            engines.images().delete(tx, job.image());
            // What a suspended server had in memory is still there.
            boolean suspended = job.before().equals(VmState.SUSPENDED.text());
            change.vm(suspended ? VmState.SUSPENDED : VmState.STOPPED);
        }
        engines.stores().servers().settle(tx, job.server(), change);
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }
}
