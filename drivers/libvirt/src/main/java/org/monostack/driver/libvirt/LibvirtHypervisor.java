package org.monostack.driver.libvirt;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.monostack.compute.spi.HostCapacity;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.driver.libvirt.binding.DomainState;
import org.monostack.driver.libvirt.binding.DomainStatus;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.binding.LibvirtException;
import org.monostack.driver.libvirt.binding.LifecycleEvent;
import org.monostack.driver.libvirt.disk.ImageHeader.RefusedImage;
import org.monostack.driver.libvirt.disk.ServerDisks;
import org.monostack.driver.libvirt.engine.EngineException;
import org.monostack.driver.libvirt.engine.LibvirtEngine;
import org.w3c.dom.Element;

/**
 * Runs servers as libvirt domains: the domain's UUID is the server's id, its disks lie in the
 * directory of that id.
 *
 * <p>Durable: libvirt's definitions and the disks. Nothing else is kept: every method looks at
 * libvirt first. Soft: which domains are ours, the host's description, and the set of servers that
 * a call is working on, whose events are not reported since they are not the guest's own doing.
 */
final class LibvirtHypervisor implements Hypervisor {
    private final LibvirtConfig config;
    private final Libvirt libvirt;
    private final ServerDisks disks;
    private final DomainPower power;
    private final NicSlots nics;
    private final LibvirtEngine engine;
    private final DiskSnapshots snapshots;
    private final List<Consumer<Machine>> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<UUID, Integer> workedOn = new ConcurrentHashMap<>();
    private final Set<UUID> ours = ConcurrentHashMap.newKeySet();
    private volatile Optional<HostCapacity> host = Optional.empty();

    private interface Work<T> {
        T run() throws IOException, RefusedImage;
    }

    private interface Action {
        void run() throws IOException, RefusedImage;
    }

    LibvirtHypervisor(
            LibvirtConfig config,
            Libvirt libvirt,
            ServerDisks disks,
            DiskSnapshots snapshots,
            DomainPower power,
            NicSlots nics,
            LibvirtEngine engine) {
        this.config = config;
        this.libvirt = libvirt;
        this.disks = disks;
        this.snapshots = snapshots;
        this.power = power;
        this.nics = nics;
        this.engine = engine;
        libvirt.onLifecycleEvent(this::onEvent);
        libvirt.onConnected(this::onConnected);
    }

    @Override
    public HostCapacity capacity() {
        return translated(() -> {
            Optional<HostCapacity> known = host;
            if (known.isPresent()) {
                return known.get();
            }
            HostCapacity read =
                    HostDescription.read(
                            libvirt, config.hostname(), config.hostIp(), config.dataDirectory());
            host = Optional.of(read);
            return read;
        });
    }

    @Override
    public String generation() {
        return engine.generation();
    }

    @Override
    public void prepareDisks(MachineSpec spec) {
        GuestHardware.of(spec.properties()); // Refused before anything is downloaded for it.
        change(
                spec.server(),
                () ->
                        disks.prepare(
                                spec.server(),
                                new ServerDisks.Wish(
                                        spec.rootGb(),
                                        spec.ephemeralGb(),
                                        spec.swapMb(),
                                        spec.image().sha512(),
                                        spec.image().diskFormat(),
                                        spec.image().sizeBytes(),
                                        spec.image().content()::open,
                                        spec.configDrive())));
    }

    @Override
    public void start(MachineSpec spec) {
        change(spec.server(), () -> power.on(spec));
    }

    @Override
    public void stop(UUID server, Duration patience) {
        change(
                server,
                () -> {
                    if (!power.askOff(server, patience)) {
                        power.cut(server);
                    }
                });
    }

    @Override
    public void reboot(MachineSpec spec, boolean hard, Duration patience) {
        UUID server = spec.server();
        change(
                server,
                () -> {
                    // Not libvirt's own reboot: whether that happened cannot be seen from outside.
                    if (hard || !power.askOff(server, patience)) {
                        power.cut(server);
                        if (libvirt.status(server).filter(DomainStatus::saved).isPresent()) {
                            libvirt.discardSaved(server);
                        }
                    }
                    power.on(spec);
                });
    }

    @Override
    public void pause(UUID server) {
        change(
                server,
                () -> {
                    if (power.known(server).state() != DomainState.PAUSED) {
                        libvirt.suspend(server);
                    }
                });
    }

    @Override
    public void unpause(UUID server) {
        change(
                server,
                () -> {
                    DomainState state = power.known(server).state();
                    if (state == DomainState.PAUSED || state == DomainState.SLEEPING) {
                        libvirt.resume(server);
                    }
                });
    }

    @Override
    public void suspend(UUID server) {
        change(
                server,
                () -> {
                    DomainStatus domain = power.known(server);
                    if (domain.state().active() || !domain.saved()) {
                        libvirt.save(server);
                    }
                });
    }

    @Override
    public void resume(MachineSpec spec) {
        start(spec); // A start goes on from saved memory if there is any.
    }

    @Override
    public void destroy(UUID server) {
        change(
                server,
                () -> {
                    power.cut(server);
                    libvirt.status(server).map(DomainStatus::name).ifPresent(engine::removeLog);
                    try {
                        libvirt.undefine(server);
                    } catch (LibvirtException e) {
                        if (!e.noSuchDomain()) {
                            throw e;
                        }
                    }
                    disks.remove(server);
                    ours.remove(server);
                });
    }

    @Override
    public Optional<PowerState> state(UUID server) {
        return translated(() -> libvirt.status(server).map(LibvirtHypervisor::powerState));
    }

    @Override
    public void attach(MachineSpec spec, MachineSpec.Nic nic) {
        UUID server = spec.server();
        change(server, () -> nics.plug(power.known(server), spec, nic));
    }

    @Override
    public void detach(MachineSpec spec, MachineSpec.Nic nic) {
        UUID server = spec.server();
        change(
                server,
                () -> libvirt.status(server).ifPresent(domain -> nics.unplug(domain, spec, nic)));
    }

    @Override
    public void growDisk(MachineSpec spec) {
        change(spec.server(), () -> disks.growRoot(spec.server(), spec.rootGb()));
    }

    @Override
    public void rescue(MachineSpec spec, MachineSpec.ImageSource image) {
        UUID server = spec.server();
        change(
                server,
                () -> {
                    disks.prepareRescue(
                            server,
                            image.sha512(),
                            image.diskFormat(),
                            image.sizeBytes(),
                            image.content()::open);
                    power.on(spec);
                });
    }

    @Override
    public void unrescue(MachineSpec spec) {
        change(
                spec.server(),
                () -> {
                    disks.removeRescue(spec.server());
                    power.on(spec);
                });
    }

    @Override
    public InputStream snapshot(UUID server) {
        return work(server, () -> snapshots.take(server));
    }

    @Override
    public List<Machine> machines() {
        return translated(() -> {
            List<Machine> machines = new ArrayList<>();
            for (DomainStatus domain : libvirt.domains()) {
                if (isOurs(domain.uuid())) {
                    machines.add(new Machine(domain.uuid(), powerState(domain)));
                }
            }
            return machines;
        });
    }

    @Override
    public Set<UUID> strangers() {
        return translated(() -> {
            Set<UUID> strangers = new HashSet<>();
            for (DomainStatus domain : libvirt.domains()) {
                // One that is gone by now has no mark either.
                if (!isOurs(domain.uuid()) && libvirt.status(domain.uuid()).isPresent()) {
                    strangers.add(domain.uuid());
                }
            }
            return strangers;
        });
    }

    @Override
    public Set<UUID> stored() {
        return translated(disks::servers);
    }

    @Override
    public String consoleLog(UUID server, int lines) {
        return translated(() -> ConsoleLog.tail(disks.consoleLog(server), lines));
    }

    @Override
    public Optional<ConsoleAddress> vnc(UUID server) {
        return translated(() ->
                libvirt.description(server)
                        .flatMap(xml -> Xml.child(Xml.parse(xml), "devices"))
                        .flatMap(devices -> Xml.child(devices, "graphics"))
                        .flatMap(LibvirtHypervisor::address));
    }

    @Override
    public void onPowerChange(Consumer<Machine> listener) {
        listeners.add(listener);
    }

    @Override
    public void trimImageCache() {
        translated(action(disks::trimImages));
    }

    @Override
    public void close() {
        libvirt.close();
    }

    private boolean isOurs(UUID server) {
        if (ours.contains(server)) {
            return true;
        }
        boolean marked = libvirt.metadata(server, DomainXml.NAMESPACE).isPresent();
        if (marked) {
            ours.add(server);
        }
        return marked;
    }

    private static Optional<ConsoleAddress> address(Element graphics) {
        String port = graphics.getAttribute("port");
        if (!graphics.getAttribute("type").equals("vnc") || port.isEmpty() || port.equals("-1")) {
            return Optional.empty();
        }
        return Optional.of(
                new ConsoleAddress(graphics.getAttribute("listen"), Integer.parseInt(port)));
    }

    private static PowerState powerState(DomainStatus domain) {
        return switch (domain.state()) {
            case RUNNING, BLOCKED, SHUTTING_DOWN, NO_STATE -> PowerState.RUNNING;
            case PAUSED, SLEEPING -> PowerState.PAUSED;
            case SHUT_OFF, CRASHED ->
                    domain.saved()
                            ? PowerState.SUSPENDED
                            : domain.crashed() ? PowerState.CRASHED : PowerState.OFF;
        };
    }

    private void onEvent(LifecycleEvent event) {
        switch (event.kind()) {
            case STARTED, SUSPENDED, RESUMED, STOPPED, SLEEPING, CRASHED -> {}
            default -> {
                return;
            }
        }
        if (listeners.isEmpty() || workedOn.containsKey(event.domain())) {
            return;
        }
        libvirt.status(event.domain())
                .filter(status -> isOurs(status.uuid()))
                .map(status -> new Machine(status.uuid(), powerState(status)))
                .ifPresent(machine -> listeners.forEach(each -> each.accept(machine)));
    }

    /** What happened without a connection was told to nobody: tells how all machines are now. */
    private void onConnected() {
        if (listeners.isEmpty()) {
            return;
        }
        for (Machine machine : machines()) {
            if (!workedOn.containsKey(machine.server())) {
                listeners.forEach(each -> each.accept(machine));
            }
        }
    }

    private void change(UUID server, Action change) {
        work(server, action(change));
    }

    private static Work<Boolean> action(Action action) {
        return () -> {
            action.run();
            return true;
        };
    }

    /** Runs a change of one server, whose events meanwhile are of our making. */
    private <T> T work(UUID server, Work<T> change) {
        workedOn.merge(server, 1, Integer::sum);
        try {
            return translated(change);
        } finally {
            workedOn.computeIfPresent(server, (key, count) -> count > 1 ? count - 1 : null);
        }
    }

    private static <T> T translated(Work<T> work) {
        try {
            return work.run();
        } catch (LibvirtException e) {
            if (e.unreachable()) {
                throw HypervisorException.away(String.valueOf(e.getMessage()), e);
            }
            throw new HypervisorException(String.valueOf(e.getMessage()), e.worthRetrying(), e);
        } catch (EngineException e) {
            throw HypervisorException.away(String.valueOf(e.getMessage()), e);
        } catch (RefusedImage e) {
            throw new HypervisorException(String.valueOf(e.getMessage()), false, e);
        } catch (IOException e) {
            throw new HypervisorException("The host's storage failed: " + e.getMessage(), true, e);
        }
    }
}
