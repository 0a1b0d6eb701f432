package org.monostack.compute.operation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.PowerStates;
import org.monostack.compute.model.VmState;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Operations;

/** Every kind of operation on servers, by name. */
public record ServerOperations(
        OperationKind<ServerJob> boot,
        OperationKind<ServerJob> delete,
        OperationKind<ServerJob> start,
        OperationKind<ServerJob> stop,
        OperationKind<ServerJob> softReboot,
        OperationKind<ServerJob> hardReboot,
        OperationKind<ServerJob> pause,
        OperationKind<ServerJob> unpause,
        OperationKind<ServerJob> suspend,
        OperationKind<ServerJob> resume,
        OperationKind<ServerJob> rebuild,
        OperationKind<ServerJob> rescue,
        OperationKind<ServerJob> unrescue,
        OperationKind<ServerJob> unshelve,
        OperationKind<ServerJob> resetState,
        ResizeOperations resize,
        SnapshotOperation snapshot,
        ShelveOperation shelve,
        ShelveOperation offload,
        InterfaceOperations interfaces) {

    /** The resource type under which operations on servers queue up. */
    public static final String RESOURCE = "server";

    private static final Optional<PowerState> RUNNING = Optional.of(PowerState.RUNNING);

    public static ServerOperations of(Engines engines) {
        var hypervisor = engines.hypervisor();
        var machines = engines.machines();
        Duration patience = engines.config().shutdownPatience();
        BootOperation boot = new BootOperation(engines);
        return new ServerOperations(
                boot,
                new DeleteOperation(engines),
                new PowerOperation(
                        "start",
                        engines,
                        machine -> {
                            var spec = machines.plug(machine);
                            if (!hypervisor.state(spec.server()).equals(RUNNING)) {
                                // From a fresh definition: the flavor may have changed since.
                                hypervisor.prepareDisks(spec);
                                hypervisor.reboot(spec, true, Duration.ZERO);
                            }
                        },
                        VmState.ACTIVE,
                        PowerStates.RUNNING,
                        false),
                new PowerOperation(
                        "stop",
                        engines,
                        machine -> hypervisor.stop(machine.server().id(), patience),
                        VmState.STOPPED,
                        PowerStates.SHUTDOWN,
                        false),
                new PowerOperation(
                        "reboot-soft",
                        engines,
                        machine -> hypervisor.reboot(machines.plug(machine), false, patience),
                        VmState.ACTIVE,
                        PowerStates.RUNNING,
                        true),
                new PowerOperation(
                        "reboot-hard",
                        engines,
                        machine -> hypervisor.reboot(machines.plug(machine), true, Duration.ZERO),
                        VmState.ACTIVE,
                        PowerStates.RUNNING,
                        true),
                new PowerOperation(
                        "pause",
                        engines,
                        machine -> hypervisor.pause(machine.server().id()),
                        VmState.PAUSED,
                        PowerStates.PAUSED,
                        false),
                new PowerOperation(
                        "unpause",
                        engines,
                        machine -> hypervisor.unpause(machine.server().id()),
                        VmState.ACTIVE,
                        PowerStates.RUNNING,
                        false),
                new PowerOperation(
                        "suspend",
                        engines,
                        machine -> hypervisor.suspend(machine.server().id()),
                        VmState.SUSPENDED,
                        PowerStates.SHUTDOWN,
                        false),
                new PowerOperation(
                        "resume",
                        engines,
                        machine -> hypervisor.resume(machines.plug(machine)),
                        VmState.ACTIVE,
                        PowerStates.RUNNING,
                        true),
                new RebuildOperation(engines),
                new PowerOperation(
                        "rescue",
                        engines,
                        machine -> {
                            UUID id = machine.server().id();
                            var image = machines.rescueImage(id);
                            hypervisor.stop(id, patience);
                            hypervisor.rescue(machines.plug(machine), image);
                        },
                        VmState.RESCUED,
                        PowerStates.RUNNING,
                        true),
                new PowerOperation(
                        "unrescue",
                        engines,
                        machine -> {
                            hypervisor.stop(machine.server().id(), patience);
                            hypervisor.unrescue(machines.plug(machine));
                        },
                        VmState.ACTIVE,
                        PowerStates.RUNNING,
                        true),
                new UnshelveOperation(engines, boot),
                new ResetStateOperation(engines),
                new ResizeOperations(engines),
                new SnapshotOperation(engines),
                new ShelveOperation(engines, false),
                new ShelveOperation(engines, true),
                new InterfaceOperations(engines));
    }

    public void registerWith(Operations operations) {
        for (OperationKind<ServerJob> kind :
                List.of(
                        boot,
                        delete,
                        start,
                        stop,
                        softReboot,
                        hardReboot,
                        pause,
                        unpause,
                        suspend,
                        resume,
                        rebuild,
                        rescue,
                        unrescue,
                        unshelve,
                        resetState)) {
            operations.register(kind);
        }
        resize.kinds().forEach(operations::register);
        operations.register(snapshot);
        operations.register(shelve);
        operations.register(offload);
        interfaces.kinds().forEach(operations::register);
    }
}
