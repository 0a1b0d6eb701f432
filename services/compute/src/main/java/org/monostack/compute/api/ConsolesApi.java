package org.monostack.compute.api;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.store.ConsoleTokenStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Console logs, and keys to interactive consoles: each opens one console, once. */
final class ConsolesApi {
    private static final Duration KEY_LIFE = Duration.ofMinutes(10);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ServerAccess access;
    private final Hypervisor hypervisor;
    private final String proxyUrl;

    ConsolesApi(ServerAccess access, Hypervisor hypervisor, String proxyUrl) {
        this.access = access;
        this.hypervisor = hypervisor;
        this.proxyUrl = proxyUrl;
    }

    void addTo(Routes routes, ActionsApi actions) {
        routes.post(Paths.of("/servers/{server_id}/remote-consoles"), this::create)
                .policyInHandler("os_compute_api:os-remote-consoles")
                .body(Schema.of("compute", "remote-console"))
                .since("2.6");
        routes.get(Paths.of("/os-console-auth-tokens/{token}"), this::lookUp)
                .policy("os_compute_api:os-console-auth-tokens")
                .since("2.31");
        actions.on("os-getConsoleOutput", this::output)
                .body(Schema.of("compute", "server-console-output"));
        legacy(actions, "os-getVNCConsole", "server-vnc-console", "vnc");
        legacy(actions, "os-getSPICEConsole", "server-spice-console", "spice");
        legacy(actions, "os-getRDPConsole", "server-rdp-console", "rdp");
        legacy(actions, "os-getSerialConsole", "server-serial-console", "serial");
    }

    private void legacy(ActionsApi actions, String key, String schema, String protocol) {
        actions.on(
                        key,
                        (request, argument) -> {
                            String type = argument.path("type").asString();
                            ObjectNode console = Json.object();
                            console.put("type", type);
                            console.put("url", url(request, protocol, type));
                            return Response.json(200, Json.object().set("console", console));
                        })
                .body(Schema.of("compute", schema))
                .until("2.5");
    }

    private Response create(Request request) {
        JsonNode wanted = request.json().path("remote_console");
        String protocol = wanted.path("protocol").asString();
        String type = wanted.path("type").asString();
        boolean fits =
                switch (protocol) {
                    case "vnc" -> Set.of("novnc", "xvpvnc").contains(type);
                    case "spice" -> type.equals("spice-html5");
                    case "rdp" -> type.equals("rdp-html5");
                    case "serial" -> type.equals("serial");
                    default -> type.equals("webmks");
                };
        if (!fits) {
            throw ApiException.badRequest("Invalid console type " + type);
        }
        ObjectNode console = Json.object();
        console.put("protocol", protocol);
        console.put("type", type);
        console.put("url", url(request, protocol, type));
        return Response.json(200, Json.object().set("remote_console", console));
    }

    private String url(Request request, String protocol, String type) {
        Server server =
                access.database()
                        .inTransaction(tx -> access.find(tx, request, "os-remote-consoles"));
        if (!Set.of(VmState.ACTIVE, VmState.PAUSED).contains(server.state().vm())) {
            throw ApiException.conflict("Instance " + server.id() + " is not ready");
        }
        if (!type.equals("novnc")) {
            throw ApiException.badRequest("Unavailable console type " + type + ".");
        }
        if (hypervisor.vnc(server.id()).isEmpty()) {
            throw ApiException.badRequest("Unavailable console type " + type + ".");
        }
        byte[] random = new byte[24];
        RANDOM.nextBytes(random);
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        access.database()
                .run(tx ->
                        access.stores()
                                .consoles()
                                .insert(
                                        tx,
                                        Digests.sha256(key),
                                        new ConsoleTokenStore.Grant(
                                                server.id(),
                                                protocol,
                                                Times.now().plus(KEY_LIFE))));
        return proxyUrl + "?path=%3Ftoken%3D" + key;
    }

    /** Where a key leads, for proxies of operators; looking does not spend it. */
    private Response lookUp(Request request) {
        String hash = Digests.sha256(request.pathParameter("token"));
        ConsoleTokenStore.Grant grant =
                access.database()
                        .inTransaction(tx -> access.stores().consoles().find(tx, hash))
                        .orElseThrow(() -> ApiException.notFound("Token not found"));
        Hypervisor.ConsoleAddress address =
                hypervisor
                        .vnc(grant.server())
                        .orElseThrow(() -> ApiException.notFound("The console is gone"));
        ObjectNode console = Json.object();
        console.put("instance_uuid", grant.server().toString());
        console.put("host", address.host());
        console.put("port", address.port());
        console.putNull("internal_access_path");
        return Response.json(200, Json.object().set("console", console));
    }

    private Response output(Request request, JsonNode argument) {
        Server server =
                access.database()
                        .inTransaction(tx -> access.find(tx, request, "os-console-output"));
        if (server.state().host().isEmpty() || server.state().launchedAt().isEmpty()) {
            throw ApiException.conflict("Instance " + server.id() + " is not ready");
        }
        Optional<Long> length = Inputs.number(argument, "length", -1);
        try {
            String log = hypervisor.consoleLog(server.id(), length.orElse(-1L).intValue());
            return Response.json(200, Json.object().put("output", tail(printable(log), length)));
        } catch (HypervisorException e) {
            throw ApiException.notFound("Console log is not available: " + e.getMessage());
        }
    }

    /** As Nova counts: what follows the last line break is a line of its own, even if empty. */
    private static String tail(String log, Optional<Long> length) {
        if (length.isEmpty() || length.get() < 0) {
            return log;
        }
        String[] lines = log.split("\n", -1);
        int from = Math.max(lines.length - length.get().intValue(), 0);
        return String.join("\n", Arrays.copyOfRange(lines, from, lines.length));
    }

    /** Without what JSON readers and terminals choke on. */
    private static String printable(String log) {
        StringBuilder text = new StringBuilder(log.length());
        log.chars()
                .filter(c -> c == '\n' || c == '\r' || c == '\t' || c == 0x1b || c >= 0x20)
                .forEach(c -> text.append((char) c));
        return text.toString();
    }
}
