package org.monostack.compute.operation;

import java.util.List;
import java.util.Optional;
import org.monostack.compute.model.VmState;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.network.ServerLink;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationFailed;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;

/**
 * Plugs a port into a server that exists, and unplugs one. The port belongs to the server from the
 * request on, and until the last transaction.
 */
public final class InterfaceOperations {
    private final Engines engines;
    private final OperationKind<InterfaceJob> attach = new Attach();
    private final OperationKind<InterfaceJob> detach = new Detach();

    InterfaceOperations(Engines engines) {
        this.engines = engines;
    }

    public OperationKind<InterfaceJob> attach() {
        return attach;
    }

    public OperationKind<InterfaceJob> detach() {
        return detach;
    }

    List<OperationKind<InterfaceJob>> kinds() {
        return List.of(attach, detach);
    }

    private Outcome plug(InterfaceJob job) {
        Machines.Machine machine = engines.machines().readUnlessCancelled(job.server());
        MachineSpec.Nic nic = engines.machines().plug(port(machine, job));
        MachineSpec spec = engines.machines().plug(machine);
        boolean off = machine.server().state().vm() == VmState.STOPPED;
        if (off && engines.hypervisor().state(job.server()).isEmpty()) {
            // Rebuilt while it was off: the next start defines it, with all its ports.
            return Outcome.done();
        }
        Engine.call(() -> engines.hypervisor().attach(spec, nic));
        return Outcome.done();
    }

    private Outcome unplug(InterfaceJob job) {
        Machines.Machine machine = engines.machines().read(job.server());
        Optional<ServerLink> port =
                machine.ports().stream().filter(p -> p.portId().equals(job.port())).findFirst();
        if (port.isPresent()) {
            MachineSpec.Nic nic = engines.machines().plug(port.get());
            MachineSpec spec = engines.machines().plug(machine);
            Engine.call(() -> engines.hypervisor().detach(spec, nic));
        }
        engines.machines().unplug(job.port());
        return Outcome.done();
    }

    private static ServerLink port(Machines.Machine machine, InterfaceJob job) {
        return machine.ports().stream()
                .filter(p -> p.portId().equals(job.port()))
                .findFirst()
                .orElseThrow(() -> new OperationFailed("The port is gone."));
    }

    private void letGo(Transaction tx, InterfaceJob job) {
        try {
            engines.networks().detach(tx, job.server(), job.port());
        } catch (ApiException e) {
            if (e.status() != 404) {
                throw e;
            }
            // Somebody deleted the port meanwhile: nothing to let go of.
        }
    }

    private void end(Transaction tx, InterfaceJob job, Optional<String> message) {
        engines.stores().actions().end(tx, job.server(), job.requestId(), message);
    }

    private final class Attach implements OperationKind<InterfaceJob> {
        @Override
        public String name() {
            return "compute.attach-interface";
        }

        @Override
        public Class<InterfaceJob> payloadType() {
            return InterfaceJob.class;
        }

        @Override
        public List<Step<InterfaceJob>> steps() {
            return List.of(
                    Step.<InterfaceJob>of("attach", (job, context) -> plug(job))
                            .undoneBy((job, context) -> unplugQuietly(job)));
        }

        /** The server may be deleted by now, and its machine gone. */
        private Outcome unplugQuietly(InterfaceJob job) {
            engines.machines().unplug(job.port());
            return Outcome.done();
        }

        @Override
        public void succeeded(Transaction tx, InterfaceJob job) {
            end(tx, job, Optional.empty());
        }

        @Override
        public void failed(Transaction tx, InterfaceJob job, Failure failure) {
            letGo(tx, job);
            end(tx, job, Optional.of("Error"));
        }
    }

    private final class Detach implements OperationKind<InterfaceJob> {
        @Override
        public String name() {
            return "compute.detach-interface";
        }

        @Override
        public Class<InterfaceJob> payloadType() {
            return InterfaceJob.class;
        }

        @Override
        public List<Step<InterfaceJob>> steps() {
            return List.of(Step.of("detach", (job, context) -> unplug(job)));
        }

        @Override
        public void succeeded(Transaction tx, InterfaceJob job) {
            letGo(tx, job);
            end(tx, job, Optional.empty());
        }

        @Override
        public void failed(Transaction tx, InterfaceJob job, Failure failure) {
            end(tx, job, Optional.of("Error"));
        }
    }
}
