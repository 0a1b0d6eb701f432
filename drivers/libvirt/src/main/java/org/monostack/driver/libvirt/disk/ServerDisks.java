package org.monostack.driver.libvirt.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.monostack.driver.libvirt.disk.ImageCache.CachedImage;
import org.monostack.driver.libvirt.disk.ImageHeader.RefusedImage;
import org.monostack.driver.libvirt.engine.Programs;

/**
 * Owns one directory per server, named after its id, with its disks and its console log in it. A
 * disk under its final name is complete. The directory is all there is of a server on this host
 * besides its libvirt definition; removing it removes the server's data.
 *
 * <p>Any thread; one thread at a time per server.
 */
public final class ServerDisks {
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(2);
    private static final Duration COPY_DEADLINE = Duration.ofMinutes(30);
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final String ROOT = "root.qcow2";
    private static final String RESCUE = "rescue.qcow2";
    private static final String BOOT_MEDIUM = "boot.iso";
    private static final String EPHEMERAL = "ephemeral.img";
    private static final String SWAP = "swap.img";
    private static final String CONFIG_DRIVE = "config.iso";
    private static final String SNAPSHOT = "snapshot.qcow2";
    private static final String CONSOLE_LOG = "console.log";

    private static final Set<StandardOpenOption> WRITE_NEW =
            Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.SPARSE,
                    StandardOpenOption.WRITE);

    private final Path directory;
    private final ImageCache images;
    // Read: disks are being made over images. Write: images are being removed.
    private final ReentrantReadWriteLock imagesInUse = new ReentrantReadWriteLock();

    /** What disks a server wants; sizes of 0 mean none, for the root disk the image's own size. */
    public record Wish(
            long rootGb,
            long ephemeralGb,
            long swapMb,
            String sha512,
            String diskFormat,
            long imageSize,
            ImageCache.Source image,
            Optional<Map<String, byte[]>> configDrive) {}

    /** What a disk is to the guest. */
    public enum Role {
        RESCUE,
        ROOT,
        BOOT_MEDIUM,
        EPHEMERAL,
        SWAP,
        CONFIG_DRIVE
    }

    /**
     * One disk file.
     *
     * @param format qcow2 or raw, as QEMU is told
     */
    public record Disk(Role role, Path file, String format) {}

    /** Makes the directory, and removes what processes that are no more had begun to make. */
    public ServerDisks(Path directory, ImageCache images) throws IOException {
        this.directory = Files.createDirectories(directory).toRealPath();
        this.images = images;
        PartFile.removeAbandoned(this.directory);
    }

    /** Makes the disks that are missing. */
    public void prepare(UUID server, Wish wish) throws IOException, RefusedImage {
        Path home = Files.createDirectories(home(server));
        imagesInUse.readLock().lock();
        try {
            prepareRoot(home, wish);
        } finally {
            imagesInUse.readLock().unlock();
        }
        if (wish.ephemeralGb > 0) {
            make(
                    home.resolve(EPHEMERAL),
                    file -> {
                        blank(file, wish.ephemeralGb * GIB);
                        Programs.require(
                                TOOL_DEADLINE,
                                List.of(
                                        "mkfs.ext4",
                                        "-q",
                                        "-F",
                                        "-L",
                                        "ephemeral0",
                                        "-E",
                                        "lazy_itable_init=1,lazy_journal_init=1,nodiscard",
                                        file.toString()));
                    });
        }
        if (wish.swapMb > 0) {
            make(
                    home.resolve(SWAP),
                    file -> {
                        blank(file, wish.swapMb * MIB);
                        Programs.require(TOOL_DEADLINE, List.of("mkswap", file.toString()));
                    });
        }
        if (wish.configDrive.isPresent()) {
            Map<String, byte[]> files = wish.configDrive.get();
            make(
                    home.resolve(CONFIG_DRIVE),
                    file -> Files.write(file, IsoImage.of("config-2", files)));
        }
    }

    /** Makes the disk to rescue a server from, unless it is there; as large as its image. */
    public void prepareRescue(
            UUID server, String sha512, String diskFormat, long size, ImageCache.Source content)
            throws IOException, RefusedImage {
        if (diskFormat.equalsIgnoreCase("iso")) {
            throw new RefusedImage("An ISO image cannot be rescued from.");
        }
        imagesInUse.readLock().lock();
        try {
            Path rescue = home(server).resolve(RESCUE);
            if (!Files.exists(rescue)) {
                CachedImage image = images.fetch(sha512, diskFormat, size, content);
                make(rescue, file -> overlay(file, Optional.of(image), 0));
            }
        } finally {
            imagesInUse.readLock().unlock();
        }
    }

    public void removeRescue(UUID server) throws IOException {
        Files.deleteIfExists(home(server).resolve(RESCUE));
    }

    /** The disks that are there, in the order in which the guest shall see them. */
    public List<Disk> disks(UUID server) {
        Path home = home(server);
        List<Disk> disks = new ArrayList<>();
        add(disks, Role.RESCUE, home.resolve(RESCUE), "qcow2");
        add(disks, Role.ROOT, home.resolve(ROOT), "qcow2");
        add(disks, Role.BOOT_MEDIUM, home.resolve(BOOT_MEDIUM), "raw");
        add(disks, Role.EPHEMERAL, home.resolve(EPHEMERAL), "raw");
        add(disks, Role.SWAP, home.resolve(SWAP), "raw");
        add(disks, Role.CONFIG_DRIVE, home.resolve(CONFIG_DRIVE), "raw");
        return disks;
    }

    /** Where the serial console's output is kept; the newest part of it. */
    public Path consoleLog(UUID server) {
        return home(server).resolve(CONSOLE_LOG);
    }

    /** Whether a file is the server's root disk. */
    public boolean isRoot(UUID server, Path file) {
        return file.equals(home(server).resolve(ROOT));
    }

    /** Grows the root disk, which no guest may be using; does nothing if it is large enough. */
    public void growRoot(UUID server, long rootGb) throws IOException, RefusedImage {
        Path root = home(server).resolve(ROOT);
        if (rootGb <= 0 || ImageHeader.read(root).virtualSize() >= rootGb * GIB) {
            return;
        }
        Programs.require(
                TOOL_DEADLINE,
                List.of(
                        "qemu-img",
                        "resize",
                        "-q",
                        "-f",
                        "qcow2",
                        root.toString(),
                        Long.toString(rootGb * GIB)));
    }

    /** Where a copy of the root disk may lie for a while. */
    public Path snapshotFile(UUID server) {
        return home(server).resolve(SNAPSHOT);
    }

    /** Copies the root disk, which no guest may be using, with all that lies under it. */
    public void copyRoot(UUID server, Path copy) throws IOException {
        Programs.require(
                COPY_DEADLINE,
                List.of(
                        "qemu-img",
                        "convert",
                        "-q",
                        "-f",
                        "qcow2",
                        "-O",
                        "qcow2",
                        home(server).resolve(ROOT).toString(),
                        copy.toString()));
    }

    /** Removes all that there is of a server; nothing if there is nothing. */
    public void remove(UUID server) throws IOException {
        Path home = home(server);
        if (!Files.exists(home)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(home)) {
            for (Path file : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Servers that have files here. */
    public Set<UUID> servers() throws IOException {
        Set<UUID> found = new HashSet<>();
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
            for (Path home : homes) {
                try {
                    found.add(UUID.fromString(String.valueOf(home.getFileName())));
                } catch (IllegalArgumentException e) {
                    // Not made by us.
                }
            }
        }
        return found;
    }

    /** Removes images that no server's disk lies over, unless disks are just being made. */
    public void trimImages() throws IOException {
        if (!imagesInUse.writeLock().tryLock()) {
            return;
        }
        try {
            Set<Path> used = new HashSet<>();
            try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
                for (Path home : homes) {
                    used.addAll(imagesUnder(home));
                }
            }
            images.retainOnly(used);
        } finally {
            imagesInUse.writeLock().unlock();
        }
    }

    private static Set<Path> imagesUnder(Path home) throws IOException {
        Set<Path> used = new HashSet<>();
        Path medium = home.resolve(BOOT_MEDIUM);
        if (Files.isSymbolicLink(medium)) {
            used.add(Files.readSymbolicLink(medium));
        }
        for (Path disk : List.of(home.resolve(ROOT), home.resolve(RESCUE))) {
            if (!Files.exists(disk)) {
                continue;
            }
            try {
                ImageHeader.read(disk).backingFile().map(Path::of).ifPresent(used::add);
            } catch (RefusedImage e) {
                // Better to keep images for nothing than to lose one that a disk needs.
                throw new IOException("what " + disk + " lies over cannot be told", e);
            }
        }
        return used;
    }

    private void prepareRoot(Path home, Wish wish) throws IOException, RefusedImage {
        boolean iso = wish.diskFormat.equalsIgnoreCase("iso");
        Path root = home.resolve(ROOT);
        Path medium = home.resolve(BOOT_MEDIUM);
        if (Files.exists(iso ? medium : root)) {
            return;
        }
        CachedImage image = images.fetch(wish.sha512, wish.diskFormat, wish.imageSize, wish.image);
        if (iso) {
            if (wish.rootGb > 0) {
                make(root, file -> overlay(file, Optional.empty(), wish.rootGb * GIB));
            }
            Files.createSymbolicLink(medium, image.file());
            return;
        }
        long size = wish.rootGb * GIB;
        if (size > 0 && image.header().virtualSize() > size) {
            throw new RefusedImage(
                    "Flavor's disk is too small for requested image. Flavor disk is "
                            + size
                            + " bytes, image is "
                            + image.header().virtualSize()
                            + " bytes.");
        }
        make(root, file -> overlay(file, Optional.of(image), size));
    }

    private static void overlay(Path file, Optional<CachedImage> image, long size)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
        image.ifPresent(base ->
                command.addAll(
                        List.of(
                                "-F",
                                base.header().format() == ImageHeader.Format.QCOW2
                                        ? "qcow2"
                                        : "raw",
                                "-b",
                                base.file().toString())));
        command.add(file.toString());
        if (size > 0) {
            command.add(Long.toString(size));
        }
        Programs.require(TOOL_DEADLINE, command);
    }

    private static void blank(Path file, long size) throws IOException {
        try (var channel = Files.newByteChannel(file, WRITE_NEW)) {
            // A hole up to the last byte.
            channel.position(size - 1);
            channel.write(ByteBuffer.allocate(1));
        }
    }

    private interface Maker {
        void make(Path file) throws IOException;
    }

    /** Makes a file under another name first, so that the final name means complete. */
    private static void make(Path file, Maker maker) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path part = PartFile.beside(file);
        try {
            maker.make(part);
            publish(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Gives a file its final name, unless another process was quicker: a guest may be writing to
     * what is there, so it is never replaced.
     */
    static void publish(Path part, Path file) throws IOException {
        try {
            Files.createLink(file, part);
        } catch (FileAlreadyExistsException e) {
            // The same disk, made by another.
        }
    }

    private static void add(List<Disk> disks, Role role, Path file, String format) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            disks.add(new Disk(role, file, format));
        }
    }

    private Path home(UUID server) {
        return directory.resolve(server.toString());
    }
}
