package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Step;

/**
 * Boots a shelved server on the host that it was given with the request, from the image that holds
 * its content. The image goes when the server runs, and stays when it does not come up.
 */
public final class UnshelveOperation implements OperationKind<ServerJob> {
    private final Engines engines;
    private final BootOperation boot;

    UnshelveOperation(Engines engines, BootOperation boot) {
        this.engines = engines;
        this.boot = boot;
    }

    @Override
    public String name() {
        return "compute.unshelve";
    }

    @Override
    public Class<ServerJob> payloadType() {
        return ServerJob.class;
    }

    @Override
    public List<Step<ServerJob>> steps() {
        return boot.steps();
    }

    @Override
    public void succeeded(Transaction tx, ServerJob job) {
        engines.stores()
                .servers()
                .settle(
                        tx,
                        job.server(),
                        new ServerChange()
                                .vm(VmState.ACTIVE)
                                .power(PowerStates.RUNNING)
                                .noFault()
                                .launched(Times.now()));
        engines.stores()
                .heldImages()
                .find(tx, job.server())
                .ifPresent(image -> engines.images().delete(tx, UUID.fromString(image.id())));
        engines.stores().heldImages().deleteOf(tx, job.server());
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    @Override
    public void failed(Transaction tx, ServerJob job, Failure failure) {
        engines.placement().release(tx, job.server());
        engines.networks().bind(tx, job.server(), Optional.empty());
        engines.stores()
                .servers()
                .settle(
                        tx,
                        job.server(),
                        new ServerChange()
                                .vm(VmState.SHELVED_OFFLOADED)
                                .host(Optional.empty())
                                .power(PowerStates.SHUTDOWN)
                                .fault(
                                        500,
                                        failure.reason(),
                                        Optional.of("step " + failure.step())));
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }
}
