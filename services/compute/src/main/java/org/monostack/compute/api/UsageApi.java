package org.monostack.compute.api;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.monostack.compute.model.Server;
import org.monostack.compute.store.ServerStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How much projects used in a period: hours, and hours times size. */
final class UsageApi {
    private static final String RULE = "os_compute_api:os-simple-tenant-usage:";
    private static final double SECONDS_PER_HOUR = 3600;

    private final Database database;
    private final ServerStore servers;

    UsageApi(Database database, ServerStore servers) {
        this.database = database;
        this.servers = servers;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-simple-tenant-usage"), this::list).policy(RULE + "list");
        routes.get(Paths.of("/os-simple-tenant-usage/{tenant_id}"), this::show)
                .policyInHandler(RULE + "show");
    }

    private record Period(Instant start, Instant end, boolean detailed) {
        static Period of(Query query) {
            Instant now = Times.now();
            Instant end = query.first("end").map(text -> time(text)).orElse(now);
            Instant start =
                    query.first("start")
                            .map(text -> time(text))
                            .orElse(end.minus(Duration.ofDays(28)));
            if (!start.isBefore(end)) {
                throw ApiException.badRequest(
                        "Invalid start time. The start time cannot occur after the end time.");
            }
            return new Period(start, end, query.first("detailed").orElse("0").equals("1"));
        }

        private static Instant time(String text) {
            // Nova also takes a date and a time without seconds' fractions.
            String form = text.length() == 10 ? text + "T00:00:00" : text;
            try {
                return Inputs.time("start", form);
            } catch (ApiException e) {
                throw ApiException.badRequest("Datetime is in invalid format: " + text);
            }
        }

        double hours(Server server) {
            Instant from = later(server.state().launchedAt().orElse(server.createdAt()), start);
            Instant to = earlier(server.state().terminatedAt().orElse(end), end);
            return from.isBefore(to)
                    ? Duration.between(from, to).toMillis() / 1000.0 / SECONDS_PER_HOUR
                    : 0;
        }

        private static Instant later(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }

        private static Instant earlier(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }
    }

    private static long diskGb(Server server) {
        return server.flavor().rootGb() + server.flavor().ephemeralGb();
    }

    private static ObjectNode sum(
            String project, Period period, List<Server> servers, boolean detailed) {
        ObjectNode node = Json.object();
        double hours = 0;
        double vcpus = 0;
        double memory = 0;
        double disk = 0;
        for (Server server : servers) {
            double own = period.hours(server);
            hours += own;
            vcpus += own * server.flavor().vcpus();
            memory += own * server.flavor().memoryMb();
            disk += own * diskGb(server);
        }
        node.put("tenant_id", project);
        node.put("total_hours", hours);
        node.put("total_vcpus_usage", vcpus);
        node.put("total_memory_mb_usage", memory);
        node.put("total_local_gb_usage", disk);
        node.put("start", Links.micros(period.start()));
        node.put("stop", Links.micros(period.end()));
        if (detailed) {
            ArrayNode list = node.putArray("server_usages");
            servers.forEach(server -> list.add(detail(period, server)));
        }
        return node;
    }

    private static ObjectNode detail(Period period, Server server) {
        ObjectNode node = Json.object();
        Optional<Instant> ended = server.state().terminatedAt();
        node.put("instance_id", server.id().toString());
        node.put("name", server.wish().name());
        node.put("hours", period.hours(server));
        node.put("vcpus", server.flavor().vcpus());
        node.put("memory_mb", server.flavor().memoryMb());
        node.put("local_gb", diskGb(server));
        node.put("flavor", server.flavor().name());
        node.put("tenant_id", server.projectId());
        Instant started = server.state().launchedAt().orElse(server.createdAt());
        node.put("started_at", Links.micros(started));
        node.put("ended_at", ended.map(Links::micros).orElse(null));
        node.put("state", ended.isPresent() ? "terminated" : server.state().vm().text());
        node.put("uptime", Duration.between(started, ended.orElse(Times.now())).toSeconds());
        return node;
    }

    private Response list(Request request) {
        if (request.rawPath().endsWith("/")) {
            throw ApiException.notFound("The resource could not be found.");
        }
        Period period = Period.of(request.query());
        Map<String, List<Server>> byProject = new TreeMap<>();
        database.reading(tx ->
                        servers.aliveBetween(tx, Optional.empty(), period.start(), period.end()))
                .forEach(server ->
                        byProject
                                .computeIfAbsent(server.projectId(), key -> new ArrayList<>())
                                .add(server));
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("tenant_usages");
        byProject.forEach((project, own) -> list.add(sum(project, period, own, period.detailed())));
        return Response.json(200, body);
    }

    private Response show(Request request) {
        String project = request.pathParameter("tenant_id");
        request.authorize(
                RULE + "show", Map.of("project_id", project, "user_id", request.caller().userId()));
        Period period = Period.of(request.query());
        List<Server> own =
                database.reading(tx ->
                        servers.aliveBetween(
                                tx, Optional.of(project), period.start(), period.end()));
        ObjectNode body = Json.object();
        if (own.isEmpty()) {
            body.putObject("tenant_usage");
        } else {
            body.set("tenant_usage", sum(project, period, own, true));
        }
        return Response.json(200, body);
    }
}
