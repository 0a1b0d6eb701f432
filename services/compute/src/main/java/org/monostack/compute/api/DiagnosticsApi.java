package org.monostack.compute.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.Migration;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.store.MigrationStore;
import org.monostack.network.Networks;
import org.monostack.network.ServerPort;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What administrators look at: a server's diagnostics, and migrations. */
final class DiagnosticsApi {
    private final ServerAccess access;
    private final Networks networks;

    DiagnosticsApi(ServerAccess access, Networks networks) {
        this.access = access;
        this.networks = networks;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/servers/{server_id}/diagnostics"), this::diagnostics)
                .policyInHandler("os_compute_api:os-server-diagnostics");
        routes.get(Paths.of("/os-migrations"), this::migrations)
                .policy("os_compute_api:os-migrations:index");
        routes.get(Paths.of("/servers/{server_id}/migrations"), this::serverMigrations)
                .policyInHandler("os_compute_api:servers:migrations:index")
                .since("2.23");
    }

    private Response diagnostics(Request request) {
        return access.database()
                .reading(tx -> {
                    Server server = access.find(tx, request, "os-server-diagnostics");
                    ServerAccess.requireState(
                            server,
                            "get_diagnostics",
                            Set.of(
                                    VmState.ACTIVE,
                                    VmState.STOPPED,
                                    VmState.PAUSED,
                                    VmState.SUSPENDED,
                                    VmState.RESIZED,
                                    VmState.ERROR));
                    List<ServerPort> ports = networks.ofServer(tx, server.id());
                    String driver =
                            server.state()
                                    .host()
                                    .flatMap(h -> access.stores().hosts().node(tx, h))
                                    .map(ComputeNode::hypervisorType)
                                    .orElse("");
                    return Response.json(
                            200,
                            request.microversion().atLeast(2, 48)
                                    ? standard(server, ports, driver)
                                    : plain(server));
                });
    }

    /** Before 2.48 every driver said what it liked. */
    private static ObjectNode plain(Server server) {
        ObjectNode node = Json.object();
        node.put("memory", server.flavor().memoryMb() * 1024);
        node.put("memory-actual", server.flavor().memoryMb() * 1024);
        return node;
    }

    /** The standard form; what no driver measures yet is null, as it allows. */
    private static ObjectNode standard(Server server, List<ServerPort> ports, String driver) {
        ObjectNode node = Json.object();
        node.put(
                "state",
                switch (server.state().power()) {
                    case 1 -> "running";
                    case 3 -> "paused";
                    case 4 -> "shutdown";
                    case 6 -> "crashed";
                    case 7 -> "suspended";
                    default -> "pending";
                });
        node.put("driver", "libvirt");
        node.put("hypervisor", driver.toLowerCase(java.util.Locale.ROOT));
        node.put("hypervisor_os", "linux");
        node.put(
                "uptime",
                server.state()
                        .launchedAt()
                        .map(at -> Duration.between(at, Times.now()).toSeconds())
                        .orElse(0L));
        node.put("config_drive", server.wish().configDrive());
        node.put("num_cpus", server.flavor().vcpus());
        node.put("num_nics", ports.size());
        node.put("num_disks", 1);
        ArrayNode cpus = node.putArray("cpu_details");
        for (int i = 0; i < server.flavor().vcpus(); i++) {
            cpus.addObject().put("id", i).putNull("time").putNull("utilisation");
        }
        ArrayNode nics = node.putArray("nic_details");
        for (ServerPort port : ports) {
            ObjectNode nic = nics.addObject().put("mac_address", port.mac());
            for (String counter :
                    List.of(
                            "rx_octets",
                            "rx_errors",
                            "rx_drop",
                            "rx_packets",
                            "rx_rate",
                            "tx_octets",
                            "tx_errors",
                            "tx_drop",
                            "tx_packets",
                            "tx_rate")) {
                nic.putNull(counter);
            }
        }
        node.putArray("disk_details")
                .addObject()
                .putNull("read_bytes")
                .putNull("read_requests")
                .putNull("write_bytes")
                .putNull("write_requests")
                .putNull("errors_count");
        node.putObject("memory_details").put("maximum", server.flavor().memoryMb()).putNull("used");
        return node;
    }

    private Response migrations(Request request) {
        Query query = request.query();
        boolean paged = request.microversion().atLeast(2, 59);
        Paging paging = paged ? Paging.of(query) : new Paging(Paging.MOST, Optional.empty());
        return access.database()
                .reading(tx -> {
                    Optional<java.util.UUID> marker = paging.marker().flatMap(Inputs::uuid);
                    if (paging.marker().isPresent() && marker.isEmpty()) {
                        throw ApiException.badRequest(
                                "Marker " + paging.marker().get() + " could not be found.");
                    }
                    boolean byProject = request.microversion().atLeast(2, 80);
                    List<Migration> found =
                            access.stores()
                                    .migrations()
                                    .list(
                                            tx,
                                            new MigrationStore.Filter(
                                                    query.first("instance_uuid")
                                                            .flatMap(Inputs::uuid),
                                                    query.first("status"),
                                                    query.first("host"),
                                                    query.first("migration_type"),
                                                    byProject
                                                            ? query.first("user_id")
                                                            : Optional.empty(),
                                                    byProject
                                                            ? query.first("project_id")
                                                            : Optional.empty()),
                                            marker,
                                            paging.limit());
                    ObjectNode body = Json.object();
                    ArrayNode list = body.putArray("migrations");
                    found.forEach(migration -> list.add(view(request, migration)));
                    if (paged) {
                        Links.next(
                                body,
                                "migrations",
                                request,
                                found.size(),
                                paging,
                                found.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(found.getLast().id().toString()));
                    }
                    return Response.json(200, body);
                });
    }

    private static ObjectNode view(Request request, Migration migration) {
        ObjectNode node = Json.object();
        node.put("id", migration.number());
        if (request.microversion().atLeast(2, 59)) {
            node.put("uuid", migration.id().toString());
        }
        node.put("instance_uuid", migration.server().toString());
        node.put("status", migration.status());
        node.put("source_compute", migration.sourceHost());
        node.put("source_node", migration.sourceHost());
        node.put("dest_compute", migration.targetHost());
        node.put("dest_node", migration.targetHost());
        node.putNull("dest_host");
        node.put("old_instance_type_id", migration.oldFlavor());
        node.put("new_instance_type_id", migration.newFlavor());
        node.put("created_at", Links.micros(migration.createdAt()));
        node.put("updated_at", migration.updatedAt().map(Links::micros).orElse(null));
        if (request.microversion().atLeast(2, 23)) {
            node.put("migration_type", migration.type());
        }
        if (request.microversion().atLeast(2, 80)) {
            node.put("user_id", migration.userId());
            node.put("project_id", migration.projectId());
        }
        return node;
    }

    /** Only live migrations under way are listed here, and there are none yet. */
    private Response serverMigrations(Request request) {
        access.database().run(tx -> access.find(tx, request, "servers:migrations:index"));
        ObjectNode body = Json.object();
        body.putArray("migrations");
        return Response.json(200, body);
    }
}
