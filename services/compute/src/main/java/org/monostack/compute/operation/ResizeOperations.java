package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import org.monostack.compute.model.Flavor;
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
 * Gives a server another flavor on its own host, and takes that back. From the request on the
 * server holds the larger of both flavors, so that taking it back never lacks room.
 */
public final class ResizeOperations {
    private final Engines engines;
    private final OperationKind<ResizeJob> resize;
    private final OperationKind<ResizeJob> revert;

    ResizeOperations(Engines engines) {
        this.engines = engines;
        this.resize = new Kind(false);
        this.revert = new Kind(true);
    }

    public OperationKind<ResizeJob> resize() {
        return resize;
    }

    public OperationKind<ResizeJob> revert() {
        return revert;
    }

    List<OperationKind<ResizeJob>> kinds() {
        return List.of(resize, revert);
    }

    private final class Kind implements OperationKind<ResizeJob> {
        private final boolean back;

        Kind(boolean back) {
            this.back = back;
        }

        @Override
        public String name() {
            return back ? "compute.revert-resize" : "compute.resize";
        }

        @Override
        public Class<ResizeJob> payloadType() {
            return ResizeJob.class;
        }

        @Override
        public List<Step<ResizeJob>> steps() {
            return List.of(
                    Step.of("power-off", (job, context) -> powerOff(job)),
                    Step.<ResizeJob>of("resize", (job, context) -> grow(job)),
                    Step.<ResizeJob>of("start", (job, context) -> start(job)));
        }

        private Outcome powerOff(ResizeJob job) {
            engines.machines().readUnlessCancelled(job.server());
            Engine.call(() ->
                    engines.hypervisor().stop(job.server(), engines.config().shutdownPatience()));
            return Outcome.done(tx -> {
                ServerChange change = new ServerChange().flavor(job.to());
                if (!back) {
                    change.task(TaskState.RESIZE_MIGRATING).oldFlavor(Optional.of(job.from()));
                }
                changeUnlessCancelled(tx, job, change);
            });
        }

        private Outcome grow(ResizeJob job) {
            // Disks never shrink: after taking a resize back the disk keeps its size.
            if (job.to().rootGb() > job.from().rootGb()) {
                MachineSpec spec = engines.machines().withoutNics(job.server());
                Engine.call(() -> engines.hypervisor().growDisk(spec));
            }
            return Outcome.done(tx -> {
                if (!back) {
                    changeUnlessCancelled(
                            tx, job, new ServerChange().task(TaskState.RESIZE_FINISH));
                }
            });
        }

        private Outcome start(ResizeJob job) {
            if (job.before().equals(VmState.ACTIVE.text())) {
                MachineSpec spec =
                        engines.machines()
                                .plug(engines.machines().readUnlessCancelled(job.server()));
                Engine.call(() -> engines.hypervisor().reboot(spec, true, java.time.Duration.ZERO));
            }
            return Outcome.done();
        }

        private void changeUnlessCancelled(Transaction tx, ResizeJob job, ServerChange change) {
            engines.stores().servers().changeUnlessCancelled(tx, job.server(), change);
        }

        @Override
        public void succeeded(Transaction tx, ResizeJob job) {
            boolean active = job.before().equals(VmState.ACTIVE.text());
            ServerChange change =
                    new ServerChange()
                            .noTask()
                            .power(active ? PowerStates.RUNNING : PowerStates.SHUTDOWN)
                            .launched(Times.now());
            if (back) {
                change.vm(VmState.of(job.before())).oldFlavor(Optional.empty());
                hold(tx, job, job.to());
            } else {
                change.vm(VmState.RESIZED);
            }
            changeUnlessCancelled(tx, job, change);
            engines.stores()
                    .migrations()
                    .status(tx, job.migration(), back ? "reverted" : "finished");
            engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
        }

        @Override
        public void failed(Transaction tx, ResizeJob job, Failure failure) {
            Flavor stays = back ? job.to() : job.from();
            hold(tx, job, stays);
            // Also when it was told to give up: what is held and what the row says must agree.
            engines.stores()
                    .servers()
                    .change(
                            tx,
                            job.server(),
                            new ServerChange().flavor(stays).oldFlavor(Optional.empty()));
            changeUnlessCancelled(
                    tx,
                    job,
                    new ServerChange()
                            .vm(VmState.ERROR)
                            .noTask()
                            .fault(500, failure.reason(), Optional.of("step " + failure.step())));
            engines.stores().migrations().status(tx, job.migration(), "error");
            engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
        }

        private void hold(Transaction tx, ResizeJob job, Flavor flavor) {
            Optional<Server> server = engines.stores().servers().lock(tx, job.server());
            if (server.isPresent()) {
                engines.placement()
                        .allocations(tx, job.server())
                        .keySet()
                        .forEach(provider ->
                                engines.placement()
                                        .claim(
                                                tx,
                                                job.server(),
                                                provider,
                                                flavor.resources(),
                                                server.get().projectId(),
                                                server.get().userId()));
            }
        }
    }
}
