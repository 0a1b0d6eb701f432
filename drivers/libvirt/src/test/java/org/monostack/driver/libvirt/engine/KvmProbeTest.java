package org.monostack.driver.libvirt.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmProbeTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");
    @TempDir Path directory;

    @Test
    void theTestGuestRunsWhereGuestsRun() throws IOException {
        assumeTrue(Files.isExecutable(QEMU), "skipped: QEMU is missing");
        Path disk = Files.write(directory.resolve("disk"), KvmProbe.bootDisk());
        Programs.Ending ending =
                Programs.run(
                        Duration.ofSeconds(20),
                        List.of(
                                QEMU.toString(),
                                "-accel",
                                "tcg",
                                "-m",
                                "16",
                                "-nodefaults",
                                "-display",
                                "none",
                                "-device",
                                "isa-debug-exit,iobase=0x501,iosize=2",
                                "-drive",
                                "format=raw,file=" + disk));
        assertThat(ending.status()).contains(33);
    }

    @Test
    void noDeviceNoKvmAndTheAnswerIsKept() throws IOException {
        assumeTrue(Files.isExecutable(QEMU), "skipped: QEMU is missing");
        Path cache = directory.resolve("answer");
        Path device = directory.resolve("kvm");
        Acceleration first = new KvmProbe(QEMU, cache, device).probe();
        assertThat(first.kvm()).isFalse();
        assertThat(first.reason()).contains("no " + device);
        Files.writeString(cache, Files.readString(cache).replace("emulating", "as kept"));
        assertThat(new KvmProbe(QEMU, cache, device).probe().reason()).startsWith("as kept");
    }
}
