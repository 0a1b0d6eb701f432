package org.monostack.cloud;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.driver.libvirt.LibvirtConfig;
import org.monostack.driver.libvirt.LibvirtModule;
import org.monostack.driver.libvirt.engine.LibvirtEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Powers this host's guests off, gently first and all at once, and ends libvirt's daemons. */
final class GuestShutdown {

    private static final Logger LOG = LoggerFactory.getLogger(GuestShutdown.class);

    /** A guest that listens is off in a few seconds, emulated ones in some more. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private GuestShutdown() {}

    /** Says what it did. */
    static String run(LibvirtConfig config) {
        if (!Files.isDirectory(config.dataDirectory())) {
            return "were never started";
        }
        LibvirtEngine engine = LibvirtModule.engine(config);
        int guests = engine.guests().size();
        if (guests == 0 && !engine.running()) {
            return "were not running";
        }
        if (guests > 0) {
            askToPowerOff(config);
        }
        engine.stop(true);
        return guests + " powered off, libvirt stopped";
    }

    private static void askToPowerOff(LibvirtConfig config) {
        try (LibvirtModule module = LibvirtModule.start(config);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Hypervisor hypervisor = module.hypervisor();
            List<Hypervisor.Machine> machines = hypervisor.machines();
            for (Hypervisor.Machine machine : machines) {
                threads.execute(() -> stop(hypervisor, machine));
            }
        } catch (RuntimeException e) {
            LOG.warn("guests cannot be asked to power off: {}", e.getMessage());
        }
    }

    private static void stop(Hypervisor hypervisor, Hypervisor.Machine machine) {
        try {
            hypervisor.stop(machine.server(), PATIENCE);
        } catch (RuntimeException e) {
            LOG.warn("server {} does not power off: {}", machine.server(), e.getMessage());
        }
    }
}
