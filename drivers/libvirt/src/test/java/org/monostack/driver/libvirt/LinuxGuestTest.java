package org.monostack.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.driver.libvirt.engine.Acceleration;
import org.monostack.driver.libvirt.engine.Programs;

/**
 * What only a guest with an operating system can answer: power buttons, config drives, hot-plug.
 * Takes a minute under emulation, so it runs only when asked for, with
 * -Dmonostack.guest.image=.../monostack-guest-x86_64.qcow2 (made by guest/build.sh).
 */
class LinuxGuestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String TAP = "mstest-lv0";
    private static final MachineSpec.Nic NIC =
            new MachineSpec.Nic(UUID.randomUUID(), "fa:16:3e:00:00:17", TAP, 1442);

    @TempDir Path data;
    private final UUID server = UUID.randomUUID();
    private Optional<LibvirtModule> started = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                System.getProperty("monostack.guest.image") != null,
                "skipped: no guest image given");
        Programs.require(
                Duration.ofSeconds(5), List.of("ip", "tuntap", "add", "dev", TAP, "mode", "tap"));
        started =
                Optional.of(
                        LibvirtModule.start(
                                new LibvirtConfig(
                                        data, "here", "127.0.0.1", Acceleration.Wish.TRY)));
    }

    @AfterEach
    void stop() throws IOException {
        if (started.isPresent()) {
            started.get().hypervisor().destroy(server);
            started.get().close();
            started.get().engines().forEach(engine -> engine.stop(true));
            Programs.require(
                    Duration.ofSeconds(5),
                    List.of("ip", "tuntap", "del", "dev", TAP, "mode", "tap"));
        }
    }

    @Test
    void aGuestWithAnOperatingSystem() throws IOException {
        Hypervisor hypervisor = started.orElseThrow().hypervisor();
        byte[] image = Files.readAllBytes(Path.of(System.getProperty("monostack.guest.image", "")));
        String metadata = "{\"uuid\": \"" + server + "\", \"hostname\": \"from-the-config-drive\"}";
        MachineSpec spec =
                new MachineSpec(
                        server,
                        "instance-00000001",
                        "linux",
                        1,
                        128,
                        1,
                        1,
                        16,
                        TickingGuest.image("qcow2", image),
                        List.of(),
                        Optional.of(
                                Map.of(
                                        "openstack/latest/meta_data.json",
                                        metadata.getBytes(StandardCharsets.UTF_8))),
                        Map.of());
        hypervisor.prepareDisks(spec);
        hypervisor.start(spec);
        awaitLogin(hypervisor);
        assertThat(hypervisor.consoleLog(server, -1)).contains("from-the-config-drive");

        hypervisor.attach(spec, NIC);
        hypervisor.attach(spec, NIC);
        hypervisor.detach(spec, NIC);
        hypervisor.detach(spec, NIC);

        hypervisor.reboot(spec, false, PATIENCE);
        awaitLogin(hypervisor);

        long asked = System.nanoTime();
        hypervisor.stop(server, PATIENCE);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(PATIENCE);
        assertThat(hypervisor.state(server)).contains(PowerState.OFF);

        hypervisor.growDisk(
                new MachineSpec(
                        server,
                        spec.name(),
                        "linux",
                        1,
                        128,
                        2,
                        1,
                        16,
                        spec.image(),
                        List.of(),
                        spec.configDrive(),
                        Map.of()));
        hypervisor.attach(spec, NIC);
        hypervisor.start(spec);
        awaitLogin(hypervisor);
    }

    private void awaitLogin(Hypervisor hypervisor) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!hypervisor.consoleLog(server, 5).contains("login:")) {
            assertThat(System.nanoTime())
                    .as(() -> hypervisor.consoleLog(server, 20))
                    .isLessThan(deadline);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
