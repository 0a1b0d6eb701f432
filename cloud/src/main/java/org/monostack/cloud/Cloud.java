package org.monostack.cloud;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.engine.BrokerEngine;
import org.monostack.cloud.engine.DatabaseEngine;
import org.monostack.cloud.engine.Engine;
import org.monostack.cloud.engine.Supervisor;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.launch.StartReport;
import org.monostack.cloud.operator.MeasuredDriver;
import org.monostack.cloud.operator.Operator;
import org.monostack.cloud.seed.Seed;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.identity.BrokerConfig;
import org.monostack.identity.IdentityNotifications;
import org.monostack.identity.NotificationDelivery;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.telemetry.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running cloud: the one place where everything is constructed. Starting goes database and
 * engines (side by side), services, seeded data, ports; closing goes back the same way. The
 * engines' daemons go on after {@link #close}, so that servers and networks outlive the control
 * plane.
 */
public final class Cloud implements AutoCloseable {

    /** Where notifications go; the background process keeps them in a file of their own. */
    private static final Logger NOTIFICATIONS = LoggerFactory.getLogger("notification");

    private static final Logger LOG = LoggerFactory.getLogger(Cloud.class);

    /** What {@link #close} closes, last opened first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Done once every service answers; what nobody waits for begins then. */
    private final CompletableFuture<Boolean> serving = new CompletableFuture<>();

    private final CloudConfig config;
    private final Path home;
    private final StartReport report;

    private Cloud(CloudConfig config, Path home, StartReport report) {
        this.config = config;
        this.home = home;
        this.report = report;
    }

    /** Starts everything and returns when every service answers. */
    public static Cloud start(CloudConfig config, Path home, StartReport report) throws Exception {
        Cloud cloud = new Cloud(config, home, report);
        try {
            cloud.run();
            return cloud;
        } catch (Exception e) {
            cloud.close();
            throw e;
        }
    }

    /** Who is told of what requests to identity did. */
    private IdentityNotifications notifications(Optional<NotificationDelivery> delivery) {
        IdentityNotifications told = IdentityNotifications.none();
        if (!tellsOthers()) {
            return told;
        }
        String format = config.identity().notificationFormat();
        String host = config.host().name();
        told = told.and(format, host, NOTIFICATIONS::info);
        return delivery.isPresent()
                ? told.and(delivery.get(), format, config.broker().orElseThrow().optedOut(), host)
                : told;
    }

    private boolean tellsOthers() {
        return !config.identity().notificationFormat().equals("none");
    }

    /** Who takes notifications to the message broker, if there is one. */
    private Optional<NotificationDelivery> delivery(
            Optional<BrokerConfig> broker, Database database) {
        return broker.filter(it -> tellsOthers())
                .map(it -> IdentityNotifications.delivery(it, database));
    }

    private void run() throws Exception {
        Credentials credentials = Credentials.ensure(config);
        Engines engines = new Engines(config);
        final Database database;
        final Drivers started;
        try (ExecutorService sideBySide = Executors.newFixedThreadPool(2)) {
            Future<Drivers> underway =
                    sideBySide.submit(() -> Drivers.start(config, engines, report));
            Future<Database> opened = sideBySide.submit(() -> openDatabase(engines, credentials));
            database = await(opened);
            open.push(database);
            database.countInMemory();
            started = await(underway);
        }
        open.push(started);
        Supervisor supervisor = supervisor(engines, credentials, started);
        open.push(supervisor);
        supervisor.start();

        Operations operations =
                new Operations(database, OperationConfig.defaults(config.host().name()));
        Metrics metrics = new Metrics();
        Optional<NotificationDelivery> delivery = delivery(engines.broker(credentials), database);
        delivery.ifPresent(it -> {
            open.push(it);
            metrics.gauge(
                    "monostack_notifications_waiting",
                    "Notifications that the message broker does not have yet.",
                    List.of(),
                    () -> List.of(Metrics.Sample.of(it.waiting())));
        });
        IdentityNotifications notifications = notifications(delivery);
        MeasuredDriver measured = new MeasuredDriver(metrics);
        Services services =
                report.step(
                        "services",
                        () ->
                                Services.wire(
                                        config,
                                        database,
                                        operations,
                                        notifications,
                                        measured.watch(
                                                "network", NetworkDriver.class, started.network()),
                                        measured.watch(
                                                "servers", Hypervisor.class, started.hypervisor())),
                        wired ->
                                wired.http().stream()
                                        .map(HttpService::name)
                                        .collect(Collectors.joining(", ")));
        DataDirectory data = DataDirectory.of(config);
        Operator operator =
                new Operator(
                        new Operator.Watched(database, operations, supervisor, metrics),
                        services.invariants(operations),
                        services.storyTellers(),
                        services.identity().identity().authenticator(),
                        data.operatorToken());
        open.push(operator);
        Listeners listeners =
                new Listeners(
                        config,
                        services.compute().consoles(),
                        operator.requests().and(notifications));
        open.push(listeners);
        listeners.bind(services);
        listeners.bindOperator(operator.httpService());
        listeners.notes().forEach(report::note);
        Endpoints endpoints = listeners.endpoints();

        Seed seed =
                new Seed(
                        config,
                        data,
                        database,
                        services.identity(),
                        services.compute().bootstrap(),
                        services.image().images(),
                        home);
        if (seed.wanted()) {
            step("users, roles, catalog, flavors", () -> seed.people(credentials, endpoints));
        }
        services.recover();
        listeners.serveMetadata(started.network(), services.compute().metadataService());
        listeners.start();
        services.start();
        open.push(services);
        operations.start();
        operator.start();
        delivery.ifPresent(NotificationDelivery::start);
        open.push(operations);
        if (seed.wanted()) {
            step("public and private network", () -> seed.networks(credentials, endpoints));
            step("images", seed::images);
            seed.notes().forEach(report::note);
            seed.finished();
        }
        started.notes().forEach(report::note);
        endpoints.publish(data.endpoints());
        serving.complete(true);
        LOG.info("serving at {}", endpoints.urls());
    }

    private Supervisor supervisor(Engines engines, Credentials credentials, Drivers drivers) {
        List<Engine> supervised = new ArrayList<>(drivers.engines());
        engines.ownDatabase(credentials)
                .ifPresent(database ->
                        supervised.addFirst(
                                new DatabaseEngine(database, Engines.DATABASE_PATIENCE)));
        engines.ownBroker(credentials)
                .ifPresent(broker ->
                        supervised.add(new BrokerEngine(broker, Engines.BROKER_PATIENCE, serving)));
        return new Supervisor(supervised, Supervisor.Pace.standard());
    }

    private Database openDatabase(Engines engines, Credentials credentials) throws Exception {
        return report.step(
                "database",
                () -> Database.open(engines.startDatabase(credentials)),
                opened -> config.database().external().orElse("MariaDB"));
    }

    private void step(String name, Callable<String> step) throws Exception {
        report.step(name, step);
    }

    private static <T> T await(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Stops serving; requests and operations under way get a moment. Safe to call twice. */
    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} does not close well", part.getClass().getSimpleName(), e);
            }
        }
    }
}
