package org.monostack.driver.libvirt.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.driver.libvirt.disk.ImageHeader.RefusedImage;
import org.monostack.driver.libvirt.disk.ServerDisks.Disk;
import org.monostack.driver.libvirt.disk.ServerDisks.Role;
import org.monostack.driver.libvirt.disk.ServerDisks.Wish;
import org.monostack.driver.libvirt.engine.Programs;

class ServerDisksTest {
    @TempDir Path directory;
    private final UUID server = UUID.randomUUID();
    private ServerDisks disks;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Programs.find("qemu-img").isPresent(), "skipped: qemu-img is missing");
        disks =
                new ServerDisks(
                        directory.resolve("servers"), new ImageCache(directory.resolve("images")));
    }

    @Test
    void overlaysGrowAndAreCopiedWhole() throws Exception {
        byte[] image = new byte[1 << 20];
        image[700_000] = 7;
        disks.prepare(server, wish(1, "raw", image));
        Path root = disks.disks(server).getFirst().file();
        assertThat(ImageHeader.read(root).virtualSize()).isEqualTo(1L << 30);
        disks.growRoot(server, 2);
        disks.growRoot(server, 1);
        assertThat(ImageHeader.read(root).virtualSize()).isEqualTo(2L << 30);

        Path copy = disks.snapshotFile(server);
        disks.copyRoot(server, copy);
        ImageHeader header = ImageHeader.inspect(copy, "qcow2");
        assertThat(header.virtualSize()).isEqualTo(2L << 30);
        disks.remove(server);
        disks.remove(server);
        assertThat(directory.resolve("servers")).isEmptyDirectory();
    }

    @Test
    void onlyImagesThatNothingUsesAreRemoved() throws Exception {
        byte[] iso = IsoImage.of("boot", Map.of("boot", new byte[1]));
        UUID second = UUID.randomUUID();
        disks.prepare(server, wish(0, "raw", new byte[] {1}));
        disks.prepare(second, wish(1, "iso", iso));
        assertThat(disks.disks(second))
                .extracting(Disk::role)
                .containsExactly(Role.ROOT, Role.BOOT_MEDIUM);
        disks.trimImages();
        assertThat(images()).hasSize(2);
        disks.remove(server);
        disks.trimImages();
        assertThat(images()).hasSize(1);
        assertThat(disks.disks(second).get(1).file()).hasBinaryContent(iso);
        disks.remove(second);
        disks.trimImages();
        assertThat(images()).isEmpty();
    }

    @Test
    void anImageThatDoesNotFitIsRefused() {
        byte[] image = new byte[4096];
        java.nio.ByteBuffer.wrap(image)
                .putInt(0, 0x514649fb)
                .putInt(4, 3)
                .putInt(20, 16)
                .putLong(24, 5L << 30)
                .putInt(100, 104);
        assertThatThrownBy(() -> disks.prepare(server, wish(4, "qcow2", image)))
                .isInstanceOf(RefusedImage.class)
                .hasMessageContaining("too small");
    }

    @Test
    void aDiskThatAnotherMadeMeanwhileIsNotReplaced() throws Exception {
        Path used = Files.writeString(directory.resolve("disk"), "what a guest wrote");
        Path late = Files.writeString(directory.resolve("disk.part"), "empty");
        ServerDisks.publish(late, used);
        assertThat(used).hasContent("what a guest wrote");
        ServerDisks.publish(late, directory.resolve("other"));
        assertThat(directory.resolve("other")).hasContent("empty");
    }

    @Test
    void whatAProcessThatIsNoMoreHadBegunIsRemoved() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path home = Files.createDirectories(directory.resolve("servers").resolve("one"));
        Path own = Files.writeString(PartFile.beside(home.resolve("root.qcow2")), "half");
        Path left =
                Files.writeString(
                        home.resolve("root.qcow2." + ended.pid() + "." + server + ".part"), "half");
        Path foreign = Files.writeString(home.resolve("notes.part"), "somebody's");
        new ServerDisks(directory.resolve("servers"), new ImageCache(directory.resolve("images")));
        assertThat(left).doesNotExist();
        assertThat(own).exists();
        assertThat(foreign).exists();
    }

    private List<Path> images() throws IOException {
        try (var files = Files.list(directory.resolve("images"))) {
            return files.toList();
        }
    }

    private static Wish wish(long rootGb, String format, byte[] image) throws Exception {
        return new Wish(
                rootGb,
                0,
                0,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(image)),
                format,
                image.length,
                () -> new ByteArrayInputStream(image),
                Optional.empty());
    }
}
