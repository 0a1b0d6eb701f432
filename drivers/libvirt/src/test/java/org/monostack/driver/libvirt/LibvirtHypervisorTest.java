package org.monostack.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.Hypervisor.Machine;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.engine.Acceleration;
import org.monostack.driver.libvirt.engine.LibvirtEngine;
import org.monostack.driver.libvirt.engine.Programs;

/**
 * Drives real guests through a real, private libvirtd. Needs root, libvirt and QEMU, and is skipped
 * without them.
 */
class LibvirtHypervisorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] DISK = TickingGuest.disk("");

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path data;

    private static Optional<LibvirtModule> started = Optional.empty();

    private final UUID server = UUID.randomUUID();
    private final MachineSpec spec = TickingGuest.spec(server, TickingGuest.image("raw", DISK));

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Files.getOwner(Path.of("/proc/self")).getName().equals("root"),
                "skipped: libvirt needs root");
        for (String program : List.of("libvirtd", "virtlogd", "qemu-system-x86_64", "qemu-img")) {
            assumeTrue(Programs.find(program).isPresent(), "skipped: " + program + " is missing");
        }
        started = Optional.of(LibvirtModule.start(config()));
    }

    private static LibvirtConfig config() {
        return new LibvirtConfig(data, "here", "127.0.0.1", Acceleration.Wish.EMULATION);
    }

    @AfterAll
    static void stop() {
        started.ifPresent(module -> {
            module.close();
            LibvirtEngine engine = LibvirtModule.engine(config());
            engine.stop(true);
            assertThat(engine.running()).isFalse();
            assertThat(engine.guests()).isEmpty();
        });
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        hypervisor().destroy(server);
        hypervisor().destroy(server);
        assertThat(hypervisor().state(server)).isEmpty();
        assertThat(hypervisor().machines()).extracting(Machine::server).doesNotContain(server);
        assertThat(data.resolve("servers").resolve(server.toString())).doesNotExist();
        try (Stream<Path> files = Files.walk(data.resolve("libvirt"))) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(spec.name()));
        }
    }

    @Test
    void aServersLife() {
        hypervisor().prepareDisks(spec);
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        hypervisor().start(spec);
        assertThat(state()).contains(PowerState.RUNNING);
        assertThat(hypervisor().machines()).contains(new Machine(server, PowerState.RUNNING));
        assertThat(hypervisor().vnc(server))
                .hasValueSatisfying(address -> {
                    assertThat(address.host()).isEqualTo("127.0.0.1");
                    assertThat(address.port()).isGreaterThan(1024);
                });
        awaitConsole("tick");
        assertThat(console()).contains("booted");
        assertThat(hypervisor().consoleLog(server, 1)).startsWith("tick").hasLineCount(1);

        hypervisor().pause(server);
        hypervisor().pause(server);
        assertThat(state()).contains(PowerState.PAUSED);
        hypervisor().unpause(server);
        hypervisor().unpause(server);
        assertThat(state()).contains(PowerState.RUNNING);

        hypervisor().suspend(server);
        hypervisor().suspend(server);
        assertThat(state()).contains(PowerState.SUSPENDED);
        assertThat(hypervisor().vnc(server)).isEmpty();
        hypervisor().resume(spec);
        hypervisor().resume(spec);
        assertThat(state()).contains(PowerState.RUNNING);
        awaitConsole("tick");
        assertThat(console()).doesNotContain("booted"); // It went on and did not start over.

        hypervisor().reboot(spec, true, Duration.ZERO);
        awaitConsole("booted");

        hypervisor().stop(server, Duration.ZERO);
        hypervisor().stop(server, Duration.ZERO);
        assertThat(state()).contains(PowerState.OFF);
        assertThat(console()).contains("booted");
        hypervisor().start(spec);
        assertThat(state()).contains(PowerState.RUNNING);
    }

    @Test
    void aDeafGuestIsStoppedAndRebootedInTheEnd() {
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        hypervisor().reboot(spec, false, Duration.ofMillis(500));
        assertThat(state()).contains(PowerState.RUNNING);
        hypervisor().stop(server, Duration.ofMillis(500));
        assertThat(state()).contains(PowerState.OFF);
        hypervisor().reboot(spec, false, Duration.ofSeconds(1)); // Off already: it is started.
        assertThat(state()).contains(PowerState.RUNNING);
    }

    @Test
    void guestsAndTheDriverSurviveTheDaemonsDeath() {
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        LibvirtEngine engine = module().engines().getFirst();
        List<ProcessHandle> guests = engine.guests();
        assertThat(guests).hasSize(1);
        ProcessHandle daemon = engine.daemon().orElseThrow();
        daemon.destroyForcibly();

        // Nobody calls, and yet the driver brings the daemon back.
        await(() -> engine.daemon().filter(now -> now.pid() != daemon.pid()).isPresent());
        await(() -> hypervisor().state(server).equals(Optional.of(PowerState.RUNNING)));
        assertThat(engine.guests()).isEqualTo(guests);
        hypervisor().pause(server);
        assertThat(state()).contains(PowerState.PAUSED);
    }

    /**
     * The daemon ends, when it is back, what it had half started: that is not a guest that runs.
     */
    @Test
    void aStartThatTheDaemonDiedInIsDoneAgain() throws Exception {
        hypervisor().prepareDisks(spec);
        LibvirtEngine engine = module().engines().getFirst();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> cutOff = threads.submit(() -> hypervisor().start(spec));
            await(() -> !engine.guests().isEmpty());
            ProcessHandle half = engine.guests().getFirst();
            signal("STOP", half);
            engine.daemon().orElseThrow().destroyForcibly();
            assertThatThrownBy(cutOff::get).hasCauseInstanceOf(HypervisorException.class);

            await(() -> state().equals(Optional.of(PowerState.PAUSED)));
            Future<?> again = threads.submit(() -> hypervisor().start(spec));
            Thread.sleep(500); // Long enough for one that takes the guest for started.
            signal("CONT", half);
            again.get();
            await(() -> !half.isAlive());
            assertThat(state()).contains(PowerState.RUNNING);
            awaitConsole("booted");
        }
    }

    private static void signal(String name, ProcessHandle process) throws IOException {
        Programs.run(Duration.ofSeconds(5), List.of("kill", "-" + name, "" + process.pid()));
    }

    @Test
    void whatHappenedWithoutTheDaemonIsToldOnceItIsBack() {
        Set<Machine> reported = ConcurrentHashMap.newKeySet();
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        hypervisor().onPowerChange(reported::add);
        LibvirtEngine engine = module().engines().getFirst();
        engine.daemon().orElseThrow().destroyForcibly();
        engine.guests().forEach(ProcessHandle::destroyForcibly);
        await(() ->
                reported.stream()
                        .anyMatch(machine ->
                                machine.server().equals(server)
                                        && machine.state() != PowerState.RUNNING));
    }

    @Test
    void everythingDiesAtOnce() throws IOException {
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        LibvirtEngine engine = module().engines().getFirst();
        ProcessHandle daemon = engine.daemon().orElseThrow();
        String log = Files.readString(data.resolve("libvirt/pid/virtlogd.pid")).strip();
        daemon.destroyForcibly();
        ProcessHandle.of(Long.parseLong(log)).orElseThrow().destroyForcibly();
        engine.guests().forEach(ProcessHandle::destroyForcibly);

        await(() -> hypervisor().state(server).orElseThrow() != PowerState.RUNNING);
        // The daemon may be back before what writes consoles is; an operation waits as well.
        await(() -> {
            hypervisor().start(spec);
            return true;
        });
        awaitConsole("booted");
    }

    @Test
    void manyAtOnce() throws Exception {
        List<MachineSpec> specs =
                Stream.generate(UUID::randomUUID)
                        .limit(6)
                        .map(id -> TickingGuest.spec(id, spec.image()))
                        .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> lives = new ArrayList<>();
            for (MachineSpec each : specs) {
                lives.add(
                        threads.submit(() -> {
                            hypervisor().prepareDisks(each);
                            hypervisor().start(each);
                            hypervisor().destroy(each.server());
                        }));
            }
            for (Future<?> life : lives) {
                life.get();
            }
        }
        assertThat(hypervisor().machines()).isEmpty();
    }

    @Test
    void aStrangersMachineIsNoServer() {
        UUID stranger = UUID.randomUUID();
        LibvirtEngine engine = started.orElseThrow().engines().getFirst();
        try (Libvirt libvirt = new Libvirt(engine::uri)) {
            libvirt.connect();
            libvirt.define(
                    "<domain type='qemu'><name>stranger</name><uuid>"
                            + stranger
                            + "</uuid><memory>1024</memory><os><type>hvm</type></os></domain>");
            assertThat(hypervisor().strangers()).containsExactly(stranger);
            assertThat(hypervisor().machines())
                    .extracting(Machine::server)
                    .doesNotContain(stranger);
            libvirt.undefine(stranger);
        }
        assertThat(hypervisor().strangers()).isEmpty();
    }

    @Test
    void anotherProcessFindsWhatRuns() {
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        try (LibvirtModule other = LibvirtModule.start(config())) {
            assertThat(other.hypervisor().state(server)).contains(PowerState.RUNNING);
            assertThat(other.hypervisor().machines())
                    .contains(new Machine(server, PowerState.RUNNING));
        }
        assertThat(state()).contains(PowerState.RUNNING);
    }

    @Test
    void aGuestThatDiesIsReported() {
        Set<Machine> reported = ConcurrentHashMap.newKeySet();
        hypervisor().onPowerChange(reported::add);
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        module().engines().getFirst().guests().forEach(ProcessHandle::destroyForcibly);
        await(() -> reported.contains(new Machine(server, PowerState.CRASHED)));
        assertThat(state()).contains(PowerState.CRASHED);
    }

    @Test
    void allDisksAndAConfigDrive() {
        MachineSpec rich =
                new MachineSpec(
                        server,
                        spec.name(),
                        "rich",
                        2,
                        32,
                        1,
                        1,
                        8,
                        spec.image(),
                        List.of(),
                        Optional.of(
                                Map.of("openstack/latest/meta_data.json", new byte[] {'{', '}'})),
                        Map.of("hw_disk_bus", "scsi", "hw_machine_type", "q35"));
        hypervisor().prepareDisks(rich);
        hypervisor().start(rich);
        awaitConsole("tick");
    }

    @Test
    void aSnapshotOfARunningAndOfAStoppedServer() throws IOException {
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        byte[] running = bytes(hypervisor().snapshot(server));
        assertThat(state()).contains(PowerState.RUNNING);
        hypervisor().stop(server, Duration.ZERO);
        byte[] stopped = bytes(hypervisor().snapshot(server));
        for (byte[] snapshot : List.of(running, stopped)) {
            assertThat(snapshot).startsWith('Q', 'F', 'I', 0xfb);
            // A server made from the snapshot boots: it is whole and needs no other file.
            UUID copy = UUID.randomUUID();
            MachineSpec copied = TickingGuest.spec(copy, TickingGuest.image("qcow2", snapshot));
            try {
                hypervisor().prepareDisks(copied);
                hypervisor().start(copied);
                await(() -> hypervisor().consoleLog(copy, -1).contains("booted"));
            } finally {
                hypervisor().destroy(copy);
            }
        }
    }

    @Test
    void aRescuedGuestRunsFromAnotherDiskUntilItIsUnrescued() {
        var image = TickingGuest.image("raw", TickingGuest.diskSaying("rescue"));
        hypervisor().prepareDisks(spec);
        hypervisor().start(spec);
        awaitConsole("booted");
        hypervisor().stop(server, Duration.ZERO);
        hypervisor().rescue(spec, image);
        hypervisor().rescue(spec, image);
        awaitConsole("rescue");
        assertThat(console()).doesNotContain("booted");
        hypervisor().trimImageCache();

        hypervisor().stop(server, Duration.ZERO);
        hypervisor().unrescue(spec);
        hypervisor().unrescue(spec);
        awaitConsole("booted");
        assertThat(console()).doesNotContain("rescue");
    }

    @Test
    void whatIsImpossibleIsRefusedForGood() {
        MachineSpec strange =
                new MachineSpec(
                        server,
                        spec.name(),
                        "strange",
                        1,
                        16,
                        1,
                        0,
                        0,
                        spec.image(),
                        List.of(),
                        Optional.empty(),
                        Map.of("hw_disk_bus", "'/><evil"));
        assertThatThrownBy(() -> hypervisor().prepareDisks(strange))
                .isInstanceOf(HypervisorException.class)
                .hasMessageContaining("hw_disk_bus");
        MachineSpec.ImageSource wrong = TickingGuest.image("qcow2", TickingGuest.disk("raw"));
        assertThatThrownBy(() -> hypervisor().prepareDisks(TickingGuest.spec(server, wrong)))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.worthRetrying()).isFalse())
                .hasMessageContaining("not qcow2");
        assertThatThrownBy(() -> hypervisor().pause(server))
                .isInstanceOf(HypervisorException.class);
        assertThatThrownBy(() -> hypervisor().start(spec)).hasMessageContaining("no disks");
    }

    @Test
    void theHostDescribesItself() {
        var capacity = hypervisor().capacity();
        assertThat(capacity.hostname()).isEqualTo("here");
        assertThat(capacity.hypervisorVersion()).isGreaterThan(4_000_000);
        assertThat(capacity.memoryMb()).isPositive();
        assertThat(capacity.vcpus()).isPositive();
        assertThat(capacity.cpuInfoJson()).contains("\"topology\"");
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private static LibvirtModule module() {
        return started.orElseThrow();
    }

    private static Hypervisor hypervisor() {
        return module().hypervisor();
    }

    private Optional<PowerState> state() {
        return hypervisor().state(server);
    }

    private String console() {
        return hypervisor().consoleLog(server, -1);
    }

    private void awaitConsole(String text) {
        await(() -> console().contains(text));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (HypervisorException e) {
                assertThat(e.worthRetrying()).isTrue();
            }
            assertThat(System.nanoTime()).as("not in time").isLessThan(deadline);
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
