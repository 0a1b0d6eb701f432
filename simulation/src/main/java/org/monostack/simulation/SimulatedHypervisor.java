package org.monostack.simulation;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.monostack.compute.spi.HostCapacity;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.platform.operation.Lease;

/** One process's way to the machines of the {@link World}; every call that acts may go wrong. */
final class SimulatedHypervisor implements Hypervisor {
    private static final int QCOW2_MAGIC = 0x514649fb;

    private final World world;
    private final Faults faults;
    private final ControlProcess process;
    private final Flaws flaws;

    SimulatedHypervisor(World world, Faults faults, ControlProcess process, Flaws flaws) {
        this.world = world;
        this.faults = faults;
        this.process = process;
        this.flaws = flaws;
    }

    @Override
    public HostCapacity capacity() {
        return new HostCapacity(
                ControlProcess.HOST,
                "fake",
                1_000_000,
                "x86_64",
                "{\"arch\": \"x86_64\", \"model\": \"fake\", \"vendor\": \"fake\", \"features\":"
                        + " []}",
                4,
                4096,
                1000,
                "127.0.0.1");
    }

    /** The host of all histories is never rebooted. */
    @Override
    public String generation() {
        return "first";
    }

    @Override
    public Set<UUID> stored() {
        return Set.copyOf(world.machines().keySet());
    }

    @Override
    public void prepareDisks(MachineSpec spec) {
        faults.longCall(
                "prepare disks of " + spec.server(),
                () -> {
                    if (flaws.actsTwice() || !world.machines().containsKey(spec.server())) {
                        world.makeDisk(spec.server(), Lease.isHeld());
                    }
                });
    }

    @Override
    public void start(MachineSpec spec) {
        faults.hypervisor("start " + spec.server(), () -> powerOn(spec));
    }

    private void powerOn(MachineSpec spec) {
        World.Machine machine = world.machines().get(spec.server());
        if (machine == null) {
            throw new HypervisorException("The server has no disks on this host.", false);
        }
        PowerState power = machine.power().orElse(PowerState.OFF);
        if (power == PowerState.RUNNING || power == PowerState.PAUSED) {
            return;
        }
        if (power != PowerState.SUSPENDED) {
            world.define(
                    spec.server(),
                    machine,
                    spec.nics().stream().map(MachineSpec.Nic::port).toList());
        }
        machine.become(PowerState.RUNNING);
    }

    @Override
    public void stop(UUID server, Duration patience) {
        faults.hypervisor("stop " + server, () -> cut(server));
    }

    private void cut(UUID server) {
        World.Machine machine = world.machines().get(server);
        if (machine != null
                && machine.power().isPresent()
                && machine.power().get() != PowerState.SUSPENDED) {
            machine.become(PowerState.OFF);
        }
    }

    @Override
    public void reboot(MachineSpec spec, boolean hard, Duration patience) {
        faults.hypervisor(
                (hard ? "hard" : "soft") + " reboot of " + spec.server(),
                () -> {
                    World.Machine machine = world.machines().get(spec.server());
                    if (machine != null && machine.power().isPresent()) {
                        machine.become(PowerState.OFF);
                    }
                    powerOn(spec);
                });
    }

    @Override
    public void pause(UUID server) {
        change("pause", server, Set.of(PowerState.RUNNING), PowerState.PAUSED);
    }

    @Override
    public void unpause(UUID server) {
        change("unpause", server, Set.of(PowerState.PAUSED), PowerState.RUNNING);
    }

    @Override
    public void suspend(UUID server) {
        change(
                "suspend",
                server,
                Set.of(PowerState.RUNNING, PowerState.PAUSED),
                PowerState.SUSPENDED);
    }

    private void change(String call, UUID server, Set<PowerState> from, PowerState to) {
        faults.hypervisor(
                call + " " + server,
                () -> {
                    World.Machine machine = known(server);
                    PowerState power = machine.power().orElse(PowerState.OFF);
                    if (power != to && !from.contains(power)) {
                        throw new HypervisorException("The machine is " + power + ".", false);
                    }
                    machine.become(to);
                });
    }

    @Override
    public void resume(MachineSpec spec) {
        faults.hypervisor("resume " + spec.server(), () -> powerOn(spec));
    }

    @Override
    public void destroy(UUID server) {
        faults.hypervisor("destroy " + server, () -> world.machines().remove(server));
    }

    @Override
    public Optional<PowerState> state(UUID server) {
        return Optional.ofNullable(world.machines().get(server)).flatMap(World.Machine::power);
    }

    @Override
    public void attach(MachineSpec spec, MachineSpec.Nic nic) {
        faults.hypervisor(
                "attach " + nic.port() + " to " + spec.server(),
                () -> {
                    World.Machine machine = known(spec.server());
                    if (machine.power().isEmpty()) {
                        throw new HypervisorException("There is no such domain.", false);
                    }
                    List<UUID> nics = new ArrayList<>(machine.nics());
                    if (!nics.contains(nic.port())) {
                        nics.add(nic.port());
                        world.define(spec.server(), machine, nics);
                    }
                });
    }

    @Override
    public void detach(MachineSpec spec, MachineSpec.Nic nic) {
        faults.hypervisor(
                "detach " + nic.port() + " from " + spec.server(),
                () -> {
                    World.Machine machine = world.machines().get(spec.server());
                    if (machine != null) {
                        machine.nics().remove(nic.port());
                    }
                });
    }

    @Override
    public void growDisk(MachineSpec spec) {
        faults.hypervisor("grow disk of " + spec.server(), () -> known(spec.server()));
    }

    @Override
    public InputStream snapshot(UUID server) {
        faults.hypervisor("snapshot of " + server, () -> known(server));
        return new ByteArrayInputStream(qcow2());
    }

    /** An empty disk of 1 MiB: all header. */
    private static byte[] qcow2() {
        ByteBuffer file = ByteBuffer.allocate(2048);
        file.putInt(QCOW2_MAGIC).putInt(2).putLong(0).putInt(0).putInt(9).putLong(1 << 20);
        file.putInt(0).putInt(32).putLong(1536).putLong(512).putInt(1).putInt(0).putLong(0);
        return file.array();
    }

    private World.Machine known(UUID server) {
        World.Machine machine = world.machines().get(server);
        if (machine == null) {
            throw new HypervisorException("There is no machine " + server + ".", false);
        }
        return machine;
    }

    @Override
    public List<Machine> machines() {
        List<Machine> machines = new ArrayList<>();
        world.machines()
                .forEach((server, machine) ->
                        machine.power()
                                .ifPresent(power -> machines.add(new Machine(server, power))));
        return machines;
    }

    @Override
    public String consoleLog(UUID server, int lines) {
        return "";
    }

    @Override
    public Optional<ConsoleAddress> vnc(UUID server) {
        return Optional.empty();
    }

    @Override
    public void onPowerChange(Consumer<Machine> listener) {
        world.onPower(
                process,
                server ->
                        state(server)
                                .ifPresent(power -> listener.accept(new Machine(server, power))));
    }

    @Override
    public void trimImageCache() {
        // There is no cache.
    }

    @Override
    public void close() {
        // The machines stay.
    }
}
