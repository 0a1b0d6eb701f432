package org.monostack.platform.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of Fernet keys, laid out as Keystone does: files named by numbers; the highest is the
 * primary, which encrypts; 0 is staged, the next primary, known early so that every process can
 * read its tokens when its time comes; the others only decrypt.
 *
 * <p>The directory is the durable state. Only rotation and first use write it, by one process at a
 * time; every file is written whole under another name first, so that readers never see half a key.
 */
public final class FernetKeys {

    private static final int STAGED = 0;

    private final Path directory;

    public FernetKeys(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory with a staged and a primary key unless it has keys already. */
    public void createIfAbsent() throws IOException {
        PrivateFiles.createDirectories(directory);
        if (files().isEmpty()) {
            write(STAGED, Fernet.newKey());
            write(1, Fernet.newKey());
        }
    }

    /** The present keys, the primary first. */
    public Fernet load() throws IOException {
        TreeMap<Integer, Path> files = files();
        List<String> keys = new ArrayList<>();
        for (Path file : files.descendingMap().values()) {
            keys.add(Files.readString(file, StandardCharsets.US_ASCII));
        }
        if (keys.isEmpty()) {
            throw new IOException("no Fernet key in " + directory);
        }
        return new Fernet(keys);
    }

    /**
     * The present keys at any time: they are read again soon after the directory changed, so that a
     * rotation needs no restart. Thread-safe.
     *
     * @throws IOException when there are none now; later failures are logged, and the keys that
     *     were read before stay
     */
    public Supplier<Fernet> watched() throws IOException {
        return new Watched(this, load());
    }

    private static final class Watched implements Supplier<Fernet> {
        private static final Logger LOG = LoggerFactory.getLogger(FernetKeys.class);
        private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

        private final FernetKeys keys;
        private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
        private volatile FileTime read = FileTime.fromMillis(0);
        private volatile Fernet current;

        Watched(FernetKeys keys, Fernet current) throws IOException {
            this.keys = keys;
            this.read = Files.getLastModifiedTime(keys.directory);
            this.current = current;
        }

        @Override
        public Fernet get() {
            long before = lookedAt.get();
            long now = System.nanoTime();
            if (now - before > INTERVAL && lookedAt.compareAndSet(before, now)) {
                look();
            }
            return current;
        }

        private void look() {
            try {
                FileTime changed = Files.getLastModifiedTime(keys.directory);
                if (!changed.equals(read)) {
                    current = keys.load();
                    read = changed;
                }
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("the keys in {} cannot be read again", keys.directory, e);
            }
        }
    }

    /**
     * Promotes the staged key to primary and stages a new one; forgets the oldest keys beyond the
     * given number. What a forgotten key encrypted can no longer be read.
     */
    public void rotate(int keep) throws IOException {
        TreeMap<Integer, Path> files = files();
        Path staged = files.get(STAGED);
        String promoted =
                staged == null
                        ? Fernet.newKey()
                        : Files.readString(staged, StandardCharsets.US_ASCII);
        write(files.isEmpty() ? 1 : files.lastKey() + 1, promoted);
        write(STAGED, Fernet.newKey());
        files = files();
        files.remove(STAGED);
        while (files.size() + 1 > Math.max(keep, 2)) {
            Files.delete(files.pollFirstEntry().getValue());
        }
    }

    private void write(int number, String key) throws IOException {
        PrivateFiles.write(directory.resolve(Integer.toString(number)), key);
    }

    private TreeMap<Integer, Path> files() throws IOException {
        TreeMap<Integer, Path> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.matches("[0-9]{1,9}")) {
                    files.put(Integer.parseInt(name), entry);
                }
            }
        }
        return files;
    }
}
