package org.monostack.driver.libvirt.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.driver.libvirt.binding.Libvirt;

class LibvirtEngineTest {
    @TempDir Path directory;

    @Test
    void aPathTooLongForSocketsWorks() throws IOException {
        assumeTrue(
                Files.getOwner(Path.of("/proc/self")).getName().equals("root"),
                "skipped: libvirt needs root");
        assumeTrue(Programs.find("libvirtd").isPresent(), "skipped: libvirtd is missing");
        LibvirtEngine engine =
                new LibvirtEngine(
                        directory.resolve("deep/".repeat(30)),
                        () -> new Acceleration(false, "test"));
        assertThat(engine.running()).isFalse();
        engine.stop(true);
        engine.ensureStarted();
        engine.ensureStarted();
        try (Libvirt libvirt = new Libvirt(engine::uri)) {
            assertThat(libvirt.domains()).isEmpty();
        } finally {
            engine.stop(false);
        }
        assertThat(engine.running()).isFalse();
    }
}
