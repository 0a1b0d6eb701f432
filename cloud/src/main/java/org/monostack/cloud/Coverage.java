package org.monostack.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.localconf.LocalConf;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.Machine;
import org.monostack.driver.fake.FakeHypervisor;
import org.monostack.driver.fake.FakeNetworkDriver;
import org.monostack.identity.IdentityNotifications;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.PrivateMariaDb;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Route;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.policy.PolicySample;

/**
 * What is served, told by what serves it: the route tables as Markdown and the rules as a sample
 * file. Stateless.
 */
public final class Coverage {

    private Coverage() {}

    /** The routes of every service. */
    public static String ofThisProgram() {
        return withServices(Coverage::markdown);
    }

    /**
     * The default rules of the service with that name, as a policy.yaml; empty if there is none.
     */
    public static Optional<String> policySample(String service) {
        return withServices(services ->
                services.stream()
                        .filter(candidate -> candidate.name().equals(service))
                        .findFirst()
                        .map(found -> PolicySample.text(found.policy())));
    }

    /** Wires the services to a database that is made for this and removed again. */
    static <T> T withServices(Function<List<HttpService>, T> question) {
        try {
            Path scratch = Files.createTempDirectory("monostack-coverage");
            PrivateMariaDb daemon = new PrivateMariaDb(scratch.resolve("mariadb"), freePort(), "x");
            try {
                daemon.ensureStarted(Duration.ofSeconds(60));
                CloudConfig config =
                        CloudConfig.of(
                                LocalConf.empty(),
                                Map.of("DATA_DIR", scratch.toString(), "VIRT_DRIVER", "fake"),
                                new Machine());
                try (Database database = Database.open(daemon.connection());
                        FakeNetworkDriver network = new FakeNetworkDriver();
                        FakeHypervisor hypervisor = new FakeHypervisor("host")) {
                    Operations operations =
                            new Operations(database, OperationConfig.defaults("coverage"));
                    return question.apply(
                            Services.wire(
                                            config,
                                            database,
                                            operations,
                                            IdentityNotifications.none(),
                                            network,
                                            hypervisor)
                                    .http());
                }
            } finally {
                daemon.stop(Duration.ofSeconds(30));
                Shutdown.deleteTree(scratch);
            }
        } catch (IOException e) {
            throw new LaunchFailed("cannot make a scratch database: " + e.getMessage(), e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static String markdown(List<HttpService> services) {
        StringBuilder text = new StringBuilder();
        text.append("# What is served\n\n");
        text.append("Made by `bin/monostack coverage` from the services' route tables.\n\n");
        text.append("| service | routes | microversions |\n|---|---|---|\n");
        for (HttpService service : services) {
            text.append(
                    "| [%s](#%s) | %d | %s |\n"
                            .formatted(
                                    service.name(),
                                    service.name(),
                                    lines(service).size(),
                                    service.microversions()
                                            .map(range -> range.min() + " to " + range.max())
                                            .orElse("")));
        }
        text.append('\n').append(missing());
        for (HttpService service : services) {
            text.append("\n## ").append(service.name()).append("\n\n");
            text.append("| method | path | answers | policy |\n|---|---|---|---|\n");
            for (String line : lines(service)) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    /** What no route table can tell: the calls that OpenStack has and Monostack has not. */
    private static String missing() {
        try (InputStream text = Coverage.class.getResourceAsStream("/coverage-missing.md")) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(HttpService service) {
        TreeMap<String, String> lines = new TreeMap<>();
        for (Route route : service.routes().describe()) {
            // Other spellings of a path (with the project's id in it, older prefixes) are the same
            // route.
            for (String template : route.templates().subList(0, 1)) {
                String window =
                        route.sinceVersion().map(version -> "from " + version + " ").orElse("")
                                + route.untilVersion().map(version -> "to " + version).orElse("");
                String policy =
                        route.isOpen()
                                ? "open"
                                : route.rule().map(rule -> "`" + rule + "`").orElse("any token");
                lines.put(
                        template + " " + route.method() + " " + window,
                        "| %s | `%s`%s | %s | %s |"
                                .formatted(
                                        route.method(),
                                        template,
                                        window.isBlank() ? "" : " (" + window.strip() + ")",
                                        route.successStatus(),
                                        policy));
            }
        }
        return new ArrayList<>(lines.values());
    }
}
