package org.monostack.identity.federation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's {@code federation.yaml}. It is read again when it changed; a mistake in it stops
 * the start, and later is logged while what was read before stays in force. Thread-safe.
 */
public final class FederationFile implements Supplier<FederationSettings> {

    private static final Logger LOG = LoggerFactory.getLogger(FederationFile.class);
    private static final FileTime NEVER = FileTime.fromMillis(0);

    private final Path file;
    private volatile Read current;

    private record Read(FileTime changed, FederationSettings settings) {}

    /**
     * @param file which need not be there
     */
    public FederationFile(Path file) {
        this.file = file;
        this.current = read();
    }

    @Override
    public FederationSettings get() {
        try {
            if (!changed().equals(current.changed())) {
                current = read();
            }
        } catch (FederationSettings.BadSettings | UncheckedIOException e) {
            LOG.warn("{} is not taken over: {}", file, e.getMessage());
            current = new Read(changed(), current.settings());
        }
        return current.settings();
    }

    private Read read() {
        try {
            FileTime changed = changed();
            return new Read(
                    changed,
                    changed.equals(NEVER)
                            ? FederationSettings.none()
                            : FederationSettings.parse(file.toString(), Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileTime changed() {
        try {
            return Files.exists(file) ? Files.getLastModifiedTime(file) : NEVER;
        } catch (IOException e) {
            return NEVER;
        }
    }
}
