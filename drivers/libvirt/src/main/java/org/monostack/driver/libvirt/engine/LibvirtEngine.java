package org.monostack.driver.libvirt.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.monostack.driver.libvirt.binding.DomainStatus;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.binding.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns a private libvirtd and its log keeper virtlogd, started without systemd and apart from any
 * libvirt that the host runs for itself.
 *
 * <p>libvirtd has fixed directories when it runs as root (/etc/libvirt, /run/libvirt and so on).
 * Both daemons therefore run in a mount namespace of their own in which directories of ours lie
 * over those; the network namespace is the host's, since tap devices are. The sockets are reached
 * from outside through our own directories.
 *
 * <p>Durable: domain definitions and saved memory under {@code lib}, {@code etc}. The daemons and
 * the guests are in sessions of their own: they survive this process, and guests survive the
 * daemons. Everything here can be called at any time, from any thread, and repeated.
 */
public final class LibvirtEngine {
    private static final Logger log = LoggerFactory.getLogger(LibvirtEngine.class);

    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;

    private static final String SOCKET = "/run/libvirt/libvirt-sock";
    // struct sockaddr_un holds 108 bytes with the final zero.
    private static final int LONGEST_SOCKET_PATH = 107;

    // The system call that makes a process the reaper of its orphaned descendants.
    private static final Map<String, Integer> PRCTL = Map.of("amd64", 157, "aarch64", 167);

    private final Path directory;
    private final Generation generation;
    private final Supplier<Acceleration> acceleration;
    private final GuestFiles guestFiles;
    private final Daemon libvirtd;
    private final Daemon virtlogd;
    private final ReentrantLock lock = new ReentrantLock();

    /** A daemon that is recognised by its pid file and by its configuration's path. */
    private record Daemon(String name, Path pidFile, Path configuration) {
        Optional<ProcessHandle> process() {
            return GuestFiles.processOf(pidFile, configuration.toString());
        }
    }

    /**
     * @param directory an absolute path; made if absent
     * @param acceleration asked only when daemons are started: without KVM they are kept from it
     */
    public LibvirtEngine(Path directory, Supplier<Acceleration> acceleration) {
        this.directory = directory;
        this.acceleration = acceleration;
        guestFiles = new GuestFiles(directory);
        generation = new Generation(directory.resolve("generation"));
        libvirtd =
                new Daemon(
                        "libvirtd",
                        directory.resolve("pid/libvirtd.pid"),
                        directory.resolve("etc/libvirtd.conf"));
        virtlogd =
                new Daemon(
                        "virtlogd",
                        directory.resolve("pid/virtlogd.pid"),
                        directory.resolve("etc/virtlogd.conf"));
    }

    /** Starts what does not run and returns when libvirtd accepts connections. */
    public void ensureStarted() {
        lock.lock();
        try {
            boolean loggerRuns = virtlogd.process().isPresent();
            boolean libvirtRuns = libvirtd.process().isPresent();
            if (loggerRuns && libvirtRuns) {
                return;
            }
            requirePrograms();
            writeConfiguration();
            if (!libvirtRuns) {
                guestFiles.forgetDead();
            }
            Programs.Ending ending =
                    Programs.run(START_DEADLINE, startCommand(!loggerRuns, !libvirtRuns));
            if (!ending.succeeded()) {
                throw new EngineException(
                        "libvirt's daemons could not be started (their logs are in "
                                + directory.resolve("log")
                                + "; root is needed): "
                                + (ending.status().isEmpty()
                                        ? "not ready within " + START_DEADLINE.toSeconds() + " s"
                                        : ending.output()));
            }
            log.info("started libvirtd in {}", directory);
        } catch (IOException e) {
            throw new EngineException("libvirt's daemons could not be started", e);
        } finally {
            lock.unlock();
        }
    }

    private List<String> startCommand(boolean startLogger, boolean startLibvirt)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", "--wait"));
        Integer prctl = PRCTL.get(System.getProperty("os.arch", ""));
        if (prctl != null && Programs.find("perl").isPresent()) {
            command.addAll(List.of("perl", "-e", resource("reaper.pl"), prctl.toString()));
        }
        command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
        command.addAll(List.of("sh", "-c", resource("start.sh"), "sh", directory.toString()));
        for (boolean argument :
                new boolean[] {startLogger, startLibvirt, acceleration.get().kvm()}) {
            command.add(argument ? "yes" : "no");
        }
        return command;
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = LibvirtEngine.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("resource " + name + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Whether libvirtd runs now. */
    public boolean running() {
        return libvirtd.process().isPresent();
    }

    /** The URI under which the private libvirtd is reached, now that it runs. */
    public String uri() {
        return "qemu:///system?socket="
                + URLEncoder.encode(socket().toString(), StandardCharsets.UTF_8);
    }

    private Path socket() {
        Path socket = directory.resolve("run/libvirt-sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_PATH) {
            return socket;
        }
        // The daemon knows the same socket by a short name, in its own view of the file system.
        return libvirtd.process()
                .map(daemon -> Path.of("/proc", Long.toString(daemon.pid()), "root" + SOCKET))
                .orElse(socket);
    }

    /**
     * Stops the daemons.
     *
     * @param guestsToo powers all guests off first; otherwise they go on, and virtlogd with them if
     *     there are any, because it holds their console logs' other end
     */
    public void stop(boolean guestsToo) {
        lock.lock();
        try {
            if (guestsToo) {
                if (running()) {
                    powerOffThroughLibvirt();
                }
                for (ProcessHandle guest : guests()) {
                    end(guest, STOP_PATIENCE);
                }
                generation.renew();
            }
            libvirtd.process().ifPresent(process -> end(process, STOP_PATIENCE));
            if (guests().isEmpty()) {
                virtlogd.process().ifPresent(process -> end(process, STOP_PATIENCE));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Another word whenever this host's guests may have been ended with it. */
    public String generation() {
        return generation.read();
    }

    /** libvirtd's process, for those who watch it. */
    public Optional<ProcessHandle> daemon() {
        return libvirtd.process();
    }

    /** Each daemon's process, as far as it runs. */
    public Map<String, Optional<ProcessHandle>> daemons() {
        return Map.of(libvirtd.name(), libvirtd.process(), virtlogd.name(), virtlogd.process());
    }

    /** Where a daemon writes what it has to say. */
    public Path logOf(String daemon) {
        return directory.resolve("log").resolve(daemon + ".log");
    }

    /** The QEMU processes of this engine's guests, known by the pid files that libvirt keeps. */
    public List<ProcessHandle> guests() {
        try {
            return List.copyOf(guestFiles.living().values());
        } catch (IOException e) {
            throw new EngineException("guests cannot be listed", e);
        }
    }

    /** Removes QEMU's own log of a guest that will not come back. */
    public void removeLog(String guest) {
        try {
            guestFiles.removeLog(guest);
        } catch (IOException e) {
            throw new EngineException("the log of guest " + guest + " cannot be removed", e);
        }
    }

    private void powerOffThroughLibvirt() {
        try (Libvirt libvirt = new Libvirt(this::uri)) {
            for (DomainStatus domain : libvirt.domains()) {
                if (domain.state().active()) {
                    libvirt.destroy(domain.uuid());
                }
            }
        } catch (LibvirtException e) {
            log.warn("guests are powered off without libvirt: {}", e.getMessage());
        }
    }

    private static void requirePrograms() {
        for (String program : List.of("libvirtd", "virtlogd", "unshare", "setsid")) {
            if (Programs.find(program).isEmpty()) {
                throw new EngineException(
                        program
                                + " is not installed (Debian: libvirt-daemon,"
                                + " libvirt-daemon-system, libvirt-daemon-driver-qemu, util-linux)");
            }
        }
    }

    private void writeConfiguration() throws IOException {
        for (String each : List.of("etc", "run", "lib/qemu", "log/qemu", "cache", "pid")) {
            Files.createDirectories(directory.resolve(each));
        }
        // The sockets ask for no password: nobody but root may come near them.
        for (String each : List.of("etc", "run", "lib")) {
            Files.setPosixFilePermissions(
                    directory.resolve(each), PosixFilePermissions.fromString("rwx------"));
        }
        String logFile = logOf("libvirtd").toString();
        Files.writeString(
                libvirtd.configuration(),
                """
                listen_tls = 0
                listen_tcp = 0
                max_client_requests = 16
                auth_unix_rw = "none"
                auth_unix_ro = "none"
                unix_sock_rw_perms = "0700"
                unix_sock_ro_perms = "0700"
                log_outputs = "3:file:%s"
                """
                        .formatted(quoted(logFile)));
        // A console log and its predecessor: what a user can read back of a talkative guest.
        Files.writeString(
                virtlogd.configuration(),
                """
                max_size = 262144
                max_backups = 1
                log_outputs = "3:file:%s"
                """
                        .formatted(quoted(logOf("virtlogd").toString())));
        // Guests run as root: confinement is not libvirt's here. Cgroups are off because two
        // libvirtds on a host would use the same names in them.
        Files.writeString(
                directory.resolve("etc/qemu.conf"),
                """
                user = "root"
                group = "root"
                dynamic_ownership = 0
                remember_owner = 0
                security_driver = "none"
                cgroup_controllers = [ ]
                namespaces = [ ]
                """);
    }

    private static String quoted(String text) {
        if (text.indexOf('"') >= 0 || text.indexOf('\n') >= 0) {
            throw new EngineException("the data directory's path has a quote in it: " + text);
        }
        return text;
    }

    private static void end(ProcessHandle process, Duration patience) {
        process.destroy();
        if (!gone(process, patience)) {
            process.destroyForcibly();
            if (!gone(process, KILL_PATIENCE)) {
                throw new EngineException("process " + process.pid() + " does not end");
            }
        }
    }

    private static boolean gone(ProcessHandle process, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
