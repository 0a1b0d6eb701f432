package org.monostack.driver.libvirt;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.monostack.compute.spi.HypervisorException;

/**
 * The virtual hardware that an image asks for by its properties, checked: their values end up in a
 * domain's description, and an image's owner is a stranger.
 *
 * @param machine QEMU's machine type
 * @param diskBus where disks are attached
 * @param cdromBus where CD drives are attached
 * @param nicModel the network card
 * @param videoModel the graphics card; "none" for no display
 */
record GuestHardware(
        String machine, String diskBus, String cdromBus, String nicModel, String videoModel) {

    private static final Set<String> MACHINES = Set.of("pc", "q35");
    private static final Set<String> BUSES = Set.of("virtio", "scsi", "sata", "ide", "usb");
    private static final Set<String> NICS =
            Set.of("virtio", "e1000", "e1000e", "rtl8139", "ne2k_pci", "pcnet", "vmxnet3");
    private static final Set<String> VIDEOS =
            Set.of("vga", "virtio", "cirrus", "bochs", "vmvga", "none");

    /** Reads Nova's names for these; what is not given gets a default. */
    static GuestHardware of(Map<String, String> properties) {
        String machine = choice(properties, "hw_machine_type", MACHINES, "pc");
        // A PC has no SATA of its own, a Q35 no IDE.
        String builtIn = machine.equals("pc") ? "ide" : "sata";
        String diskBus = choice(properties, "hw_disk_bus", BUSES, "virtio");
        return new GuestHardware(
                machine,
                fitting(diskBus, builtIn),
                fitting(choice(properties, "hw_cdrom_bus", BUSES, builtIn), builtIn),
                choice(properties, "hw_vif_model", NICS, "virtio"),
                choice(properties, "hw_video_model", VIDEOS, "vga"));
    }

    private static String fitting(String bus, String builtIn) {
        return bus.equals("ide") || bus.equals("sata") ? builtIn : bus;
    }

    private static String choice(
            Map<String, String> properties, String name, Set<String> allowed, String otherwise) {
        String value = properties.get(name);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        String chosen = value.strip().toLowerCase(Locale.ROOT);
        if (!allowed.contains(chosen)) {
            throw new HypervisorException(
                    "image property " + name + "=" + value + " is not supported by this host",
                    false);
        }
        return chosen;
    }
}
