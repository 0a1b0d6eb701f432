package org.monostack.driver.libvirt.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * Finds out whether KVM runs guests here by running one, because a /dev/kvm that opens proves
 * nothing: under some hosts it is there and guests hang in it.
 *
 * <p>The guest is a boot sector that does what a kernel does first and what half-working KVMs fail
 * at: it builds page tables, enters 64-bit mode, counts to thirty million, executes a thousand
 * CPUID, and tells QEMU to exit with a status of its own. Real KVM needs a fraction of a second.
 *
 * <p>The answer is kept in a file for as long as this boot of the host, this QEMU and the device
 * last.
 */
public final class KvmProbe {
    private static final Duration DEADLINE = Duration.ofSeconds(8);

    // isa-debug-exit makes QEMU exit with (value << 1) | 1; the sector writes 0x10.
    private static final int PASSED = 0x10 << 1 | 1;

    // In x86 assembly, loaded at 0x7c00:
    //   cli; ds = es = ss = 0; sp = 0x7c00; far jump to 0:next
    //   clear 0x1000..0x3fff; pml4[0] = 0x2003, pdpt[0] = 0x3003, pd[0] = 0x83 (2 MiB page)
    //   lgdt; cr4 = PAE; cr3 = 0x1000; EFER.LME = 1; cr0 = PG | ET | PE; far jump to 64-bit code
    //   ecx = 30000000, count down; cr3 = cr3; 1000 times cpuid
    //   out 0x501, 0x10; hlt
    private static final byte[] PROGRAM =
            HexFormat.of()
                    .parseHex(
                            "fa31c08ed88ec08ed0bc007cea117c0000bf0010b9001831c0fcf3abc7060010"
                                    + "0320c70600200330c706003083000f0116b07c66b8200000000f22e066b80010"
                                    + "00000f22d866b9800000c00f32660d000100000f3066b8110000800f22c0ea63"
                                    + "7c080066b810008ed88ed08ec0b980c3c901ffc975fc0f20d80f22d8b9e80300"
                                    + "005131c00fa259ffc975f666ba0105b010eef4ebfd0f1f000000000000000000"
                                    + "00000000009a200000000000009200001700987c0000");
    private static final int SECTOR = 512;
    // QEMU wants a little more than one sector to take it for a hard disk.
    private static final int DISK = 64 * SECTOR;

    private final Path qemu;
    private final Path cache;
    private final Path device;

    /**
     * @param cache the file that keeps the answer
     * @param device normally /dev/kvm
     */
    public KvmProbe(Path qemu, Path cache, Path device) {
        this.qemu = qemu;
        this.cache = cache;
        this.device = device;
    }

    /** Decides, from the kept answer if it is still good. */
    public Acceleration probe() throws IOException {
        String key =
                String.join(
                        " ",
                        bootId(),
                        Long.toString(Files.getLastModifiedTime(qemu).toMillis()),
                        Files.exists(device) ? device.toString() : "none");
        if (Files.isReadable(cache)) {
            List<String> kept = Files.readAllLines(cache);
            if (kept.size() == 3 && kept.get(0).equals(key)) {
                return new Acceleration(Boolean.parseBoolean(kept.get(1)), kept.get(2));
            }
        }
        Acceleration found = tryOut();
        Path part = Files.createTempFile(cache.getParent(), "kvm-", ".part");
        Files.writeString(part, key + "\n" + found.kvm() + "\n" + found.reason() + "\n");
        Files.move(part, cache, StandardCopyOption.ATOMIC_MOVE);
        return found;
    }

    private Acceleration tryOut() throws IOException {
        if (!Files.exists(device)) {
            return new Acceleration(
                    false, "emulating: this host has no " + device + ", so KVM is not available");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return new Acceleration(false, "emulating: " + device + " may not be opened");
        }
        Path disk = Files.createTempFile(cache.getParent(), "kvm-", ".img");
        try {
            Files.write(disk, bootDisk());
            long started = System.nanoTime();
            Programs.Ending ending =
                    Programs.run(
                            DEADLINE,
                            List.of(
                                    qemu.toString(),
                                    "-accel",
                                    "kvm",
                                    "-machine",
                                    "pc",
                                    "-m",
                                    "16",
                                    "-nodefaults",
                                    "-no-user-config",
                                    "-display",
                                    "none",
                                    "-no-reboot",
                                    "-device",
                                    "isa-debug-exit,iobase=0x501,iosize=2",
                                    "-drive",
                                    "format=raw,if=ide,file="
                                            + disk.toString().replace(",", ",,")));
            if (ending.status().isEmpty()) {
                return new Acceleration(
                        false,
                        "emulating: a test guest hung under KVM for "
                                + DEADLINE.toSeconds()
                                + " s (under emulation it takes less than one)");
            }
            if (ending.status().get() != PASSED) {
                return new Acceleration(
                        false,
                        "emulating: a test guest failed under KVM: "
                                + firstLine(ending.output(), ending.status().get()));
            }
            return new Acceleration(
                    true,
                    "KVM: a test guest ran in "
                            + (System.nanoTime() - started) / 1_000_000
                            + " ms");
        } finally {
            Files.deleteIfExists(disk);
        }
    }

    static byte[] bootDisk() {
        byte[] disk = new byte[DISK];
        System.arraycopy(PROGRAM, 0, disk, 0, PROGRAM.length);
        disk[SECTOR - 2] = 0x55;
        disk[SECTOR - 1] = (byte) 0xaa;
        return disk;
    }

    private static String firstLine(String output, int status) {
        return output.lines().findFirst().orElse("QEMU exited with status " + status);
    }

    private static String bootId() throws IOException {
        return new String(
                        Files.readAllBytes(Path.of("/proc/sys/kernel/random/boot_id")),
                        StandardCharsets.US_ASCII)
                .strip();
    }
}
