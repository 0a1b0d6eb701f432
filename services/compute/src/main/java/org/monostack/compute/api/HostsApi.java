package org.monostack.compute.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.model.Server;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The old list of hosts, which ended with 2.42. */
final class HostsApi {
    private static final String RULE = "os_compute_api:os-hosts:";
    private static final String LAST = "2.42";

    private final Database database;
    private final Stores stores;
    private final Zones zones;

    HostsApi(Database database, Stores stores, Zones zones) {
        this.database = database;
        this.stores = stores;
        this.zones = zones;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-hosts"), this::list).policy(RULE + "list").until(LAST);
        routes.get(Paths.of("/os-hosts/{host}"), this::show).policy(RULE + "show").until(LAST);
        routes.put(Paths.of("/os-hosts/{host}"), this::update).policy(RULE + "update").until(LAST);
        for (String action : List.of("startup", "shutdown", "reboot")) {
            routes.get(Paths.of("/os-hosts/{host}/" + action), this::power)
                    .policy(RULE + (action.equals("startup") ? "start" : action))
                    .until(LAST);
        }
    }

    private Response list(Request request) {
        return database.reading(tx -> {
            Map<String, String> zoneOf = zones.byHost(tx);
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("hosts");
            for (ComputeService service : stores.hosts().services(tx)) {
                String zone = zones.of(service, zoneOf);
                if (request.query()
                        .first("zone")
                        .filter(wanted -> !wanted.isEmpty())
                        .map(zone::equals)
                        .orElse(true)) {
                    list.addObject()
                            .put("host_name", service.host())
                            .put("service", service.program().replace("nova-", ""))
                            .put("zone", zone);
                }
            }
            return Response.json(200, body);
        });
    }

    /** Hosts are switched on and off by people, not by this program. */
    private Response power(Request request) {
        String host = request.pathParameter("host");
        if (database.reading(tx -> stores.hosts().node(tx, host)).isEmpty()) {
            throw ApiException.notFound("Compute host " + host + " could not be found.");
        }
        throw ApiException.notImplemented("Virt driver does not implement host power management.");
    }

    /** Enables or disables the host's nova-compute, as the old name of it. */
    private Response update(Request request) {
        JsonNode wanted = request.json();
        String host = request.pathParameter("host");
        Optional<String> status = Inputs.text(wanted, "status").map(HostsApi::enable);
        Optional<String> maintenance =
                Inputs.text(wanted, "maintenance_mode").map(HostsApi::enable);
        if (status.isEmpty() && maintenance.isEmpty()
                || !Set.of("status", "maintenance_mode").containsAll(wanted.propertyNames())) {
            throw ApiException.badRequest(
                    "Invalid input: status or maintenance_mode must be given, and nothing else.");
        }
        database.run(tx -> {
            ComputeService service =
                    stores.hosts()
                            .service(tx, host, ComputeService.COMPUTE)
                            .orElseThrow(() ->
                                    ApiException.notFound(
                                            "Compute host " + host + " could not be found."));
            if (maintenance.isPresent()) {
                throw ApiException.notImplemented(
                        "Virt driver does not implement host maintenance mode.");
            }
            stores.hosts()
                    .disable(
                            tx,
                            service.number(),
                            status.equals(Optional.of("disable")),
                            Optional.empty());
        });
        ObjectNode body = Json.object().put("host", host);
        body.put("status", status.orElse("") + "d");
        return Response.json(200, body);
    }

    private static String enable(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!word.equals("enable") && !word.equals("disable")) {
            throw ApiException.badRequest(
                    "Invalid input for field/attribute status. Value: "
                            + text
                            + ". '"
                            + text
                            + "' is not one of ['enable', 'disable']");
        }
        return word;
    }

    private Response show(Request request) {
        String name = request.pathParameter("host");
        return database.reading(tx -> {
            ComputeNode node =
                    stores.hosts()
                            .node(tx, name)
                            .orElseThrow(() ->
                                    ApiException.notFound(
                                            "Compute host " + name + " could not be found."));
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("host");
            resource(list, name, "(total)", node.vcpus(), node.memoryMb(), node.diskGb());
            List<Server> servers = stores.servers().onHost(tx, name);
            long vcpus = 0;
            long memory = 0;
            long disk = 0;
            for (Server server : servers) {
                vcpus += server.flavor().vcpus();
                memory += server.flavor().memoryMb();
                disk += server.flavor().rootGb() + server.flavor().ephemeralGb();
            }
            resource(list, name, "(used_now)", vcpus, memory, disk);
            resource(list, name, "(used_max)", vcpus, memory, disk);
            return Response.json(200, body);
        });
    }

    private static void resource(
            ArrayNode list, String host, String project, long cpu, long memoryMb, long diskGb) {
        list.addObject()
                .putObject("resource")
                .put("host", host)
                .put("project", project)
                .put("cpu", cpu)
                .put("memory_mb", memoryMb)
                .put("disk_gb", diskGb);
    }
}
