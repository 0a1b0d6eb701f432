package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
import org.monostack.network.ServerLink;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;

/**
 * Removes a server with all that it holds. The last transaction frees ports, allocation and quota
 * together with marking the row deleted, so that nothing is ever orphaned.
 */
public final class DeleteOperation implements OperationKind<ServerJob> {
    private final Engines engines;

    public DeleteOperation(Engines engines) {
        this.engines = engines;
    }

    @Override
    public String name() {
        return "compute.delete";
    }

    @Override
    public Class<ServerJob> payloadType() {
        return ServerJob.class;
    }

    @Override
    public List<Step<ServerJob>> steps() {
        return List.of(
                Step.of("destroy", (job, context) -> destroy(job)),
                Step.of("unplug", (job, context) -> unplug(job)));
    }

    private Outcome destroy(ServerJob job) {
        Engine.call(() -> engines.hypervisor().destroy(job.server()));
        return Outcome.done();
    }

    private Outcome unplug(ServerJob job) {
        List<ServerLink> ports =
                engines.database().reading(tx -> engines.networks().linksOf(tx, job.server()));
        ports.forEach(port -> engines.machines().unplug(port.portId()));
        return Outcome.done();
    }

    @Override
    public void succeeded(Transaction tx, ServerJob job) {
        Optional<Server> server = engines.stores().servers().lock(tx, job.server());
        if (server.isEmpty()) {
            return;
        }
        engines.networks().release(tx, job.server());
        engines.placement().release(tx, job.server());
        engines.stores().consoles().deleteOf(tx, job.server());
        engines.stores().passwords().deleteOf(tx, job.server());
        releaseHeldImage(tx, server.get());
        engines.stores()
                .servers()
                .change(
                        tx,
                        job.server(),
                        new ServerChange()
                                .vm(VmState.DELETED)
                                .noTask()
                                .power(PowerStates.NO_STATE)
                                .terminated(Times.now())
                                .deleted());
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    /** The image of a shelved server is nothing without it; any other is its user's. */
    private void releaseHeldImage(Transaction tx, Server server) {
        if (server.shelved()) {
            engines.stores()
                    .heldImages()
                    .find(tx, server.id())
                    .ifPresent(image -> engines.images().delete(tx, UUID.fromString(image.id())));
        }
        engines.stores().heldImages().deleteOf(tx, server.id());
    }

    @Override
    public void failed(Transaction tx, ServerJob job, Failure failure) {
        engines.stores()
                .servers()
                .change(
                        tx,
                        job.server(),
                        new ServerChange()
                                .vm(VmState.ERROR)
                                .noTask()
                                .noCancel()
                                .fault(
                                        500,
                                        "The server could not be deleted: " + failure.reason(),
                                        Optional.of("step " + failure.step())));
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }
}
