package org.monostack.cloud.seed;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.NetworkNamespace;
import org.monostack.cloud.machine.Shell;
import org.monostack.image.Images;
import org.monostack.image.InvalidImage;
import org.monostack.image.NewImage;
import org.monostack.platform.database.Database;

/**
 * The images of a new cloud: those of IMAGE_URLS, and, when one of them cannot be had or none is
 * named, a small guest that is built on the spot. An image that could not be had is never made up
 * under its own name.
 */
public final class ImageSeed {

    /** The name of the guest image that is built on the spot. */
    static final String GUEST = "monostack-guest-x86_64";

    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;

    private final Images images;
    private final Database database;
    private final CloudConfig config;
    private final Path workDirectory;
    private final Path builder;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param workDirectory for downloads and the built guest
     * @param builder the guest image's builder, run as {@code builder DIRECTORY}
     */
    public ImageSeed(
            Images images,
            Database database,
            CloudConfig config,
            Path workDirectory,
            Path builder) {
        this.images = images;
        this.database = database;
        this.config = config;
        this.workDirectory = workDirectory;
        this.builder = builder;
    }

    /**
     * Makes what is not there.
     *
     * @param owner the project that owns the images
     * @return the names of the images made
     */
    public List<String> ensure(String owner) {
        List<String> made = new ArrayList<>();
        boolean guestWanted = config.images().urls().isEmpty() && config.images().small();
        for (String url : config.images().urls()) {
            String name = nameOf(url);
            if (exists(name, owner)) {
                continue;
            }
            Optional<String> failure = bringIn(url, name, owner);
            if (failure.isEmpty()) {
                made.add(name);
            } else {
                guestWanted = true;
                notes.add(
                        "%s of IMAGE_URLS could not be had (%s); image %s was built instead"
                                .formatted(url, failure.get(), GUEST));
            }
        }
        if (guestWanted && !exists(GUEST, owner)) {
            guest(owner);
            made.add(GUEST);
        }
        return made;
    }

    /** What the user should be told. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** As DevStack names it: the file's name without what follows its last dot. */
    static String nameOf(String url) {
        String file = url.replaceFirst("[?#].*", "").replaceFirst(".*/", "");
        return file.replaceFirst("\\.(img|qcow2|raw|iso|vmdk|vhd|vhdx|vdi)$", "");
    }

    private boolean exists(String name, String owner) {
        return database.inTransaction(
                tx -> images.findByName(tx, name, Optional.of(owner)).isPresent());
    }

    private Optional<String> bringIn(String url, String name, String owner) {
        if (config.images().offline() && !url.startsWith("file:")) {
            return Optional.of("OFFLINE=True");
        }
        if (config.servers().fake() && !url.startsWith("file:")) {
            return Optional.of("the fake driver needs no real image");
        }
        try {
            Path file = url.startsWith("file:") ? Path.of(URI.create(url)) : download(url, name);
            importFile(name, owner, file, formatOf(file, url), Map.of());
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of(reason(e));
        } catch (InvalidImage e) {
            return Optional.of("not a usable image: " + e.getMessage());
        }
    }

    private static String reason(Exception e) {
        return switch (e) {
            case java.net.UnknownHostException unknown -> "unknown host " + unknown.getMessage();
            case java.nio.file.NoSuchFileException missing -> "no such file";
            default -> String.valueOf(e.getMessage());
        };
    }

    private Path download(String url, String name) throws IOException {
        Files.createDirectories(workDirectory);
        Path file = workDirectory.resolve(name.replaceAll("[^A-Za-z0-9._-]", "_") + ".download");
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        URLConnection connection = URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        return file;
    }

    /** By the content's first bytes: names lie ({@code .img} may be anything). */
    private static String formatOf(Path file, String url) throws IOException {
        byte[] head = new byte[4];
        try (InputStream in = Files.newInputStream(file)) {
            int read = in.readNBytes(head, 0, head.length);
            if (read == 4
                    && new String(head, 0, 3, StandardCharsets.US_ASCII).equals("QFI")
                    && (head[3] & 0xff) == 0xfb) {
                return "qcow2";
            }
        }
        return url.endsWith(".iso") ? "iso" : "raw";
    }

    private void guest(String owner) {
        if (config.servers().fake()) {
            try {
                Files.createDirectories(workDirectory);
                Path file = workDirectory.resolve("fake-disk.raw");
                // An empty disk of one sector is enough where nothing boots.
                Files.write(file, new byte[512]);
                importFile(
                        GUEST,
                        owner,
                        file,
                        "raw",
                        Map.of("description", "An empty disk: the fake driver boots nothing."));
            } catch (IOException e) {
                throw new LaunchFailed("cannot make the guest image: " + e.getMessage(), e);
            }
            return;
        }
        List<String> command = new ArrayList<>(NetworkNamespace.outside());
        command.addAll(List.of(builder.toString(), workDirectory.toString()));
        Shell.Result result = Shell.run(command);
        if (!result.ok()) {
            throw new LaunchFailed("the guest image cannot be built:\n" + result.tail());
        }
        try {
            importFile(
                    GUEST,
                    owner,
                    workDirectory.resolve(GUEST + ".qcow2"),
                    "qcow2",
                    Map.of(
                            "description",
                            "Built on the spot: busybox, dropbear; user cirros, password gocubsgo.",
                            "hw_rng_model",
                            "virtio"));
        } catch (IOException e) {
            throw new LaunchFailed("the guest image cannot be taken in: " + e.getMessage(), e);
        }
    }

    private void importFile(
            String name, String owner, Path file, String format, Map<String, String> properties)
            throws IOException {
        // The id follows from the name, so that a start that was cut off finds what it began.
        UUID id = UUID.nameUUIDFromBytes(("seeded image " + name).getBytes(StandardCharsets.UTF_8));
        images.importFile(
                new NewImage(
                        id,
                        name,
                        Optional.of(owner),
                        "public",
                        format,
                        "bare",
                        0,
                        0,
                        false,
                        properties),
                file);
    }
}
