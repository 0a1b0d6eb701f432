package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Step;

/**
 * An administrator's word on a server's state, behind operations that were told to give up for it:
 * once they have, the state is what he said and the server takes orders again.
 */
final class ResetStateOperation implements OperationKind<ServerJob> {
    private final Engines engines;

    ResetStateOperation(Engines engines) {
        this.engines = engines;
    }

    @Override
    public String name() {
        return "compute.reset-state";
    }

    @Override
    public Class<ServerJob> payloadType() {
        return ServerJob.class;
    }

    @Override
    public List<Step<ServerJob>> steps() {
        return List.of();
    }

    @Override
    public void succeeded(Transaction tx, ServerJob job) {
        Optional<Server> server = engines.stores().servers().lock(tx, job.server());
        boolean deleting =
                server.isEmpty()
                        || server.get().state().task().equals(Optional.of(TaskState.DELETING));
        if (!deleting) {
            engines.stores()
                    .servers()
                    .change(
                            tx,
                            job.server(),
                            new ServerChange().vm(VmState.of(job.before())).noCancel());
        }
    }
}
