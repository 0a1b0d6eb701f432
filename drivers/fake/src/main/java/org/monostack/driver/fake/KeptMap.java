package org.monostack.driver.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A word per id. With a directory, each is a file in it, so that a fake machine survives the
 * process as a real one does; without, they are forgotten. Thread-safe.
 */
final class KeptMap {

    private final Map<UUID, String> words = new ConcurrentSkipListMap<>();
    private final Optional<Path> directory;

    KeptMap(Optional<Path> directory) {
        this.directory = directory;
        directory.ifPresent(this::load);
    }

    private void load(Path from) {
        try {
            Files.createDirectories(from);
            try (var files = Files.list(from)) {
                for (Path file : files.toList()) {
                    String name = String.valueOf(file.getFileName());
                    // A half-written neighbour of a file has a dot in its name.
                    if (!name.contains(".")) {
                        words.put(UUID.fromString(name), Files.readString(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<String> get(UUID id) {
        return Optional.ofNullable(words.get(id));
    }

    Map<UUID, String> all() {
        return Map.copyOf(words);
    }

    void put(UUID id, String word) {
        if (word.equals(words.put(id, word)) || directory.isEmpty()) {
            return;
        }
        Path file = directory.get().resolve(id.toString());
        Path fresh = file.resolveSibling(id + ".new");
        try {
            Files.writeString(fresh, word);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(UUID id) {
        words.remove(id);
        if (directory.isPresent()) {
            try {
                Files.deleteIfExists(directory.get().resolve(id.toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
