package org.monostack.cloud;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.engine.Engine;
import org.monostack.cloud.engine.NetworkEngine;
import org.monostack.cloud.engine.ServerEngine;
import org.monostack.cloud.launch.StartReport;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.driver.fake.FakeHypervisor;
import org.monostack.driver.fake.FakeNetworkDriver;
import org.monostack.driver.libvirt.LibvirtModule;
import org.monostack.driver.ovn.OvnModule;
import org.monostack.network.spi.NetworkDriver;

/** What touches the outside: the drivers that the configuration asks for, with their engines up. */
final class Drivers implements AutoCloseable {

    private final NetworkDriver network;
    private final Hypervisor hypervisor;
    private final List<String> notes = new ArrayList<>();
    private final List<Engine> engines = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Drivers(NetworkDriver network, Hypervisor hypervisor) {
        this.network = network;
        this.hypervisor = hypervisor;
    }

    /** Starts engines that do not run, side by side, and connects to them. */
    static Drivers start(CloudConfig config, Engines engines, StartReport report) throws Exception {
        if (config.servers().fake()) {
            FakeNetworkDriver network = new FakeNetworkDriver(Optional.of(engines.fakeNetworks()));
            FakeHypervisor hypervisor =
                    new FakeHypervisor(config.host().name(), Optional.of(engines.fakeServers()));
            Drivers drivers = new Drivers(network, hypervisor);
            drivers.open.push(network);
            drivers.open.push(hypervisor);
            return drivers;
        }
        try (ExecutorService sideBySide = Executors.newFixedThreadPool(2)) {
            Future<OvnModule> networks = sideBySide.submit(() -> startNetworks(engines, report));
            Future<LibvirtModule> servers = sideBySide.submit(() -> startServers(engines, report));
            OvnModule ovn = await(networks);
            LibvirtModule libvirt;
            try {
                libvirt = await(servers);
            } catch (Exception e) {
                ovn.close();
                throw e;
            }
            Drivers drivers = new Drivers(ovn.driver(), libvirt.hypervisor());
            drivers.open.push(ovn);
            drivers.open.push(libvirt);
            drivers.engines.add(new NetworkEngine(ovn.engines()));
            libvirt.engines().forEach(engine -> drivers.engines.add(new ServerEngine(engine)));
            drivers.notes.add("servers: " + libvirt.acceleration().reason());
            return drivers;
        }
    }

    private static OvnModule startNetworks(Engines engines, StartReport report) throws Exception {
        return report.step(
                "networks",
                () -> OvnModule.start(engines.networkConfig()),
                module -> "Open vSwitch and OVN");
    }

    private static LibvirtModule startServers(Engines engines, StartReport report)
            throws Exception {
        return report.step(
                "servers",
                () -> LibvirtModule.start(engines.hypervisorConfig()),
                module ->
                        "libvirt and QEMU, "
                                + (module.acceleration().kvm() ? "by KVM" : "emulated"));
    }

    private static <T> T await(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    NetworkDriver network() {
        return network;
    }

    Hypervisor hypervisor() {
        return hypervisor;
    }

    /** The engines that were started, or found running. */
    List<Engine> engines() {
        return List.copyOf(engines);
    }

    /** What the user should be told. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Lets go of the engines, which go on. */
    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
