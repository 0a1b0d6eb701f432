package org.monostack.compute.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.model.Server;
import org.monostack.compute.store.Stores;
import org.monostack.placement.Capacity;
import org.monostack.placement.Placement;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Microversion;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Hypervisors, as administrators see them. */
final class HypervisorsApi {
    private static final String RULE = "os_compute_api:os-hypervisors:";

    private final Database database;
    private final Stores stores;
    private final Placement placement;

    HypervisorsApi(Database database, Stores stores, Placement placement) {
        this.database = database;
        this.stores = stores;
        this.placement = placement;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-hypervisors"), request -> list(request, false))
                .policy(RULE + "list");
        routes.get(Paths.of("/os-hypervisors/detail"), request -> list(request, true))
                .policy(RULE + "list-detail");
        routes.get(Paths.of("/os-hypervisors/statistics"), this::statistics)
                .policy(RULE + "statistics")
                .until("2.87");
        routes.get(Paths.of("/os-hypervisors/{hypervisor_id}"), this::show).policy(RULE + "show");
        routes.get(Paths.of("/os-hypervisors/{hypervisor_id}/uptime"), this::uptime)
                .policy(RULE + "uptime")
                .until("2.87");
        routes.get(Paths.of("/os-hypervisors/{pattern}/search"), request -> search(request, false))
                .policy(RULE + "search")
                .until("2.52");
        routes.get(Paths.of("/os-hypervisors/{pattern}/servers"), request -> search(request, true))
                .policy(RULE + "servers")
                .until("2.52");
    }

    /** Since 2.53 hypervisors and services are named by UUIDs, before by numbers. */
    private static boolean byUuid(Request request) {
        return request.microversion().atLeast(2, 53);
    }

    private static void id(Request request, ObjectNode node, ComputeNode hypervisor) {
        if (byUuid(request)) {
            node.put("id", hypervisor.id().toString());
        } else {
            node.put("id", hypervisor.number());
        }
    }

    private Response list(Request request, boolean detail) {
        Optional<String> pattern =
                byUuid(request)
                        ? request.query().first("hypervisor_hostname_pattern")
                        : Optional.empty();
        boolean withServers =
                byUuid(request)
                        && request.query()
                                .first("with_servers")
                                .map(text -> Inputs.bool(text, false))
                                .orElse(false);
        boolean paged = request.microversion().atLeast(2, 33);
        if (pattern.isPresent()
                && (request.query().contains("limit") || request.query().contains("marker"))) {
            throw ApiException.badRequest(
                    "Paging over hypervisors with a pattern is not supported.");
        }
        Paging paging =
                paged ? Paging.of(request.query()) : new Paging(Paging.MOST, Optional.empty());
        return database.inTransaction(tx -> {
            List<ComputeNode> nodes = new ArrayList<>(stores.hosts().nodes(tx));
            if (pattern.isPresent()) {
                nodes.removeIf(node -> !node.host().contains(pattern.get()));
                if (nodes.isEmpty()) {
                    throw ApiException.notFound(
                            "No hypervisor matching '" + pattern.get() + "' could be found.");
                }
            }
            paging.marker().ifPresent(marker -> dropUntil(request, nodes, marker));
            List<ComputeNode> page =
                    nodes.size() <= paging.limit() ? nodes : nodes.subList(0, paging.limit());
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("hypervisors");
            for (ComputeNode node : page) {
                list.add(
                        detail
                                ? full(tx, request, node, withServers)
                                : brief(tx, request, node, withServers));
            }
            if (paged && nodes.size() > page.size()) {
                Links.next(
                        body,
                        "hypervisors",
                        request,
                        page.size(),
                        paging,
                        Optional.of(name(request, page.getLast())));
            }
            return Response.json(200, body);
        });
    }

    private static String name(Request request, ComputeNode node) {
        return byUuid(request) ? node.id().toString() : Long.toString(node.number());
    }

    private static void dropUntil(Request request, List<ComputeNode> nodes, String marker) {
        for (int i = 0; i < nodes.size(); i++) {
            if (name(request, nodes.get(i)).equals(marker)) {
                nodes.subList(0, i + 1).clear();
                return;
            }
        }
        throw ApiException.badRequest("marker [" + marker + "] not found");
    }

    private Optional<ComputeService> service(Transaction tx, ComputeNode node) {
        return stores.hosts().service(tx, node.host(), ComputeService.COMPUTE);
    }

    private ObjectNode brief(
            Transaction tx, Request request, ComputeNode hypervisor, boolean withServers) {
        ObjectNode node = Json.object();
        id(request, node, hypervisor);
        node.put("hypervisor_hostname", hypervisor.host());
        Optional<ComputeService> service = service(tx, hypervisor);
        node.put("state", service.map(s -> s.up(Times.now())).orElse(false) ? "up" : "down");
        node.put(
                "status",
                service.map(ComputeService::disabled).orElse(true) ? "disabled" : "enabled");
        if (withServers) {
            servers(tx, request, hypervisor, node);
        }
        return node;
    }

    private void servers(Transaction tx, Request request, ComputeNode hypervisor, ObjectNode node) {
        List<Server> servers = stores.servers().onHost(tx, hypervisor.host());
        if (servers.isEmpty() && !request.microversion().atLeast(2, 75)) {
            return;
        }
        ArrayNode list = node.putArray("servers");
        servers.forEach(server ->
                list.addObject()
                        .put("uuid", server.id().toString())
                        .put("name", server.instanceName()));
    }

    private ObjectNode full(
            Transaction tx, Request request, ComputeNode hypervisor, boolean withServers) {
        ObjectNode node = brief(tx, request, hypervisor, withServers);
        Microversion version = request.microversion();
        node.put("hypervisor_type", hypervisor.hypervisorType());
        node.put("hypervisor_version", hypervisor.hypervisorVersion());
        node.put("host_ip", hypervisor.hostIp());
        ObjectNode service = node.putObject("service");
        service(tx, hypervisor)
                .ifPresent(found -> {
                    service.put("host", found.host());
                    if (byUuid(request)) {
                        service.put("id", found.id().toString());
                    } else {
                        service.put("id", found.number());
                    }
                    service.put("disabled_reason", found.disabledReason().orElse(null));
                });
        if (version.atLeast(2, 88)) {
            node.put("uptime", uptimeText(hypervisor));
            return node;
        }
        Usage usage = usage(tx, hypervisor);
        node.put("vcpus", hypervisor.vcpus());
        node.put("vcpus_used", usage.vcpus());
        node.put("memory_mb", hypervisor.memoryMb());
        node.put("memory_mb_used", usage.memoryMb());
        node.put("free_ram_mb", hypervisor.memoryMb() - usage.memoryMb());
        node.put("local_gb", hypervisor.diskGb());
        node.put("local_gb_used", usage.diskGb());
        node.put("free_disk_gb", hypervisor.diskGb() - usage.diskGb());
        node.put("disk_available_least", hypervisor.diskGb() - usage.diskGb());
        node.put("running_vms", usage.servers());
        node.put("current_workload", 0);
        if (version.atLeast(2, 28)) {
            node.set("cpu_info", Json.read(hypervisor.cpuInfo()));
        } else {
            node.put("cpu_info", hypervisor.cpuInfo());
        }
        return node;
    }

    private record Usage(long vcpus, long memoryMb, long diskGb, int servers) {}

    private Usage usage(Transaction tx, ComputeNode node) {
        Map<String, Capacity> capacities = placement.capacities(tx, node.id());
        return new Usage(
                used(capacities, "VCPU"),
                used(capacities, "MEMORY_MB")
                        + Optional.ofNullable(capacities.get("MEMORY_MB"))
                                .map(c -> c.inventory().reserved())
                                .orElse(0L),
                used(capacities, "DISK_GB"),
                stores.servers().countByHost(tx).getOrDefault(node.host(), 0));
    }

    private static long used(Map<String, Capacity> capacities, String name) {
        Capacity capacity = capacities.get(name);
        return capacity == null ? 0 : capacity.used();
    }

    private Response statistics(Request request) {
        return database.reading(tx -> {
            long vcpus = 0;
            long vcpusUsed = 0;
            long memory = 0;
            long memoryUsed = 0;
            long disk = 0;
            long diskUsed = 0;
            int running = 0;
            List<ComputeNode> nodes = stores.hosts().nodes(tx);
            for (ComputeNode node : nodes) {
                Usage usage = usage(tx, node);
                vcpus += node.vcpus();
                vcpusUsed += usage.vcpus();
                memory += node.memoryMb();
                memoryUsed += usage.memoryMb();
                disk += node.diskGb();
                diskUsed += usage.diskGb();
                running += usage.servers();
            }
            ObjectNode sum = Json.object();
            sum.put("count", nodes.size());
            sum.put("current_workload", 0);
            sum.put("disk_available_least", disk - diskUsed);
            sum.put("free_disk_gb", disk - diskUsed);
            sum.put("free_ram_mb", memory - memoryUsed);
            sum.put("local_gb", disk);
            sum.put("local_gb_used", diskUsed);
            sum.put("memory_mb", memory);
            sum.put("memory_mb_used", memoryUsed);
            sum.put("running_vms", running);
            sum.put("vcpus", vcpus);
            sum.put("vcpus_used", vcpusUsed);
            return Response.json(200, Json.object().set("hypervisor_statistics", sum));
        });
    }

    private ComputeNode find(Transaction tx, Request request) {
        String text = request.pathParameter("hypervisor_id");
        if (byUuid(request) && Inputs.uuid(text).isEmpty()) {
            throw ApiException.badRequest("Invalid uuid " + text);
        }
        return stores.hosts().nodes(tx).stream()
                .filter(node -> name(request, node).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        ApiException.notFound(
                                "Hypervisor with ID '" + text + "' could not be found."));
    }

    private Response show(Request request) {
        boolean withServers =
                byUuid(request)
                        && request.query()
                                .first("with_servers")
                                .map(text -> Inputs.bool(text, false))
                                .orElse(false);
        return database.reading(tx ->
                Response.json(
                        200,
                        Json.object()
                                .set(
                                        "hypervisor",
                                        full(tx, request, find(tx, request), withServers))));
    }

    private static String uptimeText(ComputeNode node) {
        Duration up = Duration.between(node.bootedAt(), Times.now());
        return String.format(
                " %tT up %d days, %2d:%02d,  0 users,  load average: 0.00, 0.00, 0.00",
                java.time.LocalTime.now(java.time.ZoneOffset.UTC),
                up.toDays(),
                up.toHoursPart(),
                up.toMinutesPart());
    }

    private Response uptime(Request request) {
        return database.reading(tx -> {
            ComputeNode node = find(tx, request);
            ObjectNode view = brief(tx, request, node, false);
            view.put("uptime", uptimeText(node));
            return Response.json(200, Json.object().set("hypervisor", view));
        });
    }

    private Response search(Request request, boolean withServers) {
        String pattern = request.pathParameter("pattern");
        return database.inTransaction(tx -> {
            ObjectNode body = Json.object();
            ArrayNode list = body.putArray("hypervisors");
            stores.hosts().nodes(tx).stream()
                    .filter(node -> node.host().contains(pattern))
                    .forEach(node -> list.add(brief(tx, request, node, withServers)));
            if (list.isEmpty()) {
                throw ApiException.notFound(
                        "No hypervisor matching '" + pattern + "' could be found.");
            }
            return Response.json(200, body);
        });
    }
}
