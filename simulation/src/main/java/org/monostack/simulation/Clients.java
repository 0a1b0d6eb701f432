package org.monostack.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.DirectClient;
import org.monostack.platform.http.DirectClient.Answer;
import org.monostack.platform.http.HttpService;

/** Users who ask for things, and what they were promised. */
final class Clients {
    private final Scheduler scheduler;
    private final Story story;
    private final Random random;
    private final Database database;
    private final Ground.Seeded seeded;
    private final Supplier<List<ControlProcess>> processes;
    private final Set<UUID> deleted = new HashSet<>();
    private final Set<UUID> created = new HashSet<>();
    private final Set<UUID> touched = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private boolean tookAway;
    private int names;

    Clients(
            Scheduler scheduler,
            Story story,
            Random random,
            Database database,
            Ground.Seeded seeded,
            Supplier<List<ControlProcess>> processes) {
        this.scheduler = scheduler;
        this.story = story;
        this.random = random;
        this.database = database;
        this.seeded = seeded;
        this.processes = processes;
    }

    /** Servers whose deletion was acknowledged. */
    Set<UUID> deleted() {
        return deleted;
    }

    /** Servers whose creation was acknowledged. */
    Set<UUID> created() {
        return created;
    }

    /** Servers whose state somebody set by hand. */
    Set<UUID> touched() {
        return touched;
    }

    /** Whether somebody deleted what an operation may have needed: a port, an image. */
    boolean tookAway() {
        return tookAway;
    }

    List<String> violations() {
        return violations;
    }

    /** One user's day. */
    void live(int requests) {
        createServer();
        for (int i = 1; i < requests; i++) {
            scheduler.idle(
                    Duration.ofMillis(
                            random.nextInt(4) == 0 ? random.nextInt(6000) : random.nextInt(300)));
            something();
        }
    }

    private void something() {
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> createServer();
            case 3, 4, 5 -> anyServer().ifPresent(this::delete);
            case 6 -> action("{'os-stop': null}");
            case 7 -> action("{'os-start': null}");
            case 8 -> action("{'reboot': {'type': 'SOFT'}}");
            case 9 -> action("{'reboot': {'type': 'HARD'}}");
            case 10 -> action(random.nextBoolean() ? "{'pause': null}" : "{'unpause': null}");
            case 11 -> action(random.nextBoolean() ? "{'suspend': null}" : "{'resume': null}");
            case 12 -> action("{'rebuild': {'imageRef': '" + seeded.image() + "'}}");
            case 13 -> action("{'resize': {'flavorRef': '" + Ground.LARGE + "'}}");
            case 14 -> action("{'confirmResize': null}");
            case 15 -> action("{'revertResize': null}");
            case 16 -> action("{'createImage': {'name': 'snapshot'}}");
            case 17, 18 -> attach();
            case 19 -> detach();
            case 20 -> createPort();
            case 21 -> deletePort();
            case 22 -> router();
            default -> rarely();
        }
    }

    private void rarely() {
        switch (random.nextInt(4)) {
            case 0, 1 -> resetState();
            case 2 -> deleteSnapshot();
            default ->
                    anyServer()
                            .ifPresent(server ->
                                    compute(
                                                    "POST",
                                                    "/v2.1/servers/" + server + "/action",
                                                    "{'forceDelete': null}")
                                            .filter(answer -> answer.status() == 202)
                                            .ifPresent(answer -> deleted.add(server)));
        }
    }

    private void createServer() {
        String network =
                switch (random.nextInt(4)) {
                    case 0 -> "";
                    case 1 ->
                            freePort()
                                    .map(port -> ", 'networks': [{'port': '" + port + "'}]")
                                    .orElse("");
                    case 2 ->
                            ", 'networks': [{'uuid': '"
                                    + seeded.network()
                                    + "'}, {'uuid': '"
                                    + seeded.network()
                                    + "'}]";
                    default -> ", 'networks': [{'uuid': '" + seeded.network() + "'}]";
                };
        String count =
                network.contains("port") || random.nextInt(4) != 0
                        ? ""
                        : ", 'min_count': 1, 'max_count': " + (1 + random.nextInt(2));
        String drive = random.nextInt(5) == 0 ? ", 'config_drive': true" : "";
        String name = "server-" + ++names;
        compute(
                        "POST",
                        "/v2.1/servers",
                        "{'server': {'name': '"
                                + name
                                + "', 'imageRef': '"
                                + seeded.image()
                                + "', 'flavorRef': '"
                                + (random.nextInt(4) == 0 ? Ground.LARGE : Ground.SMALL)
                                + "'"
                                + network
                                + count
                                + drive
                                + "}}")
                .filter(answer -> answer.status() == 202)
                .ifPresent(answer -> {
                    UUID id = UUID.fromString(answer.json().path("server").path("id").asString());
                    story.name(id, name);
                    created.add(id);
                });
    }

    private void delete(UUID server) {
        compute("DELETE", "/v2.1/servers/" + server, "")
                .filter(answer -> answer.status() == 204)
                .ifPresent(answer -> deleted.add(server));
    }

    private void action(String body) {
        anyServer()
                .ifPresent(server -> compute("POST", "/v2.1/servers/" + server + "/action", body));
    }

    private void resetState() {
        anyServer()
                .ifPresent(server -> {
                    touched.add(server);
                    String state = random.nextBoolean() ? "active" : "error";
                    as(
                            "admin",
                            ControlProcess::computeService,
                            "POST",
                            "/v2.1/servers/" + server + "/action",
                            "{'os-resetState': {'state': '" + state + "'}}");
                });
    }

    private void attach() {
        anyServer()
                .ifPresent(server -> {
                    Optional<UUID> port = random.nextBoolean() ? freePort() : Optional.empty();
                    compute(
                            "POST",
                            "/v2.1/servers/" + server + "/os-interface",
                            "{'interfaceAttachment': {"
                                    + port.map(id -> "'port_id': '" + id + "'")
                                            .orElse("'net_id': '" + seeded.network() + "'")
                                    + "}}");
                });
    }

    private void detach() {
        anyServer()
                .ifPresent(server ->
                        any("select id from network.port where device_id = '"
                                        + server
                                        + "' order by attached_at, created_at")
                                .ifPresent(port ->
                                        compute(
                                                "DELETE",
                                                "/v2.1/servers/" + server + "/os-interface/" + port,
                                                "")));
    }

    private void createPort() {
        network(
                "POST",
                "/v2.0/ports",
                "{'port': {'network_id': '" + seeded.network() + "', 'name': 'mine'}}");
    }

    private void deletePort() {
        any("select id from network.port where device_owner not like 'network:%' order by"
                        + " created_at")
                .ifPresent(port -> {
                    tookAway = true;
                    network("DELETE", "/v2.0/ports/" + port, "");
                });
    }

    private void router() {
        Optional<UUID> router = any("select id from network.router order by created_at");
        if (router.isEmpty()) {
            network("POST", "/v2.0/routers", "{'router': {'name': 'router'}}");
            return;
        }
        Optional<UUID> subnet = any("select id from network.subnet order by created_at");
        switch (random.nextInt(3)) {
            case 0 ->
                    network(
                            "PUT",
                            "/v2.0/routers/" + router.get() + "/add_router_interface",
                            "{'subnet_id': '" + subnet.orElseThrow() + "'}");
            case 1 ->
                    network(
                            "PUT",
                            "/v2.0/routers/" + router.get() + "/remove_router_interface",
                            "{'subnet_id': '" + subnet.orElseThrow() + "'}");
            default -> network("DELETE", "/v2.0/routers/" + router.get(), "");
        }
    }

    private void deleteSnapshot() {
        any("select id from image.image where name = 'snapshot' order by created_at")
                .ifPresent(image -> {
                    tookAway = true;
                    as(
                            "member",
                            process -> process.image().httpService(),
                            "DELETE",
                            "/v2/images/" + image,
                            "");
                });
    }

    /** Deletes all that users can delete, as often as it takes. */
    void leave() {
        for (UUID server : servers()) {
            delete(server);
        }
    }

    void leaveNetworks() {
        Optional<UUID> subnet = any("select id from network.subnet order by created_at");
        for (UUID router : all("select id from network.router order by created_at")) {
            network(
                    "PUT",
                    "/v2.0/routers/" + router + "/remove_router_interface",
                    "{'subnet_id': '" + subnet.orElseThrow() + "'}");
            network("DELETE", "/v2.0/routers/" + router, "");
        }
        for (UUID port :
                all("select id from network.port where name = 'mine' order by created_at")) {
            network("DELETE", "/v2.0/ports/" + port, "");
        }
        for (UUID image :
                all("select id from image.image where name = 'snapshot' order by created_at")) {
            as(
                    "member",
                    process -> process.image().httpService(),
                    "DELETE",
                    "/v2/images/" + image,
                    "");
        }
    }

    private Optional<UUID> anyServer() {
        return any("select id from compute.server where deleted = 0 order by number");
    }

    List<UUID> servers() {
        return all("select id from compute.server where deleted = 0 order by number");
    }

    private Optional<UUID> freePort() {
        return any(
                "select id from network.port where name = 'mine' and device_id = '' order by"
                        + " created_at");
    }

    private Optional<UUID> any(String query) {
        List<UUID> found = all(query);
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(found.get(random.nextInt(found.size())));
    }

    private List<UUID> all(String query) {
        return database
                .inTransaction(tx -> tx.sql().fetch(query).getValues(0, String.class))
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    private Optional<Answer> compute(String method, String path, String body) {
        return as("member", ControlProcess::computeService, method, path, body);
    }

    private Optional<Answer> network(String method, String path, String body) {
        return as("member", process -> process.network().httpService(), method, path, body);
    }

    /** Asks any process that lives; empty when it died before it could answer. */
    private Optional<Answer> as(
            String token,
            Function<ControlProcess, HttpService> service,
            String method,
            String path,
            String body) {
        List<ControlProcess> alive = processes.get();
        while (alive.isEmpty()) {
            scheduler.idle(Duration.ofMillis(500));
            alive = processes.get();
        }
        ControlProcess process = alive.get(random.nextInt(alive.size()));
        List<Answer> answers = new ArrayList<>();
        scheduler.within(
                process,
                () ->
                        answers.add(
                                new DirectClient(service.apply(process), token)
                                        .send(method, path, body)));
        String request = method + " " + path + " " + body;
        if (!process.alive() || answers.isEmpty()) {
            story.tell(request + " -> no answer");
            return Optional.empty();
        }
        Answer given = answers.getFirst();
        story.tell(
                request
                        + " -> "
                        + given.status()
                        + (given.status() >= 400 ? " " + given.text() : ""));
        if (given.status() >= 500 && given.status() != 503) {
            violations.add(request + " was answered with " + given.status());
        }
        return Optional.of(given);
    }
}
