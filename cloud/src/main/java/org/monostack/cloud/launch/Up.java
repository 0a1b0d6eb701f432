package org.monostack.cloud.launch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.config.Ipv4;
import org.monostack.cloud.machine.DebianPackages;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.Machine;
import org.monostack.cloud.machine.NetworkNamespace;

/**
 * What {@code stack.sh} does once there is something to run: checks the machine against the
 * configuration, installs packages, starts the background process, follows it until every service
 * answers, and says so. Running it again while the cloud is up only says so again.
 */
public final class Up {

    private final CloudConfig config;
    private final Path home;
    private final Optional<Path> configFile;
    private final Machine machine = new Machine();
    private final DataDirectory data;
    private final Console console;

    /**
     * @param home the directory of stack.sh
     * @param configFile the local.conf that was read, if there is one
     */
    public Up(CloudConfig config, Path home, Optional<Path> configFile) {
        this.config = config;
        this.home = home;
        this.configFile = configFile;
        this.data = DataDirectory.of(config);
        this.console = new Console(System.out, config.output().verbose(), config.output().color());
    }

    /** Returns the exit status. */
    public int run() {
        Path serviceLog = config.paths().logs().resolve("monostack.log");
        try {
            data.prepare(config);
            try (RandomAccessFile file =
                            new RandomAccessFile(data.run().resolve("lock").toFile(), "rw");
                    FileLock lock = file.getChannel().tryLock()) {
                if (lock == null) {
                    throw new LaunchFailed("another stack.sh is at work on " + data.root());
                }
                console.logTo(Files0600.fresh(config.paths().stackLog()));
                console.say(
                        "Monostack comes up from "
                                + configFile.map(Path::toString).orElse("its defaults")
                                + ", data in "
                                + data.root()
                                + ", log in "
                                + config.paths().stackLog());
                start(serviceLog);
            }
            return 0;
        } catch (IOException e) {
            console.failure("Monostack did not come up: " + e.getMessage());
        } catch (RuntimeException e) {
            console.failure("Monostack did not come up: " + e.getMessage());
            if (!(e instanceof LaunchFailed)
                    && !(e instanceof org.monostack.cloud.localconf.LocalConfException)) {
                java.io.StringWriter trace = new java.io.StringWriter();
                e.printStackTrace(new java.io.PrintWriter(trace));
                console.detail(trace.toString());
            }
        }
        console.failure(
                "Read " + config.paths().stackLog() + ", and " + serviceLog + " if it is there.");
        return 1;
    }

    private void start(Path serviceLog) throws IOException {
        ServeProcess service = new ServeProcess(data);
        StartReport report = new StartReport(data.progress());
        Credentials credentials = Credentials.ensure(config);
        List<String> notes = new ArrayList<>();
        Optional<ProcessHandle> running = service.find();
        boolean again = running.isPresent();
        if (!again) {
            console.begin("machine checked");
            checkMachine();
            console.done("machine checked", "HOST_IP " + config.host().address());
            installPackages();
            report.clear();
            Files.deleteIfExists(data.endpoints());
            running =
                    Optional.of(
                            service.start(
                                    home,
                                    serviceLog,
                                    config.paths().logs().resolve("monostack.out")));
        }
        follow(report, running.get(), serviceLog, notes);
        console.begin("every service answers");
        Endpoints endpoints = Endpoints.read(data.endpoints());
        endpoints.awaitHealthy(running.get());
        console.done("every service answers", String.join(", ", endpoints.names()));
        CloudsYaml.write(data.cloudsYaml(), config, endpoints, credentials);
        new Summary(config, data, endpoints, credentials, notes)
                .print(console, again, home, serviceLog);
        if (!again && JvmFlags.prepareCache(home, serviceLog.resolveSibling("rehearsal.log"))) {
            console.detail("A start-up cache is being made in the background.");
        }
    }

    private void checkMachine() {
        List<String> addresses = machine.addresses();
        Ipv4 host = config.host().address();
        if (!addresses.contains(host.toString()) && !host.toString().startsWith("127.")) {
            throw config.wrongHostAddress(
                    "is not an address of this machine, which has " + String.join(", ", addresses));
        }
        Optional<String> device = config.networks().external().networkInterface();
        if (!config.servers().fake() && device.isPresent()) {
            List<String> devices = machine.interfaces();
            if (!devices.contains(device.get())) {
                throw config.wrongPublicInterface(
                        "is not a network interface of this machine, which has "
                                + String.join(", ", devices));
            }
        }
    }

    private void installPackages() {
        List<Path> lists = new ArrayList<>();
        lists.add(home.resolve("lib/packages/base.txt"));
        if (config.database().external().isEmpty()) {
            lists.add(home.resolve("lib/packages/database.txt"));
        }
        if (config.broker().filter(it -> it.external().isEmpty()).isPresent()) {
            lists.add(home.resolve("lib/packages/broker.txt"));
        }
        if (!config.servers().fake()) {
            lists.add(home.resolve("lib/packages/servers.txt"));
            lists.add(home.resolve("guest/packages.txt"));
        }
        List<String> names = DebianPackages.read(lists);
        if (!DebianPackages.available()) {
            console.say(
                    "This is not Debian: see to it that there is what these packages bring: "
                            + String.join(" ", names));
            return;
        }
        DebianPackages packages = new DebianPackages(NetworkNamespace.outside(), console::detail);
        console.begin("packages");
        List<String> missing = packages.missing(names);
        if (missing.isEmpty()) {
            console.done("packages", "all " + names.size() + " are there");
            return;
        }
        if (!machine.root()) {
            throw new LaunchFailed(
                    "packages are missing; install them with: sudo apt-get install"
                            + " --no-install-recommends "
                            + String.join(" ", missing));
        }
        if (config.images().offline()) {
            throw new LaunchFailed(
                    "OFFLINE=True, but packages are missing: " + String.join(" ", missing));
        }
        console.say("           Debian packages to install: " + String.join(" ", missing));
        packages.install(missing);
        List<String> still = packages.missing(missing);
        if (!still.isEmpty()) {
            throw new LaunchFailed("packages were not installed: " + String.join(" ", still));
        }
        console.done("packages", missing.size() + " installed");
    }

    private void follow(
            StartReport report, ProcessHandle process, Path serviceLog, List<String> notes) {
        int seen = 0;
        while (true) {
            boolean alive = process.isAlive();
            List<StartReport.Event> events = report.events();
            for (StartReport.Event event :
                    events.subList(Math.min(seen, events.size()), events.size())) {
                switch (event.kind()) {
                    case BEGIN -> console.begin(event.step());
                    case DONE -> console.done(event.step(), event.text());
                    case NOTE -> notes.add(event.text());
                    case FAILED -> throw new LaunchFailed(event.text());
                    case READY -> {
                        return;
                    }
                }
            }
            seen = events.size();
            if (!alive) {
                throw new LaunchFailed(
                        "the service ended while it started; the reason is at the end of "
                                + serviceLog
                                + " or "
                                + serviceLog.resolveSibling("monostack.out"));
            }
            console.tick();
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LaunchFailed("interrupted", e);
            }
        }
    }
}
