package org.monostack.compute.spi;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Runs servers on one host. Implemented by drivers; called by durable operations, from any thread.
 *
 * <p>Every method is idempotent: it looks at what is there before it acts, so that an operation
 * that was cut off can run the same step again. What a driver keeps outside (domain, overlay,
 * console log) is named after the server's id, never at random. A method that fails throws {@link
 * HypervisorException}, whose message is fit for a server's fault.
 */
public interface Hypervisor extends AutoCloseable {

    /** What this host has in all, used or not, and what it calls itself. */
    HostCapacity capacity();

    /**
     * Another word whenever the host or its operator may have ended guests that ran: after a reboot
     * of the host, or after all guests were powered off with it. While the word stays, a guest that
     * is off has powered itself off.
     */
    String generation();

    /**
     * Makes the server's root disk (an overlay on a per-host image cache, cached by content) and
     * its config drive, if it has one. Nothing happens to disks that exist.
     */
    void prepareDisks(MachineSpec spec);

    /**
     * Defines the machine if it is not defined and powers it on if it is not running. Network
     * devices named in the spec must be plugged before. Disks must have been prepared.
     */
    void start(MachineSpec spec);

    /**
     * Powers the machine off: asks the guest first and waits up to {@code patience}, then pulls the
     * plug. Zero patience pulls at once. A machine that is off or unknown is left as it is.
     */
    void stop(UUID server, Duration patience);

    /**
     * Restarts a machine. {@code hard} powers off and on from a fresh definition; soft asks the
     * guest and falls back to hard after {@code patience}.
     */
    void reboot(MachineSpec spec, boolean hard, Duration patience);

    void pause(UUID server);

    void unpause(UUID server);

    /** Saves memory to disk and powers off; {@link #resume} brings it back as it was. */
    void suspend(UUID server);

    void resume(MachineSpec spec);

    /** Powers off, undefines, and removes disks, config drive and console log. Unknown: no-op. */
    void destroy(UUID server);

    /** The machine's power state now; empty when the hypervisor does not know it. */
    Optional<PowerState> state(UUID server);

    /**
     * Plugs a network device into a machine, running or not; its tap exists. Nothing happens if it
     * is there. {@code spec} describes the machine with the device.
     */
    default void attach(MachineSpec spec, MachineSpec.Nic nic) {
        throw new HypervisorException("This hypervisor cannot attach network devices.", false);
    }

    /** Unplugs a network device from a machine, if it is there; its tap still exists. */
    default void detach(MachineSpec spec, MachineSpec.Nic nic) {
        throw new HypervisorException("This hypervisor cannot detach network devices.", false);
    }

    /**
     * Grows the root disk of a machine that is off to the size that the spec says. A disk that has
     * that size, or is larger, stays as it is.
     */
    default void growDisk(MachineSpec spec) {
        throw new HypervisorException("This hypervisor cannot resize disks.", false);
    }

    /**
     * The content of a machine's root disk as one qcow2 file without a backing file, taken at one
     * instant. The caller closes the stream, which frees whatever the driver kept for it.
     */
    default InputStream snapshot(UUID server) {
        throw new HypervisorException("This hypervisor cannot take snapshots.", false);
    }

    /**
     * Starts a machine that is off from a fresh disk of another image, its own disks beside it. The
     * rescue disk stays until {@link #unrescue} and is what the machine boots from until then.
     */
    default void rescue(MachineSpec spec, MachineSpec.ImageSource image) {
        throw new HypervisorException("This hypervisor cannot rescue servers.", false);
    }

    /** Removes the rescue disk of a machine that is off, and starts it from its own. */
    default void unrescue(MachineSpec spec) {
        throw new HypervisorException("This hypervisor cannot rescue servers.", false);
    }

    /** Every machine of this cloud that the hypervisor knows, running or not. */
    List<Machine> machines();

    /**
     * Machines that somebody else defined in this cloud's hypervisor, which are not touched; none
     * where nobody else can.
     */
    default Set<UUID> strangers() {
        return Set.of();
    }

    /** Servers of which there are files on this host, whether or not they have a machine. */
    Set<UUID> stored();

    /** The serial console's last {@code lines} lines (all kept ones if negative), oldest first. */
    String consoleLog(UUID server, int lines);

    /** Where QEMU serves VNC for this machine, if it runs and has a display. */
    Optional<ConsoleAddress> vnc(UUID server);

    /**
     * Calls the listener, on a thread of the driver, whenever a machine changes power state by
     * itself (guest shutdown, crash). A hint: events may be lost; {@link #machines} is the truth.
     */
    void onPowerChange(Consumer<Machine> listener);

    /** Ids of the images in the host's cache that no disk uses may be removed by the driver. */
    void trimImageCache();

    @Override
    void close();

    /** A machine and its power state. */
    record Machine(UUID server, PowerState state) {}

    /** A TCP address on this host. */
    record ConsoleAddress(String host, int port) {}

    /** What a hypervisor says a machine is doing. */
    enum PowerState {
        RUNNING,
        PAUSED,
        OFF,
        SUSPENDED,
        CRASHED
    }
}
