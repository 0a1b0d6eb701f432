package org.monostack.platform.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Files of fixtures, which end with them. */
public final class TestFiles {
    private TestFiles() {}

    /** Removes a directory with all that is in it; what is gone already is well. */
    public static void remove(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Another fixture with the same directory was faster.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
