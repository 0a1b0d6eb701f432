package org.monostack.driver.fake;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.monostack.compute.spi.HostCapacity;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;

/**
 * Machines that only have a state. Big enough for a whole test run; every call takes no time.
 * Thread-safe: one change to a machine at a time.
 */
public final class FakeHypervisor implements Hypervisor {

    private static final long CONSOLE_SECONDS_PER_LINE = 2;

    private final String hostname;
    private final KeptMap machines;
    private final List<Consumer<Machine>> listeners = new CopyOnWriteArrayList<>();
    private final Set<UUID> strangers = ConcurrentHashMap.newKeySet();
    private Optional<FakeScreen> screen = Optional.empty();
    private int hostBoots;

    /** Forgets everything with the process. */
    public FakeHypervisor(String hostname) {
        this(hostname, Optional.empty());
    }

    /**
     * @param directory where machines' states are kept
     */
    public FakeHypervisor(String hostname, Optional<Path> directory) {
        this.hostname = hostname;
        this.machines = new KeptMap(directory);
    }

    @Override
    public HostCapacity capacity() {
        return new HostCapacity(
                hostname,
                "fake",
                1_000_000,
                "x86_64",
                "{\"arch\": \"x86_64\", \"model\": \"fake\", \"vendor\": \"fake\","
                        + " \"features\": [], \"topology\": {\"cores\": 250, \"threads\": 2,"
                        + " \"sockets\": 2}}",
                1000,
                1_024_000,
                100_000,
                "127.0.0.1");
    }

    @Override
    public synchronized String generation() {
        return "boot " + hostBoots;
    }

    /** Lets the host go down and up again, which ends all machines. */
    public synchronized void rebootHost() {
        hostBoots++;
        for (Machine machine : machines()) {
            if (machine.state() != PowerState.SUSPENDED) {
                become(machine.server(), PowerState.OFF);
            }
        }
    }

    @Override
    public synchronized void prepareDisks(MachineSpec spec) {
        if (machines.get(spec.server()).isEmpty()) {
            become(spec.server(), PowerState.OFF);
        }
    }

    @Override
    public synchronized void start(MachineSpec spec) {
        become(spec.server(), PowerState.RUNNING);
    }

    @Override
    public synchronized void stop(UUID server, Duration patience) {
        if (state(server).isPresent()) {
            become(server, PowerState.OFF);
        }
    }

    @Override
    public synchronized void reboot(MachineSpec spec, boolean hard, Duration patience) {
        become(spec.server(), PowerState.RUNNING);
    }

    @Override
    public synchronized void pause(UUID server) {
        require(server, PowerState.RUNNING, PowerState.PAUSED);
        become(server, PowerState.PAUSED);
    }

    @Override
    public synchronized void unpause(UUID server) {
        require(server, PowerState.PAUSED, PowerState.RUNNING);
        become(server, PowerState.RUNNING);
    }

    @Override
    public synchronized void suspend(UUID server) {
        require(server, PowerState.RUNNING, PowerState.PAUSED, PowerState.SUSPENDED);
        become(server, PowerState.SUSPENDED);
    }

    @Override
    public synchronized void resume(MachineSpec spec) {
        become(spec.server(), PowerState.RUNNING);
    }

    @Override
    public synchronized void destroy(UUID server) {
        machines.remove(server);
    }

    @Override
    public Optional<PowerState> state(UUID server) {
        return machines.get(server).map(PowerState::valueOf);
    }

    @Override
    public void attach(MachineSpec spec, MachineSpec.Nic nic) {
        require(spec.server(), PowerState.values());
    }

    @Override
    public void detach(MachineSpec spec, MachineSpec.Nic nic) {
        // Nothing to take away.
    }

    @Override
    public void growDisk(MachineSpec spec) {
        require(spec.server(), PowerState.values());
    }

    @Override
    public synchronized void rescue(MachineSpec spec, MachineSpec.ImageSource image) {
        require(spec.server(), PowerState.values());
        become(spec.server(), PowerState.RUNNING);
    }

    @Override
    public synchronized void unrescue(MachineSpec spec) {
        require(spec.server(), PowerState.values());
        become(spec.server(), PowerState.RUNNING);
    }

    @Override
    public InputStream snapshot(UUID server) {
        require(server, PowerState.values());
        return new ByteArrayInputStream(EmptyQcow2.ofGibibytes(1));
    }

    @Override
    public List<Machine> machines() {
        return machines.all().entrySet().stream()
                .map(each -> new Machine(each.getKey(), PowerState.valueOf(each.getValue())))
                .toList();
    }

    @Override
    public Set<UUID> strangers() {
        return Set.copyOf(strangers);
    }

    /** Somebody defines a machine past this cloud, for as long as this process lives. */
    public void defineStranger(UUID machine) {
        strangers.add(machine);
    }

    @Override
    public Set<UUID> stored() {
        return machines.all().keySet();
    }

    @Override
    public String consoleLog(UUID server, int lines) {
        if (state(server).isEmpty()) {
            return "";
        }
        StringBuilder log = new StringBuilder();
        int kept = lines < 0 ? 20 : Math.min(lines, 20);
        for (int line = 20 - kept; line < 20; line++) {
            log.append(
                    line == 19
                            ? "fake login: \n"
                            : String.format(
                                    Locale.ROOT,
                                    "[%5d.000000] fake console of %s%n",
                                    line * CONSOLE_SECONDS_PER_LINE,
                                    server));
        }
        return log.toString();
    }

    @Override
    public synchronized Optional<ConsoleAddress> vnc(UUID server) {
        if (state(server)
                .filter(s -> s == PowerState.RUNNING || s == PowerState.PAUSED)
                .isEmpty()) {
            return Optional.empty();
        }
        FakeScreen shown = screen.orElseGet(FakeScreen::new);
        screen = Optional.of(shown);
        return Optional.of(new ConsoleAddress("127.0.0.1", shown.port()));
    }

    @Override
    public void onPowerChange(Consumer<Machine> listener) {
        listeners.add(listener);
    }

    /** Lets a machine change its state by itself, as a guest that powers off would. */
    public synchronized void happen(UUID server, PowerState state) {
        require(server, PowerState.values());
        become(server, state);
        for (Consumer<Machine> listener : listeners) {
            listener.accept(new Machine(server, state));
        }
    }

    @Override
    public void trimImageCache() {
        // There is no cache.
    }

    @Override
    public synchronized void close() {
        listeners.clear();
        screen.ifPresent(FakeScreen::close);
        screen = Optional.empty();
    }

    private void become(UUID server, PowerState state) {
        machines.put(server, state.name());
    }

    private void require(UUID server, PowerState... allowed) {
        PowerState state =
                state(server)
                        .orElseThrow(() ->
                                new HypervisorException(
                                        "There is no machine " + server + ".", false));
        if (!List.of(allowed).contains(state)) {
            throw new HypervisorException(
                    "The machine is " + state.name().toLowerCase(Locale.ROOT) + ".", false);
        }
    }
}
