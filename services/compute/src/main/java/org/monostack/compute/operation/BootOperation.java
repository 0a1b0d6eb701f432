package org.monostack.compute.operation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.compute.store.ServerChange;
import org.monostack.network.ServerLink;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.Lease;
import org.monostack.platform.operation.OperationFailed;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;
import org.monostack.platform.operation.StepContext;

/**
 * Brings a new server to life on its host: network, disks, power. The server, its ports and its
 * allocation exist already. A deletion that comes meanwhile stops it between any two steps.
 */
public final class BootOperation implements OperationKind<ServerJob> {
    private final Engines engines;

    public BootOperation(Engines engines) {
        this.engines = engines;
    }

    @Override
    public String name() {
        return "compute.boot";
    }

    @Override
    public Class<ServerJob> payloadType() {
        return ServerJob.class;
    }

    @Override
    public List<Step<ServerJob>> steps() {
        return List.of(
                Step.<ServerJob>of("plug-network", (job, context) -> plug(job))
                        .undoneBy((job, context) -> unplug(job)),
                Step.<ServerJob>of("prepare-disks", (job, context) -> prepare(job))
                        .undoneBy((job, context) -> destroy(job)),
                Step.<ServerJob>of("start", this::start).undoneBy((job, context) -> destroy(job)));
    }

    private Outcome plug(ServerJob job) {
        Machines.Machine machine = engines.machines().readUnlessCancelled(job.server());
        machine.ports().forEach(engines.machines()::plug);
        return Outcome.done(tx ->
                progress(
                        tx, job.server(), new ServerChange().task(TaskState.BLOCK_DEVICE_MAPPING)));
    }

    private Outcome unplug(ServerJob job) {
        ports(job.server()).forEach(port -> engines.machines().unplug(port.portId()));
        return Outcome.done();
    }

    private Outcome prepare(ServerJob job) {
        MachineSpec spec = engines.machines().withoutNics(job.server());
        Engine.call(() -> engines.hypervisor().prepareDisks(spec));
        return Outcome.done(
                tx -> progress(tx, job.server(), new ServerChange().task(TaskState.SPAWNING)));
    }

    private Outcome start(ServerJob job, StepContext context) {
        Machines.Machine machine = engines.machines().readUnlessCancelled(job.server());
        for (ServerLink port : machine.ports()) {
            if (!engines.networks().isUp(port.portId())) {
                Duration waited = Duration.ofMillis(Times.now().toEpochMilli() - job.acceptedAt());
                if (waited.compareTo(engines.config().portPatience()) > 0) {
                    throw new OperationFailed(
                            "Virtual interface creation failed: port "
                                    + port.portId()
                                    + " did not come up within "
                                    + engines.config().portPatience().toSeconds()
                                    + " seconds.");
                }
                return Outcome.again(Duration.ofMillis(50));
            }
        }
        // In the hands that it was first in, nothing can have taken the devices away meanwhile.
        boolean plugged = context.generation() == 1 && context.attempt() == 0;
        MachineSpec spec =
                plugged ? engines.machines().plugged(machine) : engines.machines().plug(machine);
        Engine.call(() -> engines.hypervisor().start(spec));
        return Outcome.done();
    }

    /** Tried until it succeeds, also when the hypervisor refuses: nothing of a boot may be left. */
    private Outcome destroy(ServerJob job) {
        Lease.requireHeld();
        engines.hypervisor().destroy(job.server());
        return Outcome.done();
    }

    private List<ServerLink> ports(UUID server) {
        return engines.database().reading(tx -> engines.networks().linksOf(tx, server));
    }

    /** Shows how far it is, unless a deletion has taken over the server's task. */
    private void progress(Transaction tx, UUID id, ServerChange change) {
        engines.stores().servers().changeUnlessCancelled(tx, id, change);
    }

    @Override
    public void succeeded(Transaction tx, ServerJob job) {
        progress(
                tx,
                job.server(),
                new ServerChange()
                        .vm(VmState.ACTIVE)
                        .noTask()
                        .power(PowerStates.RUNNING)
                        .progress(0)
                        .launched(Times.now()));
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    /** The server stays, to say why; it holds neither ports nor room on a host any more. */
    @Override
    public void failed(Transaction tx, ServerJob job, Failure failure) {
        engines.networks().release(tx, job.server());
        engines.placement().release(tx, job.server());
        engines.stores()
                .servers()
                .change(tx, job.server(), new ServerChange().host(Optional.empty()));
        progress(
                tx,
                job.server(),
                new ServerChange()
                        .vm(VmState.ERROR)
                        .noTask()
                        .power(PowerStates.NO_STATE)
                        .fault(
                                500,
                                "Build of instance "
                                        + job.server()
                                        + " aborted: "
                                        + failure.reason(),
                                Optional.of("step " + failure.step() + ": " + failure.reason())));
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }
}
