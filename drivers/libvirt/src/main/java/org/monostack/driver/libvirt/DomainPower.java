package org.monostack.driver.libvirt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.driver.libvirt.binding.DomainState;
import org.monostack.driver.libvirt.binding.DomainStatus;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.binding.LibvirtException;
import org.monostack.driver.libvirt.disk.ServerDisks;

/**
 * Switches domains on and off. Keeps nothing: each method looks at libvirt first and does what is
 * missing, so each may be repeated.
 */
final class DomainPower {
    private static final Duration POLL = Duration.ofMillis(150);
    // A guest that is still booting does not hear the power button; press it again.
    private static final Duration PRESS_AGAIN = Duration.ofSeconds(8);
    // Far longer than QEMU takes on a host that is worth running guests on.
    private static final Duration HALF_STARTED = Duration.ofSeconds(60);

    private final Libvirt libvirt;
    private final ServerDisks disks;
    private final DomainXml descriptions;

    DomainPower(Libvirt libvirt, ServerDisks disks, DomainXml descriptions) {
        this.libvirt = libvirt;
        this.disks = disks;
        this.descriptions = descriptions;
    }

    /** The domain's status; throws if there is no such domain. */
    DomainStatus known(UUID server) {
        return libvirt.status(server)
                .orElseThrow(
                        () -> new HypervisorException("The host does not know the server.", false));
    }

    /** Powers on from a fresh definition, or from saved memory if there is any. */
    void on(MachineSpec spec) {
        UUID server = spec.server();
        Optional<DomainStatus> status = statusOnceDecided(server);
        if (status.isPresent() && status.get().state().active()) {
            if (status.get().saved()) {
                // A daemon that died right after restoring it left it; it is of the past.
                libvirt.discardSaved(server);
            }
            return;
        }
        // Saved memory fits the definition that it was saved with, so that one stays.
        if (status.isEmpty() || !status.get().saved()) {
            List<ServerDisks.Disk> files = disks.disks(server);
            if (files.isEmpty()) {
                throw new HypervisorException("The server has no disks on this host.", false);
            }
            String console = disks.consoleLog(server).toString();
            libvirt.define(descriptions.describe(spec, files, console));
        }
        try {
            libvirt.create(server);
        } catch (LibvirtException e) {
            // A try before, whose answer got lost, may have done it.
            if (!e.operationInvalid()
                    || statusOnceDecided(server).filter(now -> now.state().active()).isEmpty()) {
                throw e;
            }
        }
    }

    /**
     * The domain's status, but for that of a start which is under way. A daemon that died in the
     * middle of one shows the guest as paused when it comes back, and then ends it: taken for
     * running, it would never be started.
     */
    private Optional<DomainStatus> statusOnceDecided(UUID server) {
        if (!eventually(
                HALF_STARTED,
                () -> libvirt.status(server).filter(DomainStatus::starting).isEmpty())) {
            cut(server);
        }
        return libvirt.status(server);
    }

    /** Asks the guest to power off; whether it is off in the end. */
    boolean askOff(UUID server, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<Long> pressed = Optional.empty();
        while (true) {
            Optional<DomainStatus> status = libvirt.status(server);
            if (status.isEmpty() || !status.get().state().active()) {
                return true;
            }
            long now = System.nanoTime();
            // A guest that does not run cannot answer.
            if (now - deadline >= 0 || status.get().state() == DomainState.PAUSED) {
                return false;
            }
            if (pressed.isEmpty() || now - pressed.get() >= PRESS_AGAIN.toNanos()) {
                pressed = Optional.of(now);
                pressButton(server);
            }
            sleep();
        }
    }

    /** Pulls the plug. */
    void cut(UUID server) {
        Optional<DomainStatus> status = libvirt.status(server);
        if (status.isEmpty() || !status.get().state().active()) {
            return;
        }
        try {
            libvirt.destroy(server);
        } catch (LibvirtException e) {
            if (!e.operationInvalid() && !e.noSuchDomain()) {
                throw e;
            }
        }
    }

    /** Waits for a condition; whether it came true in time. */
    static boolean eventually(Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            sleep();
        }
        return true;
    }

    private void pressButton(UUID server) {
        try {
            libvirt.shutdown(server);
        } catch (LibvirtException e) {
            if (e.daemonUnavailable()) {
                throw e;
            }
            // It went off in between, or does not listen: its state will say.
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException("The driver was interrupted.", true, e);
        }
    }
}
