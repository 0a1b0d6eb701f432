package org.monostack.driver.libvirt;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.driver.libvirt.disk.ServerDisks.Disk;
import org.monostack.driver.libvirt.disk.ServerDisks.Role;

/**
 * Writes a server's domain description. Pure: the same server, disks and host give the same text.
 *
 * <p>Choices that need a reason have it beside them; everything else is libvirt's default.
 */
final class DomainXml {
    /** Marks our domains; its element carries the names that an operator looks for. */
    static final String NAMESPACE = "urn:monostack:server:1";

    /** What a guest boots from, the first that is there. */
    private static final List<Role> BOOTABLE = List.of(Role.RESCUE, Role.BOOT_MEDIUM, Role.ROOT);

    private final boolean kvm;
    private final String emulator;

    DomainXml(boolean kvm, String emulator) {
        this.kvm = kvm;
        this.emulator = emulator;
    }

    String describe(MachineSpec spec, List<Disk> disks, String consoleLog) {
        GuestHardware hardware = GuestHardware.of(spec.properties());
        StringBuilder xml = new StringBuilder(4096);
        xml.append("<domain type='").append(kvm ? "kvm" : "qemu").append("'>\n");
        element(xml, "name", spec.name());
        element(xml, "uuid", spec.server().toString());
        xml.append("<metadata><server xmlns='").append(NAMESPACE).append("'>");
        element(xml, "name", spec.displayName());
        element(xml, "image", spec.image().id().toString());
        xml.append("</server></metadata>\n");
        xml.append("<memory unit='MiB'>").append(spec.memoryMb()).append("</memory>\n");
        xml.append("<vcpu>").append(spec.vcpus()).append("</vcpu>\n");
        xml.append("<sysinfo type='smbios'><system>");
        entry(xml, "manufacturer", "OpenStack Foundation"); // cloud-init looks for these two
        entry(xml, "product", "OpenStack Nova");
        entry(xml, "serial", spec.server().toString());
        entry(xml, "uuid", spec.server().toString());
        entry(xml, "family", "Virtual Machine");
        xml.append("</system></sysinfo>\n");
        xml.append("<os><type arch='x86_64' machine='")
                .append(hardware.machine())
                .append("'>hvm</type><bootmenu enable='no'/><smbios mode='sysinfo'/></os>\n");
        processor(xml, spec.memoryMb());
        xml.append("<clock offset='utc'>")
                .append("<timer name='pit' tickpolicy='delay'/>")
                .append("<timer name='rtc' tickpolicy='catchup'/>")
                .append("<timer name='hpet' present='no'/></clock>\n");
        xml.append("<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot>")
                .append("<on_crash>destroy</on_crash>\n");
        xml.append("<devices>\n");
        element(xml, "emulator", emulator);
        // A USB controller is polled all the time; emulated guests feel it.
        if (!hardware.diskBus().equals("usb") && !hardware.cdromBus().equals("usb")) {
            xml.append("<controller type='usb' model='none'/>\n");
        }
        if (hardware.diskBus().equals("scsi") || hardware.cdromBus().equals("scsi")) {
            xml.append("<controller type='scsi' model='virtio-scsi'/>\n");
        }
        disks(xml, spec, hardware, disks);
        for (MachineSpec.Nic nic : spec.nics()) {
            xml.append(nic(nic, hardware));
        }
        xml.append("<serial type='pty'><log file='")
                .append(escape(consoleLog))
                .append("' append='off'/><target type='isa-serial' port='0'/></serial>\n");
        display(xml, hardware);
        xml.append("<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>\n");
        // Memory that the guest frees goes back to the host by itself.
        xml.append("<memballoon model='virtio' autodeflate='on' freePageReporting='on'>")
                .append("<stats period='10'/></memballoon>\n");
        xml.append("</devices>\n</domain>\n");
        return xml.toString();
    }

    private void processor(StringBuilder xml, long memoryMb) {
        if (kvm) {
            xml.append("<features><acpi/><apic/></features>\n");
            xml.append("<cpu mode='host-model'/>\n");
            return;
        }
        // QEMU would let its cache of translated code grow to a GiB. A small guest boots as fast
        // with 32 MiB and is 50 MiB smaller for it.
        xml.append("<features><acpi/><apic/>")
                .append("<tcg><tb-cache unit='MiB'>")
                .append(Math.clamp(memoryMb / 4, 32L, 256L))
                .append("</tb-cache></tcg></features>\n");
        // Current distributions refuse processors older than this (x86-64-v2). All of it is
        // emulated; check='none' because libvirt knows the model's hardware and not the emulator's.
        xml.append("<cpu mode='custom' match='exact' check='none'>")
                .append("<model fallback='allow'>Nehalem</model></cpu>\n");
    }

    private static void disks(
            StringBuilder xml, MachineSpec spec, GuestHardware hardware, List<Disk> disks) {
        Map<Prefix, Integer> used = new EnumMap<>(Prefix.class);
        List<Role> there = disks.stream().map(Disk::role).toList();
        List<Role> bootOrder = BOOTABLE.stream().filter(there::contains).toList();
        for (Disk disk : disks) {
            boolean readOnly = disk.role() == Role.BOOT_MEDIUM || disk.role() == Role.CONFIG_DRIVE;
            // A config drive is a CD only if the image asks for that: kernels made for clouds have
            // no drivers for CD drives, and nobody minds ISO 9660 on a disk.
            boolean cdrom =
                    disk.role() == Role.BOOT_MEDIUM
                            || disk.role() == Role.CONFIG_DRIVE
                                    && spec.properties().containsKey("hw_cdrom_bus");
            String bus = cdrom ? hardware.cdromBus() : hardware.diskBus();
            Prefix prefix = Prefix.of(bus);
            int index = used.merge(prefix, 1, Integer::sum) - 1;
            xml.append("<disk type='file' device='").append(cdrom ? "cdrom" : "disk").append("'>");
            xml.append("<driver name='qemu' type='").append(disk.format());
            // Guests flush what they must keep; the host's page cache makes many guests of one
            // image start as fast as one, and works on file systems without direct I/O.
            xml.append("' cache='writeback'");
            if (!readOnly) {
                xml.append(" discard='unmap'");
            }
            xml.append("/><source file='").append(escape(disk.file().toString())).append("'/>");
            xml.append("<target dev='")
                    .append(prefix.letters)
                    .append((char) ('a' + index))
                    .append("' bus='")
                    .append(bus)
                    .append("'/>");
            if (readOnly) {
                xml.append("<readonly/>");
            }
            int order = bootOrder.indexOf(disk.role()) + 1;
            if (order > 0) {
                xml.append("<boot order='").append(order).append("'/>");
            }
            xml.append("</disk>\n");
        }
    }

    /** How a guest's kernel calls the disks of a bus. */
    private enum Prefix {
        VIRTIO("vd"),
        SCSI("sd"),
        IDE("hd");

        private final String letters;

        Prefix(String letters) {
            this.letters = letters;
        }

        static Prefix of(String bus) {
            return switch (bus) {
                case "virtio" -> VIRTIO;
                case "ide" -> IDE;
                default -> SCSI;
            };
        }
    }

    /** A network device, as part of a description or to be plugged in by itself. */
    static String nic(MachineSpec.Nic nic, GuestHardware hardware) {
        StringBuilder xml = new StringBuilder();
        xml.append("<interface type='ethernet'><mac address='")
                .append(escape(nic.mac()))
                .append("'/><target dev='")
                .append(escape(nic.tap()))
                // The tap is made, plugged and removed by the network's driver.
                .append("' managed='no'/><model type='")
                .append(hardware.nicModel())
                .append("'/>");
        if (hardware.nicModel().equals("virtio")) {
            // A virtual switch in user space does not finish checksums that a guest leaves to it:
            // pings pass and TCP carries nothing.
            xml.append("<driver name='qemu'>")
                    .append("<host csum='off' gso='off' tso4='off' tso6='off' ecn='off' ufo='off'")
                    .append("/><guest csum='off' tso4='off' tso6='off' ecn='off' ufo='off'/>")
                    .append("</driver>");
        }
        xml.append("<mtu size='").append(nic.mtu()).append("'/>");
        // Servers boot from disks: the card's boot program would only cost a second.
        return xml.append("<rom enabled='no'/></interface>\n").toString();
    }

    private static void display(StringBuilder xml, GuestHardware hardware) {
        if (hardware.videoModel().equals("none")) {
            xml.append("<video><model type='none'/></video>\n");
            return;
        }
        xml.append("<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>\n");
        xml.append("<video><model type='").append(hardware.videoModel()).append("'/></video>\n");
        // An absolute pointer keeps the mouse where the viewer's is.
        xml.append("<input type='tablet' bus='virtio'/>\n");
    }

    private static void element(StringBuilder xml, String name, String text) {
        xml.append('<').append(name).append('>').append(escape(text));
        xml.append("</").append(name).append(">\n");
    }

    private static void entry(StringBuilder xml, String name, String text) {
        xml.append("<entry name='").append(name).append("'>").append(escape(text));
        xml.append("</entry>");
    }

    /** Text for XML 1.0; characters that it cannot hold become question marks. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '<' -> escaped.append("&lt;");
                        case '>' -> escaped.append("&gt;");
                        case '&' -> escaped.append("&amp;");
                        case '\'' -> escaped.append("&apos;");
                        case '"' -> escaped.append("&quot;");
                        default -> escaped.appendCodePoint(allowed(c) ? c : '?');
                    }
                });
        return escaped.toString();
    }

    private static boolean allowed(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0x20 && c <= 0xd7ff
                || c >= 0xe000 && c <= 0xfffd
                || c >= 0x10000;
    }
}
