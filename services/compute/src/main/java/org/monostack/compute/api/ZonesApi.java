package org.monostack.compute.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.store.HostStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Availability zones. */
final class ZonesApi {
    private final Database database;
    private final HostStore hosts;
    private final Zones zones;

    ZonesApi(Database database, HostStore hosts, Zones zones) {
        this.database = database;
        this.hosts = hosts;
        this.zones = zones;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-availability-zone"), request -> list(request, false))
                .policy("os_compute_api:os-availability-zone:list");
        routes.get(Paths.of("/os-availability-zone/detail"), request -> list(request, true))
                .policy("os_compute_api:os-availability-zone:detail");
    }

    private Response list(Request request, boolean detail) {
        Map<String, List<ComputeService>> byZone =
                database.inTransaction(tx -> {
                    Map<String, String> zoneOf = zones.byHost(tx);
                    Map<String, List<ComputeService>> map = new TreeMap<>();
                    for (ComputeService service : hosts.services(tx)) {
                        map.computeIfAbsent(zones.of(service, zoneOf), key -> new ArrayList<>())
                                .add(service);
                    }
                    return map;
                });
        Instant now = Times.now();
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("availabilityZoneInfo");
        byZone.forEach((name, services) -> {
            if (name.equals(Zones.INTERNAL) && !detail) {
                return;
            }
            ObjectNode zone = list.addObject();
            zone.put("zoneName", name);
            zone.putObject("zoneState")
                    .put("available", services.stream().anyMatch(service -> !service.disabled()));
            if (!detail) {
                zone.putNull("hosts");
                return;
            }
            ObjectNode byHost = zone.putObject("hosts");
            for (ComputeService service : services) {
                byHost.withObjectProperty(service.host())
                        .putObject(service.program())
                        .put("available", service.up(now))
                        .put("active", !service.disabled())
                        .put("updated_at", Links.micros(service.seenAt()));
            }
        });
        return Response.json(200, body);
    }
}
