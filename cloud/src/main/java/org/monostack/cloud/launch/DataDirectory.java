package org.monostack.cloud.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.machine.LaunchFailed;

/**
 * The layout below DATA_DIR. A marker file says that the directory is ours and which driver its
 * data belongs to; without it nothing is ever deleted.
 */
public record DataDirectory(Path root) {

    private static final String MARKER = ".monostack";

    public static DataDirectory of(CloudConfig config) {
        return new DataDirectory(config.paths().data());
    }

    public Path run() {
        return root.resolve("run");
    }

    /** The pid of the background process. */
    public Path pidFile() {
        return run().resolve("monostack.pid");
    }

    /** What the background process says while it starts. */
    public Path progress() {
        return run().resolve("progress");
    }

    /** Where the services answer, written once they do. */
    public Path endpoints() {
        return run().resolve("endpoints.properties");
    }

    public Path credentials() {
        return root.resolve("private/credentials.properties");
    }

    /** What opens the operator's listener; made anew at each start. */
    public Path operatorToken() {
        return root.resolve("private/operator.token");
    }

    public Path keys() {
        return root.resolve("private/keys");
    }

    public Path database() {
        return root.resolve("mariadb");
    }

    public Path broker() {
        return root.resolve("rabbitmq");
    }

    public Path ovn() {
        return root.resolve("ovn");
    }

    /** libvirt's files, servers' disks and the host's image cache. */
    public Path compute() {
        return root.resolve("compute");
    }

    public Path images() {
        return root.resolve("images");
    }

    public Path guest() {
        return root.resolve("guest");
    }

    public Path cloudsYaml() {
        return root.resolve("clouds.yaml");
    }

    public boolean ours() {
        return Files.exists(root.resolve(MARKER));
    }

    /** Makes what is missing. Refuses a directory whose data belongs to another driver. */
    public void prepare(CloudConfig config) {
        Path marker = root.resolve(MARKER);
        String driver = config.servers().driver();
        try {
            Files0600.directory(root);
            if (Files.exists(marker)) {
                String before = Files.readString(marker).strip();
                if (!before.equals(driver)) {
                    throw new LaunchFailed(
                            "the data in "
                                    + root
                                    + " was made with VIRT_DRIVER="
                                    + before
                                    + ", not "
                                    + driver
                                    + ": run ./clean.sh, or choose another DATA_DIR");
                }
            } else {
                Files.writeString(marker, driver + "\n");
            }
            Files0600.directory(run());
            Files0600.directory(root.resolve("private"));
            Files.setPosixFilePermissions(
                    root.resolve("private"), PosixFilePermissions.fromString("rwx------"));
            for (Path logs :
                    new Path[] {config.paths().logs(), config.paths().stackLog().getParent()}) {
                Files0600.directory(logs);
            }
        } catch (IOException e) {
            throw new LaunchFailed("cannot make " + e.getMessage(), e);
        }
    }
}
