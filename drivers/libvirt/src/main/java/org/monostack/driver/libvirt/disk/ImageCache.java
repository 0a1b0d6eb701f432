package org.monostack.driver.libvirt.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.monostack.driver.libvirt.disk.ImageHeader.RefusedImage;

/**
 * Owns a directory of images, each in a file named after the SHA-512 of its content. A file under
 * its final name is complete, verified, inspected, and never changes again: overlays lie over it.
 *
 * <p>Any thread; two that want the same image download it once. One process per directory.
 */
public final class ImageCache {
    private static final Pattern SHA512 = Pattern.compile("[0-9a-f]{128}");
    private static final String PART = ".part";
    private static final int CHUNK = 1 << 20;

    private final Path directory;
    // One lock per image, kept: a few dozen bytes for each image ever used by this process.
    private final ConcurrentMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Opens an image's content. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /** A cached image: where it is and what it is. */
    public record CachedImage(Path file, ImageHeader header) {}

    /** Makes the directory, and removes downloads that a killed process left. */
    public ImageCache(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory, "*" + PART)) {
            for (Path part : parts) {
                Files.delete(part);
            }
        }
    }

    /**
     * The image of that digest, downloaded if it is not here yet.
     *
     * @throws RefusedImage if the content is not what was promised or may not be used
     */
    public CachedImage fetch(String sha512, String diskFormat, long size, Source source)
            throws IOException, RefusedImage {
        if (!SHA512.matcher(sha512).matches()) {
            throw new RefusedImage("the image has no SHA-512 digest, so it cannot be verified");
        }
        Path file = directory.resolve(sha512);
        ReentrantLock lock = locks.computeIfAbsent(sha512, key -> new ReentrantLock());
        lock.lock();
        try {
            if (!Files.exists(file)) {
                Path part = directory.resolve(sha512 + PART);
                try {
                    download(part, sha512, size, source);
                    ImageHeader.inspect(part, diskFormat);
                    Files.setPosixFilePermissions(
                            part, PosixFilePermissions.fromString("r--r--r--"));
                    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(part);
                }
            }
            // Two images may have the same content and different declared formats.
            return new CachedImage(file, ImageHeader.inspect(file, diskFormat));
        } finally {
            lock.unlock();
        }
    }

    /** Removes every image that is not among those; the caller sees to it that none is in use. */
    public void retainOnly(Set<Path> used) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (SHA512.matcher(name).matches() && !used.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void download(Path part, String sha512, long size, Source source)
            throws IOException, RefusedImage {
        MessageDigest digest = sha512();
        long total = 0;
        try (InputStream in = source.open();
                FileChannel out =
                        FileChannel.open(
                                part,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[CHUNK];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                total += count;
                if (total > size) {
                    throw new RefusedImage("the image is larger than its recorded " + size);
                }
                digest.update(buffer, 0, count);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
        }
        if (total != size) {
            // The stream broke off: another try may do better.
            throw new IOException("the image ended after " + total + " of " + size + " bytes");
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(sha512)) {
            throw new RefusedImage("the image's content does not match its SHA-512 digest");
        }
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java has it.
        }
    }
}
