package org.monostack.driver.libvirt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.driver.libvirt.binding.DomainStatus;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.binding.LibvirtException;

/** Plugs network devices into domains and unplugs them, running or not, told apart by MAC. */
final class NicSlots {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Libvirt libvirt;

    NicSlots(Libvirt libvirt) {
        this.libvirt = libvirt;
    }

    /** Plugs a device in, unless it is there. */
    void plug(DomainStatus domain, MachineSpec spec, MachineSpec.Nic nic) {
        if (!has(domain.uuid(), nic)) {
            libvirt.attachDevice(domain.uuid(), describe(spec, nic), domain.state().active());
        }
    }

    /** Unplugs a device, if it is there, and waits for a running guest to let go of it. */
    void unplug(DomainStatus domain, MachineSpec spec, MachineSpec.Nic nic) {
        UUID server = domain.uuid();
        if (!has(server, nic)) {
            return;
        }
        String xml = describe(spec, nic);
        try {
            libvirt.detachDevice(server, xml, false);
        } catch (LibvirtException e) {
            // While a guest holds on to a device, the definition may be rid of it already.
            if (e.daemonUnavailable() || !domain.state().active()) {
                throw e;
            }
        }
        if (domain.state().active()) {
            libvirt.detachDevice(server, xml, true);
            if (!DomainPower.eventually(PATIENCE, () -> !has(server, nic))) {
                throw new HypervisorException(
                        "The guest did not let go of the network device.", true);
            }
        }
    }

    private static String describe(MachineSpec spec, MachineSpec.Nic nic) {
        return DomainXml.nic(nic, GuestHardware.of(spec.properties()));
    }

    private boolean has(UUID server, MachineSpec.Nic nic) {
        return libvirt
                .description(server)
                .flatMap(xml -> Xml.child(Xml.parse(xml), "devices"))
                .map(devices -> Xml.children(devices, "interface"))
                .orElse(List.of())
                .stream()
                .map(device -> Xml.child(device, "mac"))
                .flatMap(Optional::stream)
                .anyMatch(mac -> mac.getAttribute("address").equalsIgnoreCase(nic.mac()));
    }
}
