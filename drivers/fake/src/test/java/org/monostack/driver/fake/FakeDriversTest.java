package org.monostack.driver.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.compute.spi.Hypervisor.Machine;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.Topology;

class FakeDriversTest {

    @TempDir private Path directory;

    private static MachineSpec spec(UUID server) {
        return new MachineSpec(
                server,
                "instance-00000001",
                "one",
                1,
                64,
                1,
                0,
                0,
                new MachineSpec.ImageSource(
                        UUID.randomUUID(), "ab", "raw", 512, InputStream::nullInputStream),
                List.of(),
                Optional.empty(),
                Map.of());
    }

    @Test
    void machinesLiveAndOutliveTheProcess() {
        UUID server = UUID.randomUUID();
        try (FakeHypervisor hypervisor = new FakeHypervisor("host", Optional.of(directory))) {
            hypervisor.prepareDisks(spec(server));
            assertThat(hypervisor.state(server)).contains(PowerState.OFF);
            hypervisor.start(spec(server));
            hypervisor.pause(server);
            assertThatThrownBy(() -> hypervisor.pause(UUID.randomUUID()))
                    .isInstanceOf(HypervisorException.class);
        }
        try (FakeHypervisor again = new FakeHypervisor("host", Optional.of(directory))) {
            assertThat(again.machines()).containsExactly(new Machine(server, PowerState.PAUSED));
            again.unpause(server);
            again.suspend(server);
            again.resume(spec(server));
            assertThat(again.consoleLog(server, -1)).endsWith("login: \n").hasLineCount(20);
            assertThat(again.consoleLog(server, 3)).hasLineCount(3);
            again.stop(server, Duration.ZERO);
            again.stop(UUID.randomUUID(), Duration.ZERO);
            again.destroy(server);
            again.destroy(server);
            assertThat(again.machines()).isEmpty();
        }
    }

    @Test
    void aMachineThatEndsByItselfIsTold() {
        UUID server = UUID.randomUUID();
        List<Machine> told = new ArrayList<>();
        try (FakeHypervisor hypervisor = new FakeHypervisor("host")) {
            hypervisor.onPowerChange(told::add);
            hypervisor.start(spec(server));
            assertThat(told).isEmpty();
            hypervisor.happen(server, PowerState.OFF);
            assertThat(told).containsExactly(new Machine(server, PowerState.OFF));
        }
    }

    @Test
    void aSnapshotIsAnEmptyQcow2() throws IOException {
        UUID server = UUID.randomUUID();
        try (FakeHypervisor hypervisor = new FakeHypervisor("host")) {
            hypervisor.start(spec(server));
            try (InputStream snapshot = hypervisor.snapshot(server)) {
                byte[] content = snapshot.readAllBytes();
                assertThat(content).startsWith('Q', 'F', 'I', 0xfb).hasSize(4 * 65536);
            }
        }
    }

    @Test
    void portsAreUpWhilePlugged() {
        PortIntent port =
                new PortIntent(
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        PortIntent.Kind.DEVICE,
                        "fa:16:3e:00:00:01",
                        List.of(),
                        true,
                        true,
                        Set.of(),
                        List.of(),
                        Map.of(),
                        Optional.empty(),
                        1442,
                        1);
        List<String> told = new ArrayList<>();
        try (FakeNetworkDriver driver = new FakeNetworkDriver(Optional.of(directory))) {
            driver.onPortStatus((id, up) -> told.add(id + " " + up));
            assertThat(driver.isUp(port.id())).isFalse();
            assertThat(driver.plug(port)).hasSize(14).isEqualTo(driver.plug(port));
            assertThat(driver.isUp(port.id())).isTrue();
        }
        try (FakeNetworkDriver again = new FakeNetworkDriver(Optional.of(directory))) {
            assertThat(again.plugged()).containsExactly(port.id());
            again.put(port);
            assertThat(again.realised(IntentKind.PORT, port.id())).isTrue();
            assertThat(again.synchronise(new Topology(List.of(), List.of(), List.of(), List.of())))
                    .isEqualTo(1);
            assertThat(again.realised(IntentKind.PORT, port.id())).isFalse();
            again.unplug(port.id());
            again.unplug(port.id());
            assertThat(again.plugged()).isEmpty();
        }
        assertThat(told).containsExactly(port.id() + " true");
    }
}
