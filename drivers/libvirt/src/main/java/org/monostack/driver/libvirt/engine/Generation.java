package org.monostack.driver.libvirt.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A word that changes when guests may have been ended from outside: with the kernel, with the
 * container that all of this runs in, or when they were all powered off on purpose, which a file
 * remembers. Any thread.
 */
final class Generation {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path FIRST_PROCESS = Path.of("/proc/1/stat");

    /** Where a process's start is among the words that follow its name's closing parenthesis. */
    private static final int START = 19;

    private final Path file;

    Generation(Path file) {
        this.file = file;
    }

    String read() {
        try {
            String first = Files.readString(FIRST_PROCESS);
            String start = first.substring(first.lastIndexOf(')') + 2).split(" ")[START];
            return Files.readString(BOOT).strip() + " " + start + " " + kept();
        } catch (IOException e) {
            throw new UncheckedIOException("this boot of the host cannot be told from others", e);
        }
    }

    private String kept() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "first";
        }
    }

    /** Tells that all guests were powered off. */
    void renew() {
        if (!Files.isDirectory(file.resolveSibling("."))) {
            return; // Nothing ever ran here.
        }
        try {
            Files.writeString(file, UUID.randomUUID().toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot note that the guests were powered off", e);
        }
    }
}
