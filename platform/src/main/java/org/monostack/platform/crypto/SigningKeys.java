package org.monostack.platform.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory with the key pairs that signatures are made with (curve P-256), laid out as Keystone
 * does for its JWS tokens: {@code private/private.pem} signs, and every key in {@code public} is
 * believed. So another process is given this one's public key before it sees what that signed.
 *
 * <p>The directory is the durable state. Only rotation and first use write it, by one process at a
 * time; every file is written whole under another name first.
 */
public final class SigningKeys {

    private static final String PEM = ".pem";

    private final Path directory;

    /**
     * What signs, and what is believed.
     *
     * @param trusted the newest first
     */
    public record Pairs(ECPrivateKey signing, List<ECPublicKey> trusted) {
        public Pairs {
            trusted = List.copyOf(trusted);
        }

        @Override
        public String toString() {
            return "Pairs[hidden]";
        }
    }

    public SigningKeys(Path directory) {
        this.directory = directory;
    }

    private Path privateKey() {
        return directory.resolve("private").resolve("private" + PEM);
    }

    private Path publicKeys() {
        return directory.resolve("public");
    }

    /** Makes the directory with a pair unless it has one already. */
    public void createIfAbsent() throws IOException {
        PrivateFiles.createDirectories(directory);
        if (!Files.exists(privateKey())) {
            rotate(Integer.MAX_VALUE);
        }
    }

    /** Signs with a new pair from now on; forgets the oldest public keys beyond this number. */
    public void rotate(int keep) throws IOException {
        PrivateFiles.createDirectories(directory);
        PrivateFiles.createDirectories(directory.resolve("private"));
        PrivateFiles.createDirectories(publicKeys());
        KeyPair pair;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks the curve P-256", e);
        }
        TreeMap<Integer, Path> numbered = numbered();
        int number = numbered.isEmpty() ? 1 : numbered.lastKey() + 1;
        // Believed before it signs, so that there is no instant at which it signs in vain.
        write(publicKeys().resolve(number + PEM), "PUBLIC KEY", pair.getPublic());
        write(privateKey(), "PRIVATE KEY", pair.getPrivate());
        numbered = numbered();
        while (numbered.size() > Math.max(keep, 1)) {
            Files.delete(numbered.pollFirstEntry().getValue());
        }
    }

    private static void write(Path file, String kind, Key key) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        PrivateFiles.write(
                file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    /** The public keys that were made here; those of others have names of their own. */
    private TreeMap<Integer, Path> numbered() throws IOException {
        TreeMap<Integer, Path> files = new TreeMap<>();
        for (Path file : publicFiles()) {
            String name = file.getFileName().toString();
            if (name.matches("[0-9]{1,9}\\.pem")) {
                files.put(Integer.parseInt(name.substring(0, name.length() - 4)), file);
            }
        }
        return files;
    }

    private List<Path> publicFiles() throws IOException {
        try (Stream<Path> entries = Files.list(publicKeys())) {
            return entries.filter(it -> it.getFileName().toString().endsWith(PEM))
                    .sorted()
                    .toList();
        }
    }

    /** The present keys. */
    public Pairs load() throws IOException {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            List<ECPublicKey> trusted = new ArrayList<>();
            List<Path> files = new ArrayList<>(numbered().descendingMap().values());
            publicFiles().stream().filter(it -> !files.contains(it)).forEach(files::add);
            for (Path file : files) {
                trusted.add(
                        (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(read(file))));
            }
            return new Pairs(
                    (ECPrivateKey)
                            factory.generatePrivate(new PKCS8EncodedKeySpec(read(privateKey()))),
                    trusted);
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IOException("a key in " + directory + " is none of the curve P-256", e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not in PEM", e);
        }
    }

    /**
     * The present keys at any time: they are read again soon after a directory changed.
     * Thread-safe.
     *
     * @throws IOException when there are none now; later failures are logged, and the keys that
     *     were read before stay
     */
    public Supplier<Pairs> watched() throws IOException {
        return new Watched(this);
    }

    private List<FileTime> changed() throws IOException {
        return List.of(
                Files.getLastModifiedTime(privateKey()), Files.getLastModifiedTime(publicKeys()));
    }

    private static final class Watched implements Supplier<Pairs> {
        private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
        private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

        private final SigningKeys keys;
        private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
        private volatile List<FileTime> read;
        private volatile Pairs current;

        Watched(SigningKeys keys) throws IOException {
            this.keys = keys;
            this.read = keys.changed();
            this.current = keys.load();
        }

        @Override
        public Pairs get() {
            long before = lookedAt.get();
            long now = System.nanoTime();
            if (now - before > INTERVAL && lookedAt.compareAndSet(before, now)) {
                look();
            }
            return current;
        }

        private void look() {
            try {
                List<FileTime> changed = keys.changed();
                if (!changed.equals(read)) {
                    current = keys.load();
                    read = changed;
                }
            } catch (IOException e) {
                LOG.warn("the keys in {} cannot be read again", keys.directory, e);
            }
        }
    }
}
