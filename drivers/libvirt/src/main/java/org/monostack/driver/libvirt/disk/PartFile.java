package org.monostack.driver.libvirt.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of files in the making. Each is of its own, since another process that stood still may
 * be making the same file, and says which process writes it, so that it can be removed when that
 * process is no more.
 */
final class PartFile {
    private static final Pattern NAME = Pattern.compile(".+\\.(\\d{1,18})\\.[0-9a-f-]{36}\\.part");

    private PartFile() {}

    /** A new name for what is to become this file. */
    static Path beside(Path file) {
        return file.resolveSibling(
                file.getFileName()
                        + "."
                        + ProcessHandle.current().pid()
                        + "."
                        + UUID.randomUUID()
                        + ".part");
    }

    /** Removes those in the directories below this one whose process has ended. */
    static void removeAbandoned(Path directory) throws IOException {
        try (DirectoryStream<Path> homes =
                Files.newDirectoryStream(
                        directory, path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))) {
            for (Path home : homes) {
                try (DirectoryStream<Path> parts = Files.newDirectoryStream(home, "*.part")) {
                    for (Path part : parts) {
                        if (isAbandoned(part)) {
                            Files.deleteIfExists(part);
                        }
                    }
                }
            }
        }
    }

    /** A number that was given to another process since keeps the file until its server goes. */
    private static boolean isAbandoned(Path part) {
        Matcher name = NAME.matcher(String.valueOf(part.getFileName()));
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }
}
