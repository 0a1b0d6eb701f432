package org.monostack.image.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents as files of one directory, which belongs to one process at a time. A content is written
 * under {@code incoming}, is on the disk before it gets its final name under {@code contents}, and
 * counts only once a row names it. So whatever instant the process ends at, all that can be left is
 * a file that no row names, which {@link #sweep} removes at the next start. Files never change once
 * they have their final name. Thread-safe: every key is written by one thread.
 */
public final class ContentDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ContentDirectory.class);

    private final Path incoming;
    private final Path staging;
    private final Path contents;
    private final long limit;

    /**
     * @param limit the most bytes that one content may have
     */
    public ContentDirectory(Path directory, long limit) {
        this.incoming = directory.resolve("incoming");
        this.staging = directory.resolve("staging");
        this.contents = directory.resolve("contents");
        this.limit = limit;
        try {
            for (Path folder : new Path[] {incoming, staging, contents}) {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the image directory " + directory, e);
        }
    }

    /**
     * What was written.
     *
     * @param md5 in hex
     * @param sha512 in hex
     */
    public record Written(long size, String md5, String sha512) {}

    /**
     * Writes a stream under a new key; it is on the disk when this returns. If it fails, nothing is
     * left.
     *
     * @throws ContentTooLarge when there is more than an image may have
     * @throws StorageFull when the disk has no room for it
     */
    public Written write(UUID key, InputStream in) throws IOException {
        Path file = incoming.resolve(key.toString());
        boolean complete = false;
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            HashingCopy.Result copied = new HashingCopy(in, out, limit).run();
            out.force(true);
            complete = true;
            return new Written(copied.size(), copied.md5(), copied.sha512());
        } finally {
            if (!complete) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The file of a key that was written and has no final name yet. */
    public Path incomingFile(UUID key) {
        return incoming.resolve(key.toString());
    }

    /** Gives what was written its final name. */
    public void publish(UUID key) throws IOException {
        move(incoming.resolve(key.toString()), contents.resolve(key.toString()));
    }

    /** Keeps what was written for an import. */
    public void stage(UUID key) throws IOException {
        move(incoming.resolve(key.toString()), staging.resolve(key.toString()));
    }

    /** Gives staged content its final name; does nothing if it has it already. */
    public void publishStaged(UUID key) throws IOException {
        Path staged = staging.resolve(key.toString());
        if (Files.exists(staged) || !Files.exists(contents.resolve(key.toString()))) {
            move(staged, contents.resolve(key.toString()));
        }
    }

    /** The file of staged content, whether or not it was published in the meantime. */
    public Path stagedFile(UUID key) {
        Path staged = staging.resolve(key.toString());
        return Files.exists(staged) ? staged : contents.resolve(key.toString());
    }

    /** Hashes a file without copying it. */
    public static Written hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            HashingCopy.Result read =
                    new HashingCopy(in, NowhereChannel.INSTANCE, Long.MAX_VALUE).run();
            return new Written(read.size(), read.md5(), read.sha512());
        }
    }

    /** Where a content with its final name is. */
    public Path file(UUID key) {
        return contents.resolve(key.toString());
    }

    /** The keys of all contents with their final names. */
    public Set<UUID> published() {
        Set<UUID> keys = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(contents)) {
            for (Path file : files) {
                try {
                    keys.add(UUID.fromString(String.valueOf(file.getFileName())));
                } catch (IllegalArgumentException e) {
                    LOG.debug("{} is none of ours", file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + contents, e);
        }
        return keys;
    }

    /** Opens a content; reading goes on undisturbed if it is deleted meanwhile. */
    public FileChannel open(UUID key) throws IOException {
        return FileChannel.open(contents.resolve(key.toString()), StandardOpenOption.READ);
    }

    public InputStream openStream(UUID key) throws IOException {
        return Channels.newInputStream(open(key));
    }

    /** Removes whatever there is of a key. A failure is logged: the next sweep tries again. */
    public void discard(UUID key) {
        for (Path folder : new Path[] {incoming, staging, contents}) {
            try {
                Files.deleteIfExists(folder.resolve(key.toString()));
            } catch (IOException e) {
                LOG.warn("cannot remove the image content {}: {}", key, e.toString());
            }
        }
    }

    /** Removes what no row names. Only while nobody writes: at the start. */
    public void sweep(Set<UUID> named) {
        int removed = sweep(incoming, key -> false);
        removed += sweep(staging, named::contains);
        removed += sweep(contents, named::contains);
        if (removed > 0) {
            LOG.info("removed {} image files that no image names", removed);
        }
    }

    private static int sweep(Path folder, Predicate<UUID> kept) {
        int removed = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                UUID key;
                try {
                    key = UUID.fromString(file.getFileName().toString());
                } catch (IllegalArgumentException e) {
                    LOG.warn("{} is none of ours and stays", file);
                    continue;
                }
                if (!kept.test(key)) {
                    Files.deleteIfExists(file);
                    removed++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sweep " + folder, e);
        }
        return removed;
    }

    /** Renames, and waits until both directories are on the disk. */
    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        force(to);
        force(from);
    }

    private static void force(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
