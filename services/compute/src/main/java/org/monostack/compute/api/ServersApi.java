package org.monostack.compute.api;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.network.Networks;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Servers: create, show, update, delete. Lists are {@link ServerListApi}'s. */
final class ServersApi {
    private static final String RULE = "os_compute_api:";

    /** The older name of X-OpenStack-Request-Id, by which clients find an action again. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String PASSWORD_LETTERS =
            "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private final ServerAccess access;
    private final ServerMaker maker;
    private final ServerViews views;
    private final Networks networks;
    private final HostStatus hosts;
    private final ServerOperations kinds;

    ServersApi(
            ServerAccess access,
            ServerMaker maker,
            ServerViews views,
            Networks networks,
            HostStatus hosts,
            ServerOperations kinds) {
        this.access = access;
        this.maker = maker;
        this.views = views;
        this.networks = networks;
        this.hosts = hosts;
        this.kinds = kinds;
    }

    void addTo(Routes routes) {
        Schema create =
                Schema.of("compute", "server-create")
                        .since("2.19", "server-create-2.19")
                        .since("2.32", "server-create-2.32")
                        .since("2.33", "server-create-2.19")
                        .since("2.37", "server-create-2.37")
                        .since("2.42", "server-create-2.42")
                        .since("2.52", "server-create-2.52")
                        .since("2.57", "server-create-2.57")
                        .since("2.63", "server-create-2.63")
                        .since("2.74", "server-create-2.74")
                        .since("2.90", "server-create-2.90");
        routes.post(Paths.of("/servers"), this::create)
                .policyInHandler(RULE + "servers:create")
                .body(create)
                .answers(202);
        // The extension's own address, from before it was part of the servers.
        routes.post(Paths.of("/os-volumes_boot"), this::create)
                .policyInHandler(RULE + "servers:create")
                .body(create)
                .answers(202);
        routes.get(Paths.of("/servers/{server_id}"), this::show)
                .policyInHandler(RULE + "servers:show");
        routes.put(Paths.of("/servers/{server_id}"), this::update)
                .policyInHandler(RULE + "servers:update")
                .body(
                        Schema.of("compute", "server-update")
                                .since("2.19", "server-update-2.19")
                                .since("2.90", "server-update-2.90"));
        routes.delete(Paths.of("/servers/{server_id}"), this::delete)
                .policyInHandler(RULE + "servers:delete")
                .answers(204);
    }

    private List<Server> make(Request request, CreateRequest wanted) {
        try {
            return make(request, wanted, ServerMaker.Claim.LAST);
        } catch (ServerMaker.TakenMeanwhile e) {
            return make(request, wanted, ServerMaker.Claim.FIRST);
        }
    }

    private List<Server> make(Request request, CreateRequest wanted, ServerMaker.Claim when) {
        return access.database().inTransaction(tx -> maker.make(tx, request, wanted, when));
    }

    private Response create(Request request) {
        Map<String, Object> target =
                Map.of(
                        "project_id", request.caller().requireProject(),
                        "user_id", request.caller().userId());
        request.authorize(RULE + "servers:create", target);
        CreateRequest wanted = CreateRequest.of(request);
        if (wanted.networksNamed()) {
            request.authorize(RULE + "servers:create:attach_network", target);
        }
        if (wanted.host().isPresent()) {
            request.authorize(RULE + "servers:create:forced_host", target);
        }
        List<Server> servers = make(request, wanted);
        Server first = servers.getFirst();
        if (wanted.reservation()) {
            return Response.json(
                    202, Json.object().put("reservation_id", first.wish().reservationId()));
        }
        ObjectNode body = Json.object();
        ObjectNode server = body.putObject("server");
        server.put("id", first.id().toString());
        server.set("links", Links.both(request, "servers", first.id().toString()));
        server.put("OS-DCF:diskConfig", first.wish().diskConfig());
        ArrayNode groups = server.putArray("security_groups");
        List<String> named =
                wanted.securityGroups().isEmpty() ? List.of("default") : wanted.securityGroups();
        named.forEach(name -> groups.addObject().put("name", name));
        server.put("adminPass", wanted.adminPassword().orElseGet(ServersApi::password));
        return Response.json(202, body)
                .header("Location", Links.self(request, "servers", first.id().toString()));
    }

    /** A password for the answer's sake: this cloud does not set passwords in guests. */
    static String password() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            text.append(PASSWORD_LETTERS.charAt(RANDOM.nextInt(PASSWORD_LETTERS.length())));
        }
        return text.toString();
    }

    private Response show(Request request) {
        return access.database()
                .reading(tx -> {
                    Server server = access.find(tx, request, "servers:show");
                    return answer(tx, request, server, ServerViews.Kind.SHOW);
                });
    }

    private Response answer(Transaction tx, Request request, Server server, ServerViews.Kind kind) {
        ObjectNode body = Json.object();
        body.set(
                "server",
                views.full(
                        request,
                        new ServerViews.Shown(
                                server,
                                networks.ofServer(tx, server.id()),
                                hosts.up(tx, server.state().host())),
                        kind));
        return Response.json(200, body);
    }

    private Response update(Request request) {
        JsonNode wanted = request.json().path("server");
        return access.database()
                .inTransaction(tx -> {
                    Server server = access.lock(tx, request, "servers:update");
                    ServerAccess.requireUnlocked(request, server);
                    ServerChange change = new ServerChange();
                    Inputs.text(wanted, "name").ifPresent(name -> change.name(name.strip()));
                    if (wanted.has("description")) {
                        change.description(Inputs.text(wanted, "description"));
                    }
                    if (wanted.has("accessIPv4")) {
                        change.accessIpv4(Inputs.text(wanted, "accessIPv4").orElse(""));
                    }
                    if (wanted.has("accessIPv6")) {
                        change.accessIpv6(
                                Inputs.ipv6(
                                        "accessIPv6",
                                        Inputs.text(wanted, "accessIPv6").orElse("")));
                    }
                    Inputs.text(wanted, "OS-DCF:diskConfig").ifPresent(change::diskConfig);
                    Inputs.text(wanted, "hostname").ifPresent(change::hostname);
                    access.stores().servers().change(tx, server.id(), change);
                    Server changed = access.stores().servers().find(tx, server.id()).orElseThrow();
                    return answer(tx, request, changed, ServerViews.Kind.UPDATE);
                });
    }

    private Response delete(Request request) {
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "servers:delete");
                    delete(tx, request, server, "delete");
                });
        return Response.empty(204);
    }

    /** Accepts a deletion; one that is under way already is left to end. */
    void delete(Transaction tx, Request request, Server server, String action) {
        ServerAccess.requireUnlocked(request, server);
        UUID id = server.id();
        if (server.state().task().equals(Optional.of(TaskState.DELETING))) {
            return;
        }
        access.submit(
                tx,
                request,
                server,
                kinds.delete(),
                new ServerChange().task(TaskState.DELETING).cancel(),
                action);
        // What runs now looks at the mark between its steps; what is parked need not wait.
        access.operations().nudge(tx, ServerOperations.RESOURCE, id.toString());
    }
}
