package org.monostack.driver.ovn.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where the engine keeps its databases, sockets, pid files and logs: all below one directory that
 * only its owner may enter, so that neither other users nor a distribution's own daemons meet them.
 */
public record EnginePaths(Path root) {

    /** Linux limits a unix socket's path to 107 bytes. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private static final int LONGEST_SOCKET_NAME =
            "chassis/ovn-controller.12345678.ctl".length() + 1;

    public EnginePaths {
        root = root.toAbsolutePath().normalize();
        int length = root.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length + LONGEST_SOCKET_NAME > LONGEST_SOCKET_PATH) {
            throw new EngineException(
                    "the network engine's directory %s is too long for unix sockets: at most %d bytes"
                            .formatted(root, LONGEST_SOCKET_PATH - LONGEST_SOCKET_NAME));
        }
    }

    public Path central() {
        return root.resolve("central");
    }

    public Path chassis() {
        return root.resolve("chassis");
    }

    public Path northboundSocket() {
        return central().resolve("nb.sock");
    }

    public Path southboundSocket() {
        return central().resolve("sb.sock");
    }

    public Path chassisSocket() {
        return chassis().resolve("db.sock");
    }

    /** What {@link PublicBridge} took from the physical interface, to give it back. */
    public Path publicInterfaceState() {
        return chassis().resolve("public-interface.json");
    }

    void create() {
        try {
            for (Path directory : List.of(root, central(), chassis())) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(
                        directory, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new EngineException("cannot make the network engine's directories", e);
        }
    }
}
