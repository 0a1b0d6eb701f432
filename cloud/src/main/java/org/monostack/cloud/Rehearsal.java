package org.monostack.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.launch.StartReport;
import org.monostack.cloud.localconf.LocalConf;
import org.monostack.cloud.machine.Machine;

/**
 * Starts a small cloud of its own on free ports of loopback, with fake drivers and scratch data,
 * and ends it. Run once after a build by a JVM that records what it loads, so that later starts
 * find it prepared.
 */
public final class Rehearsal {

    private static final List<String> PORTS =
            List.of(
                    "KEYSTONE_SERVICE_PORT",
                    "GLANCE_SERVICE_PORT",
                    "NOVA_SERVICE_PORT",
                    "METADATA_SERVICE_PORT",
                    "PLACEMENT_SERVICE_PORT",
                    "Q_PORT");

    private static final String PREFIX = "monostack-rehearsal";

    private Rehearsal() {}

    public static void run(Path home) throws Exception {
        removeLeftovers();
        Path scratch = Files.createTempDirectory(PREFIX);
        try (FileChannel channel = open(scratch);
                FileLock alive = channel.lock()) {
            rehearse(home, scratch);
        } finally {
            remove(scratch);
        }
    }

    /**
     * What is locked belongs to a rehearsal that goes on; the system unlocks what a dead one had.
     */
    private static void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(
                        Path.of(System.getProperty("java.io.tmpdir")), PREFIX + "*")) {
            for (Path scratch : found) {
                if (isDead(scratch)) {
                    remove(scratch);
                }
            }
        }
    }

    private static boolean isDead(Path scratch) {
        try (FileChannel channel = open(scratch);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (IOException e) {
            // Somebody else's.
            return false;
        }
    }

    private static FileChannel open(Path scratch) throws IOException {
        return FileChannel.open(
                scratch.resolve("alive"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static CloudConfig config(Path scratch) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("DATA_DIR", scratch.toString());
        settings.put("VIRT_DRIVER", "fake");
        // Not the first: there a cloud that runs already has the ports that cannot be chosen.
        settings.put("HOST_IP", "127.0.0.2");
        settings.put("API_PORT", "0");
        for (String port : PORTS) {
            settings.put(port, Integer.toString(freePort()));
        }
        return CloudConfig.of(LocalConf.empty(), settings, new Machine());
    }

    private static void rehearse(Path home, Path scratch) throws Exception {
        CloudConfig config = config(scratch);
        DataDirectory data = DataDirectory.of(config);
        data.prepare(config);
        StartReport report = new StartReport(data.progress());
        // Twice: a later start finds its data, which takes other ways than the first.
        for (int start = 0; start < 2; start++) {
            try (Cloud cloud = Cloud.start(config, home, report);
                    RehearsedUser user = new RehearsedUser(Endpoints.read(data.endpoints()))) {
                for (String url : Endpoints.read(data.endpoints()).urls().values()) {
                    Endpoints.answers(url);
                }
                if (start > 0) {
                    user.act(Credentials.find(config).orElseThrow().admin());
                }
            }
        }
    }

    private static void remove(Path scratch) throws IOException {
        CloudConfig config = config(scratch);
        Credentials.find(config)
                .flatMap(credentials -> new Engines(config).ownDatabase(credentials))
                .ifPresent(database -> database.stop(Duration.ofSeconds(30)));
        Shutdown.deleteTree(scratch);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
