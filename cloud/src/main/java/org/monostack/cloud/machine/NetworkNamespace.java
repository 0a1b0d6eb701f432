package org.monostack.cloud.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A named network namespace, as {@code ip netns} makes them. */
public record NetworkNamespace(String name) {

    private Path file() {
        return Path.of("/run/netns", name);
    }

    public boolean exists() {
        return Files.exists(file());
    }

    /** Whether this process is in it. */
    public boolean entered() {
        try {
            String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
            Object inode = Files.getAttribute(file(), "unix:ino");
            return own.equals("net:[" + inode + "]");
        } catch (IOException e) {
            return false;
        }
    }

    /** The option that tells a process inside where the one is that entered the namespace. */
    public static final String OUTSIDE = "monostack.outside";

    /**
     * The command that runs another where this one was started, before it entered a namespace:
     * downloads must not depend on the cloud's own way out. Empty if that is here, or gone.
     */
    public static List<String> outside() {
        String origin = System.getProperty(OUTSIDE, "");
        return origin.isEmpty() || !Files.exists(Path.of(origin))
                ? List.of()
                : List.of("nsenter", "--net=" + origin);
    }

    /**
     * The command that runs another inside. It changes the network alone: {@code ip netns exec}
     * would also give a mount namespace of its own, in which what we mount would be lost.
     */
    public List<String> prefix() {
        return List.of("nsenter", "--net=" + file());
    }
}
