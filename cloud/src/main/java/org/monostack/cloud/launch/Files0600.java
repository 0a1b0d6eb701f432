package org.monostack.cloud.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that only their owner reads. */
final class Files0600 {

    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY =
            PosixFilePermissions.fromString("rwx------");

    private Files0600() {}

    /** Makes a directory with mode 0700; one that is there stays as it is. */
    static void directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(DIRECTORY));
        }
    }

    /** Opens a new file; what had this name is named {@code .1} afterwards. */
    static OutputStream fresh(Path path) throws IOException {
        if (Files.exists(path)) {
            Files.move(
                    path,
                    path.resolveSibling(path.getFileName() + ".1"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createFile(path, PosixFilePermissions.asFileAttribute(FILE));
        return Files.newOutputStream(path, StandardOpenOption.APPEND);
    }

    /** Makes an empty file with mode 0600 if there is none. */
    static void touch(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(FILE));
        }
    }
}
