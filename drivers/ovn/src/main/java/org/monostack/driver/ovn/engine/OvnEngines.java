package org.monostack.driver.ovn.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.monostack.driver.ovn.ovsdb.OvsdbClient;
import org.monostack.driver.ovn.ovsdb.OvsdbEndpoint;
import org.monostack.driver.ovn.ovsdb.OvsdbTransaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The six daemons of Open vSwitch and OVN on this host. They outlive this process: {@link
 * #ensureStarted} starts those that do not run and leaves the others alone, so guests keep their
 * network while the control plane is started again. While this object is open, a daemon thread
 * starts again what has died. All methods are safe to call from any thread, one works at a time.
 */
public final class OvnEngines implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OvnEngines.class);
    private static final Duration READY_PATIENCE = Duration.ofSeconds(15);
    private static final Duration SUPERVISION_PERIOD = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Path OVN_SCHEMAS = Path.of("/usr/share/ovn");
    private static final Path SWITCH_SCHEMAS = Path.of("/usr/share/openvswitch");

    private final EngineConfig config;
    private final EnginePaths paths;
    private final Thread supervisor;

    private @Nullable ChassisDatabase chassis;
    private @Nullable Datapath datapath;
    private @Nullable SwitchProgram program;
    private volatile boolean supervising;
    private volatile boolean closed;

    public OvnEngines(EngineConfig config) {
        this.config = config;
        this.paths = new EnginePaths(config.directory());
        this.supervisor =
                Thread.ofPlatform().daemon().name("ovn-supervisor").start(this::supervise);
    }

    /** One daemon as seen now. */
    public record Health(String name, boolean running, OptionalLong pid, Path log) {}

    public EnginePaths paths() {
        return paths;
    }

    public OvsdbEndpoint northbound() {
        return OvsdbEndpoint.unix(paths.northboundSocket());
    }

    public OvsdbEndpoint southbound() {
        return OvsdbEndpoint.unix(paths.southboundSocket());
    }

    /** Where packets are switched; known once started. */
    public synchronized Datapath datapath() {
        if (datapath == null) {
            throw new EngineException("the network engine has not been started");
        }
        return datapath;
    }

    /** The switch's database; there once started. */
    public synchronized ChassisDatabase chassis() {
        if (chassis == null) {
            throw new EngineException("the network engine has not been started");
        }
        return chassis;
    }

    /**
     * Fetches what {@link #ensureStarted} would have to fetch: for a machine, or a network
     * namespace, that cannot reach the distribution's packages later.
     */
    public static void prepare(EngineConfig config) {
        SwitchProgram.choose(config.datapath().orElseGet(Datapath::probe), config.newerSwitch());
    }

    /** The switch's database if there ever was one; served again if it was not. */
    public synchronized Optional<ChassisDatabase> existingChassis() {
        if (!Files.exists(chassisFile())) {
            return Optional.empty();
        }
        startDatabase(chassisDaemon(), chassisFile(), switchSchema());
        return Optional.of(openChassis());
    }

    /** Brings everything up that is not up. Returns when the engine serves. */
    public synchronized void ensureStarted() {
        paths.create();
        startCentral();
        startChassis();
        supervising = true;
    }

    /** Ends the daemons and gives the physical interface back; databases stay. */
    public synchronized void stop() {
        supervising = false;
        existingChassis()
                .ifPresent(open -> {
                    try {
                        publicBridge(open).undo();
                    } catch (RuntimeException e) {
                        log.warn("Cannot undo the public bridge", e);
                    }
                });
        if (chassis != null) {
            chassis.close();
            chassis = null;
        }
        controllerDaemon().stop();
        stopSwitch();
        chassisDaemon().stop();
        northdDaemon().stop();
        southboundDaemon().stop();
        northboundDaemon().stop();
    }

    public List<Health> health() {
        List<Health> all = new ArrayList<>();
        for (Daemon daemon :
                List.of(
                        northboundDaemon(),
                        southboundDaemon(),
                        northdDaemon(),
                        chassisDaemon(),
                        switchDaemon("ovs-vswitchd"),
                        controllerDaemon())) {
            OptionalLong pid = daemon.pid();
            all.add(new Health(daemon.name(), pid.isPresent(), pid, daemon.log()));
        }
        return all;
    }

    /** Lets go of the daemons without ending them. */
    @Override
    public synchronized void close() {
        supervising = false;
        closed = true;
        supervisor.interrupt();
        if (chassis != null) {
            chassis.close();
            chassis = null;
        }
    }

    private void startCentral() {
        startDatabase(northboundDaemon(), paths.central().resolve("nb.db"), ovnSchema("ovn-nb"));
        startDatabase(southboundDaemon(), paths.central().resolve("sb.db"), ovnSchema("ovn-sb"));
        ensureSingleton(northbound(), "OVN_Northbound", "NB_Global");
        ensureSingleton(southbound(), "OVN_Southbound", "SB_Global");
        northdDaemon().ensureStarted();
    }

    private void startChassis() {
        startDatabase(chassisDaemon(), chassisFile(), switchSchema());
        ChassisDatabase open = openChassis();
        Datapath where = datapath;
        if (where == null) {
            where = config.datapath().orElseGet(Datapath::probe);
            datapath = where;
            log.info(
                    "Packets are switched {}",
                    where == Datapath.KERNEL
                            ? "by the kernel"
                            : "in userspace, for the kernel lacks Open vSwitch");
        }
        SwitchProgram chosen = program;
        if (chosen == null) {
            chosen = SwitchProgram.choose(where, config.newerSwitch());
            program = chosen;
        }
        forgetFormerName(open);
        open.configure(controllerSettings(where));
        open.ensureBridge(config.integrationBridge(), where, true);
        Set<String> bridges = new TreeSet<>(config.bridgeMappings().values());
        bridges.add(config.publicBridge());
        for (String bridge : bridges) {
            open.ensureBridge(bridge, where, false);
        }
        boolean fresh = switchDaemon(chosen.executable()).ensureStarted();
        if (fresh) {
            open.awaitApplied(READY_PATIENCE);
        }
        controllerDaemon().ensureStarted();
        PublicBridge bridge = publicBridge(open);
        if (fresh || !bridge.isApplied()) {
            bridge.apply(where);
        }
    }

    /** A chassis of another name would keep our tunnel address, which OVN gives to one only. */
    private void forgetFormerName(ChassisDatabase open) {
        open.setting("system-id")
                .filter(former -> !former.equals(config.hostName()))
                .ifPresent(former -> {
                    log.info("This host was {} and is {} now", former, config.hostName());
                    controllerDaemon().stop();
                    Command.run(
                            "ovn-sbctl",
                            "--db=unix:" + paths.southboundSocket(),
                            "--if-exists",
                            "chassis-del",
                            former);
                });
    }

    private Map<String, String> controllerSettings(Datapath where) {
        Map<String, String> settings = new HashMap<>();
        settings.put("system-id", config.hostName());
        settings.put("hostname", config.hostName());
        settings.put("ovn-remote", "unix:" + paths.southboundSocket());
        settings.put("ovn-encap-type", "geneve");
        settings.put("ovn-encap-ip", config.encapsulationAddress());
        settings.put("ovn-bridge", config.integrationBridge());
        settings.put("ovn-bridge-datapath-type", where.type());
        settings.put(
                "ovn-bridge-mappings",
                config.bridgeMappings().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + ":" + e.getValue())
                        .collect(Collectors.joining(",")));
        settings.put("ovn-cms-options", "enable-chassis-as-gw");
        // The switch and the database are on this very host, behind unix sockets: probing them
        // only costs reconnections when the machine is busy.
        settings.put("ovn-remote-probe-interval", "0");
        settings.put("ovn-openflow-probe-interval", "0");
        return settings;
    }

    private ChassisDatabase openChassis() {
        ChassisDatabase open = chassis;
        if (open == null) {
            open = new ChassisDatabase(OvsdbEndpoint.unix(paths.chassisSocket()));
            open.onRowChange((table, before, after) -> {
                if (after != null
                        && table.equals("Interface")
                        && after.string("name").equals(config.publicBridge())) {
                    LockSupport.unpark(supervisor);
                }
            });
            chassis = open;
        }
        open.awaitReady(READY_PATIENCE);
        return open;
    }

    private PublicBridge publicBridge(ChassisDatabase open) {
        return new PublicBridge(config, paths.publicInterfaceState(), open);
    }

    private void stopSwitch() {
        Daemon daemon = switchDaemon("ovs-vswitchd");
        if (!daemon.isRunning()) {
            return;
        }
        // A gentle exit alone leaves the kernel's datapath and its devices behind.
        Command.attempt("ovs-appctl", "-t", switchControl().toString(), "exit", "--cleanup");
        if (!daemon.awaitEnd(Duration.ofSeconds(5))) {
            daemon.stop();
        } else {
            log.info("Stopped {}", daemon.name());
        }
    }

    private void supervise() {
        Duration pause = SUPERVISION_PERIOD;
        while (!closed) {
            LockSupport.parkNanos(pause.toNanos());
            if (!supervising) {
                continue;
            }
            try {
                repair();
                pause = SUPERVISION_PERIOD;
            } catch (RuntimeException e) {
                if (!closed) {
                    log.warn("The network engine is not well: {}", e.getMessage());
                }
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        }
    }

    private synchronized void repair() {
        if (!supervising) {
            return;
        }
        List<String> dead = health().stream().filter(h -> !h.running()).map(Health::name).toList();
        ChassisDatabase open = chassis;
        if (dead.isEmpty() && open != null && publicBridge(open).isApplied()) {
            return;
        }
        if (!dead.isEmpty()) {
            log.warn("Not running, starting again: {}", String.join(", ", dead));
        }
        startCentral();
        startChassis();
    }

    // ---- the daemons ----

    private Daemon northboundDaemon() {
        return database("ovsdb-server-nb", paths.central(), "nb", paths.northboundSocket());
    }

    private Daemon southboundDaemon() {
        return database("ovsdb-server-sb", paths.central(), "sb", paths.southboundSocket());
    }

    private Daemon chassisDaemon() {
        return database("ovsdb-server-chassis", paths.chassis(), "conf", paths.chassisSocket());
    }

    private Daemon database(String name, Path directory, String base, Path socket) {
        List<String> command = common("ovsdb-server", directory, name);
        command.add("--unixctl=" + directory.resolve(name + ".ctl"));
        command.add("--remote=punix:" + socket);
        command.add(directory.resolve(base + ".db").toString());
        return daemon(name, directory, command);
    }

    private Daemon northdDaemon() {
        List<String> command = common("ovn-northd", paths.central(), "ovn-northd");
        command.add("--unixctl=" + paths.central().resolve("ovn-northd.ctl"));
        command.add("--ovnnb-db=unix:" + paths.northboundSocket());
        command.add("--ovnsb-db=unix:" + paths.southboundSocket());
        return daemon("ovn-northd", paths.central(), command);
    }

    private Daemon switchDaemon(String executable) {
        List<String> command = common(executable, paths.chassis(), "ovs-vswitchd");
        command.add("--monitor");
        command.add("--unixctl=" + switchControl());
        command.add("unix:" + paths.chassisSocket());
        return daemon("ovs-vswitchd", paths.chassis(), command);
    }

    private Daemon controllerDaemon() {
        // This one knows no --unixctl: it makes its control socket in OVN_RUNDIR.
        List<String> command = common("ovn-controller", paths.chassis(), "ovn-controller");
        command.add("unix:" + paths.chassisSocket());
        return daemon("ovn-controller", paths.chassis(), command);
    }

    private Path chassisFile() {
        return paths.chassis().resolve("conf.db");
    }

    private Path switchControl() {
        return paths.chassis().resolve("ovs-vswitchd.ctl");
    }

    private static List<String> common(String executable, Path directory, String name) {
        return new ArrayList<>(
                List.of(
                        executable,
                        "--detach",
                        "--no-chdir",
                        "--pidfile=" + directory.resolve(name + ".pid"),
                        "--log-file=" + directory.resolve(name + ".log"),
                        "-vconsole:off",
                        "-vsyslog:off"));
    }

    private static Daemon daemon(String name, Path directory, List<String> command) {
        Map<String, String> environment = new HashMap<>();
        for (String tool : List.of("OVS", "OVN")) {
            for (String kind : List.of("RUNDIR", "DBDIR", "LOGDIR", "SYSCONFDIR")) {
                environment.put(tool + "_" + kind, directory.toString());
            }
        }
        return new Daemon(name, directory.resolve(name + ".pid"), environment, command);
    }

    private static void startDatabase(Daemon daemon, Path file, Path schema) {
        if (daemon.isRunning()) {
            return;
        }
        if (!Files.exists(file)) {
            Command.run(
                    "sh",
                    "-c",
                    "umask 077; exec ovsdb-tool create \"$1\" \"$2\"",
                    "sh",
                    file.toString(),
                    schema.toString());
        } else if (Command.run("ovsdb-tool", "needs-conversion", file.toString(), schema.toString())
                .strip()
                .equals("yes")) {
            log.info("Converting {} to the installed schema", file.getFileName());
            Command.run("ovsdb-tool", "convert", file.toString(), schema.toString());
        }
        daemon.ensureStarted();
    }

    private static void ensureSingleton(OvsdbEndpoint endpoint, String database, String table) {
        try (OvsdbClient client =
                new OvsdbClient(
                                endpoint,
                                database,
                                Map.of(table, List.of("external_ids")),
                                Set.of())
                        .start()) {
            client.awaitReady(READY_PATIENCE);
            if (client.replica().single(table).isEmpty()) {
                OvsdbTransaction transaction = new OvsdbTransaction();
                transaction.insert(table, Map.of());
                client.transact(transaction);
            }
        }
    }

    private static Path switchSchema() {
        return schema(SWITCH_SCHEMAS, "vswitch.ovsschema");
    }

    private static Path ovnSchema(String name) {
        return schema(OVN_SCHEMAS, name + ".ovsschema");
    }

    private static Path schema(Path directory, String name) {
        Path schema = directory.resolve(name);
        if (!Files.exists(schema)) {
            throw new EngineException("schema " + schema + " is not installed");
        }
        return schema;
    }
}
