package org.monostack.cloud.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.engine.PidFile;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A RabbitMQ server of our own, on a directory, a cookie and ports of its own, listening on
 * loopback only. The daemon outlives this process: it is found again by its pid file. With it runs
 * Erlang's port mapper, which it starts.
 *
 * <p>What is not consumed there is bounded: of each queue of notifications the newest are kept.
 *
 * <p>Not thread-safe; one caller at a time.
 */
public final class PrivateRabbitMq {

    private static final String PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private static final String NODE = "monostack@localhost";
    private static final int CLASSIC_PORT = 5672;
    private static final int MOST_MESSAGES = 100_000;

    /** Waiting threads of Erlang's spin, which costs the guests their processors. */
    private static final String NO_SPINNING = "+sbwt none +sbwtdcpu none +sbwtdio none";

    private final Path directory;
    private final String user;
    private final String password;

    private record Ports(int clients, int nodes, int mapper) {}

    /**
     * @param directory holds all its files; created if missing, for its owner only
     * @param password of that user; the one in force after each start
     */
    public PrivateRabbitMq(Path directory, String user, String password) {
        this.directory = directory;
        this.user = user;
        this.password = password;
    }

    /** The daemon's own log. */
    public Path log() {
        return directory.resolve("log").resolve(NODE + ".log");
    }

    /** Where it takes clients, on 127.0.0.1; chosen when it is asked for the first time. */
    public int port() {
        try {
            return ports().clients();
        } catch (IOException e) {
            throw new IllegalStateException("cannot choose a port for RabbitMQ", e);
        }
    }

    /** The daemon's process, if it runs. */
    public Optional<ProcessHandle> process() {
        return PidFile.process(pidFile(), directory.toString());
    }

    private Path pidFile() {
        return directory.resolve("rabbitmq.pid");
    }

    /** Starts the daemon if it does not run, and waits until it takes clients. */
    public void ensureStarted(Duration patience) {
        try {
            PrivateFiles.createDirectories(directory);
            Ports ports = ports();
            long deadline = System.nanoTime() + patience.toNanos();
            ProcessHandle daemon = process().orElse(null);
            if (daemon == null) {
                if (!free(ports.clients())) {
                    throw new IOException(
                            "127.0.0.1:" + ports.clients() + " is taken by somebody else");
                }
                daemon = launch(ports);
            }
            while (!answers(ports.clients())) {
                if (!daemon.isAlive() && process().isEmpty()) {
                    throw new IOException("it ended at once; see " + output() + " and " + log());
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("it does not answer; see " + output());
                }
                Thread.sleep(100);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot start RabbitMQ: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while RabbitMQ starts", e);
        }
    }

    private Path output() {
        return directory.resolve("startup.log");
    }

    private ProcessHandle launch(Ports ports) throws IOException {
        Path cookie = directory.resolve(".erlang.cookie");
        if (!Files.exists(cookie)) {
            PrivateFiles.write(cookie, RandomIds.hex());
        }
        Path definitions = directory.resolve("definitions.json");
        PrivateFiles.write(definitions, Json.write(definitions()));
        Path configuration = directory.resolve("rabbitmq.conf");
        PrivateFiles.write(
                configuration,
                """
                listeners.tcp.1 = 127.0.0.1:%d
                load_definitions = %s
                vm_memory_high_watermark.absolute = 256MB
                disk_free_limit.absolute = 50MB
                log.file.level = warning
                """
                        .formatted(ports.clients(), definitions));
        Path plugins = directory.resolve("enabled_plugins");
        PrivateFiles.write(plugins, "[].\n");
        ProcessBuilder builder =
                new ProcessBuilder("setsid", PROGRAM)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment()
                .putAll(
                        Map.ofEntries(
                                Map.entry("HOME", directory.toString()),
                                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                                Map.entry("ERL_EPMD_PORT", Integer.toString(ports.mapper())),
                                Map.entry("RABBITMQ_NODENAME", NODE),
                                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(ports.nodes())),
                                Map.entry(
                                        "RABBITMQ_MNESIA_BASE",
                                        directory.resolve("data").toString()),
                                Map.entry("RABBITMQ_LOG_BASE", directory.resolve("log").toString()),
                                Map.entry("RABBITMQ_PID_FILE", pidFile().toString()),
                                Map.entry("RABBITMQ_CONFIG_FILE", configuration.toString()),
                                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString()),
                                // Not the one of the system's own server.
                                Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                                Map.entry(
                                        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                                        NO_SPINNING
                                                + " -kernel inet_dist_use_interface"
                                                + " {127,0,0,1}"
                                                // Says whose it is to those who list processes.
                                                + " -directory "
                                                + directory)));
        return builder.start().toHandle();
    }

    /** One user, and that no queue of notifications grows for ever; taken over at each start. */
    private ObjectNode definitions() {
        ObjectNode all = Json.object();
        all.set(
                "users",
                list(
                        Json.object()
                                .put("name", user)
                                .put("password_hash", hash(password))
                                .put("hashing_algorithm", "rabbit_password_hashing_sha256")
                                .put("tags", "administrator")));
        all.set("vhosts", list(Json.object().put("name", "/")));
        all.set(
                "permissions",
                list(
                        Json.object()
                                .put("user", user)
                                .put("vhost", "/")
                                .put("configure", ".*")
                                .put("write", ".*")
                                .put("read", ".*")));
        ObjectNode bounded =
                Json.object()
                        .put("vhost", "/")
                        .put("name", "bounded")
                        .put("pattern", "^notifications\\.")
                        .put("apply-to", "queues")
                        .put("priority", 0);
        bounded.set(
                "definition",
                Json.object().put("max-length", MOST_MESSAGES).put("overflow", "drop-head"));
        all.set("policies", list(bounded));
        return all;
    }

    private static ArrayNode list(ObjectNode only) {
        ArrayNode list = Json.array();
        list.add(only);
        return list;
    }

    /** As RabbitMQ stores passwords: a salt of four bytes, and SHA-256 of salt and password. */
    private static String hash(String password) {
        try {
            byte[] salt = RandomIds.bytes(4);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            byte[] hashed = digest.digest(password.getBytes(StandardCharsets.UTF_8));
            byte[] both = new byte[salt.length + hashed.length];
            System.arraycopy(salt, 0, both, 0, salt.length);
            System.arraycopy(hashed, 0, both, salt.length, hashed.length);
            return Base64.getEncoder().encodeToString(both);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks SHA-256", e);
        }
    }

    /** The same ones as before; others if it does not run and somebody else has one of them. */
    private Ports ports() throws IOException {
        Path file = directory.resolve("ports");
        if (Files.exists(file)) {
            String[] kept = Files.readString(file).strip().split(" ");
            Ports ports =
                    new Ports(
                            Integer.parseInt(kept[0]),
                            Integer.parseInt(kept[1]),
                            Integer.parseInt(kept[2]));
            if (process().isPresent() || free(ports.clients()) && free(ports.nodes())) {
                return ports;
            }
        }
        PrivateFiles.createDirectories(directory);
        Ports chosen =
                new Ports(free(CLASSIC_PORT) ? CLASSIC_PORT : anyFree(), anyFree(), anyFree());
        PrivateFiles.write(
                file, chosen.clients() + " " + chosen.nodes() + " " + chosen.mapper() + "\n");
        return chosen;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int anyFree() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks the daemon to end, waits until it has, and ends its port mapper. */
    public void stop(Duration patience) {
        process()
                .ifPresent(daemon -> {
                    daemon.destroy();
                    try {
                        daemon.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        throw new IllegalStateException("RabbitMQ did not stop; see " + log(), e);
                    }
                });
        Path file = directory.resolve("ports");
        if (!Files.exists(file)) {
            return;
        }
        try {
            Process killer =
                    new ProcessBuilder(
                                    List.of(
                                            "epmd",
                                            "-port",
                                            Integer.toString(ports().mapper()),
                                            "-kill"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            killer.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("Erlang's port mapper did not stop", e);
        }
    }
}
