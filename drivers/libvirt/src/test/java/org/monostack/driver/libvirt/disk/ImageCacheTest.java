package org.monostack.driver.libvirt.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.driver.libvirt.disk.ImageHeader.RefusedImage;

class ImageCacheTest {
    @TempDir Path directory;
    private ImageCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = new ImageCache(directory);
    }

    @Test
    void manyThreadsOneDownload() throws Exception {
        byte[] content = new byte[3 << 20];
        AtomicInteger opened = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ImageCache.CachedImage>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                results.add(
                        threads.submit(() ->
                                cache.fetch(
                                        sha512(content),
                                        "raw",
                                        content.length,
                                        () -> {
                                            opened.incrementAndGet();
                                            return new ByteArrayInputStream(content);
                                        })));
            }
            for (Future<ImageCache.CachedImage> result : results) {
                assertThat(result.get().file()).hasBinaryContent(content);
            }
        }
        assertThat(opened).hasValue(1);
    }

    @Test
    void contentThatIsNotWhatWasPromisedIsRefusedAndLeavesNothing() {
        byte[] content = {1, 2, 3};
        String other = sha512(new byte[] {3, 2, 1});
        assertThatThrownBy(() -> fetch(other, "raw", 3, content)).hasMessageContaining("SHA-512");
        assertThatThrownBy(() -> fetch(sha512(content), "raw", 2, content))
                .isInstanceOf(RefusedImage.class);
        assertThatThrownBy(() -> fetch(sha512(content), "raw", 4, content))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> fetch("../../etc/passwd", "raw", 3, content))
                .isInstanceOf(RefusedImage.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anUnfinishedDownloadIsForgotten() throws IOException {
        Files.writeString(directory.resolve(sha512(new byte[0]) + ".part"), "half");
        cache = new ImageCache(directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void unusedImagesAreRemoved() throws Exception {
        byte[] first = {1};
        byte[] second = {2};
        Path kept = fetch(sha512(first), "raw", 1, first).file();
        Path removed = fetch(sha512(second), "raw", 1, second).file();
        cache.retainOnly(Set.of(kept));
        assertThat(kept).exists();
        assertThat(removed).doesNotExist();
    }

    @Test
    void imagesThatNameOtherFilesAreRefused() {
        byte[] backed = qcow2(3);
        ByteBuffer.wrap(backed).putLong(8, 512).putInt(16, 11);
        System.arraycopy("/etc/shadow".getBytes(StandardCharsets.US_ASCII), 0, backed, 512, 11);
        refused("qcow2", backed, "backing file");

        byte[] external = qcow2(3);
        ByteBuffer.wrap(external).putLong(72, 4);
        refused("qcow2", external, "data file");

        byte[] extension = qcow2(3);
        ByteBuffer.wrap(extension).putInt(104, 0x44415441).putInt(108, 3);
        refused("qcow2", extension, "data file");

        byte[] future = qcow2(3);
        ByteBuffer.wrap(future).putLong(72, 1L << 40);
        refused("qcow2", future, "not supported");

        byte[] encrypted = qcow2(2);
        ByteBuffer.wrap(encrypted).putInt(32, 1);
        refused("qcow2", encrypted, "encrypted");

        refused("raw", qcow2(3), "not raw");
        refused("qcow2", new byte[100], "not qcow2");
        refused("iso", new byte[100], "not iso");
        refused("raw", "# Disk DescriptorFile\n".getBytes(StandardCharsets.US_ASCII), "not raw");
        refused("vmdk", "KDMV".getBytes(StandardCharsets.US_ASCII), "not supported");
        refused("qcow2", new byte[] {'Q', 'F', 'I', (byte) 0xfb}, "not qcow2");
    }

    @Test
    void properImagesPass() throws Exception {
        byte[] image = qcow2(3);
        ImageHeader header = fetch(sha512(image), "qcow2", image.length, image).header();
        assertThat(header.virtualSize()).isEqualTo(1 << 20);
        byte[] old = qcow2(2);
        assertThat(fetch(sha512(old), "qcow2", old.length, old).header().format())
                .isEqualTo(ImageHeader.Format.QCOW2);
        byte[] iso = IsoImage.of("test", java.util.Map.of());
        fetch(sha512(iso), "iso", iso.length, iso);
        fetch(sha512(iso), "raw", iso.length, iso);
    }

    private void refused(String format, byte[] content, String reason) {
        assertThatThrownBy(() -> fetch(sha512(content), format, content.length, content))
                .isInstanceOf(RefusedImage.class)
                .hasMessageContaining(reason);
        assertThat(directory).isEmptyDirectory();
    }

    private ImageCache.CachedImage fetch(String sha512, String format, long size, byte[] content)
            throws IOException, RefusedImage {
        return cache.fetch(sha512, format, size, () -> new ByteArrayInputStream(content));
    }

    private static byte[] qcow2(int version) {
        byte[] image = new byte[4096];
        ByteBuffer.wrap(image)
                .putInt(0, 0x514649fb)
                .putInt(4, version)
                .putInt(20, 16)
                .putLong(24, 1 << 20)
                .putInt(100, 104);
        return image;
    }

    private static String sha512(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
