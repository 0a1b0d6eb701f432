package org.monostack.compute.api;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Hints from other services that something happened to a server, and the usage audit's log. */
final class EventsApi {
    private static final String AUDIT = "os_compute_api:os-instance-usage-audit-log:";

    private final ServerAccess access;

    EventsApi(ServerAccess access) {
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.post(Paths.of("/os-server-external-events"), this::events)
                .policy("os_compute_api:os-server-external-events:create")
                .body(Schema.of("compute", "server-external-events"));
        routes.get(Paths.of("/os-instance_usage_audit_log"), request -> audit(Times.now(), "s"))
                .policy(AUDIT + "list");
        routes.get(Paths.of("/os-instance_usage_audit_log/{before}"), this::auditBefore)
                .policy(AUDIT + "show");
    }

    /** Whatever waits in a server's operations looks again now. */
    private Response events(Request request) {
        ArrayNode answers = Json.array();
        boolean[] found = new boolean[1];
        boolean[] missing = new boolean[1];
        access.database()
                .run(tx -> {
                    answers.removeAll();
                    for (JsonNode event : request.json().path("events")) {
                        ObjectNode answer = (ObjectNode) event.deepCopy();
                        Optional<UUID> server =
                                Inputs.uuid(event.path("server_uuid").asString())
                                        .filter(id ->
                                                access.stores().servers().find(tx, id).isPresent());
                        server.ifPresent(id ->
                                access.operations()
                                        .nudge(tx, ServerOperations.RESOURCE, id.toString()));
                        found[0] |= server.isPresent();
                        missing[0] |= server.isEmpty();
                        answer.put("status", event.path("status").asString("completed"));
                        if (server.isEmpty()) {
                            answer.put("status", "failed");
                        }
                        answer.put("code", server.isPresent() ? 200 : 404);
                        answers.add(answer);
                    }
                });
        if (!found[0]) {
            throw ApiException.notFound("No instances found for any event");
        }
        return Response.json(missing[0] ? 207 : 200, Json.object().set("events", answers));
    }

    private Response auditBefore(Request request) {
        String text = request.pathParameter("before");
        try {
            return audit(
                    LocalDateTime.parse(
                                    text.length() > 19 ? text.substring(0, 19) : text,
                                    DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"))
                            .toInstant(ZoneOffset.UTC),
                    "");
        } catch (DateTimeParseException e) {
            throw ApiException.badRequest("Invalid timestamp for date " + text);
        }
    }

    /** No audit is ever run here: use is computed from the rows whenever somebody asks. */
    private Response audit(Instant before, String plural) {
        Set<String> hosts = new LinkedHashSet<>();
        access.database().inTransaction(tx -> access.stores().hosts().services(tx)).stream()
                .filter(service -> service.program().equals(ComputeService.COMPUTE))
                .forEach(service -> hosts.add(service.host()));
        Instant end =
                before.atZone(ZoneOffset.UTC)
                        .withDayOfMonth(1)
                        .toLocalDate()
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
        Instant start = end.atZone(ZoneOffset.UTC).minusMonths(1).toInstant();
        ObjectNode log = Json.object();
        log.set("hosts_not_run", Json.strings(hosts));
        log.putObject("log");
        log.put("num_hosts", hosts.size());
        log.put("num_hosts_done", 0);
        log.put("num_hosts_not_run", hosts.size());
        log.put("num_hosts_running", 0);
        log.put("overall_status", "0 of " + hosts.size() + " hosts done. 0 errors.");
        log.put("period_beginning", Links.micros(start));
        log.put("period_ending", Links.micros(end));
        log.put("total_errors", 0);
        log.put("total_instances", 0);
        return Response.json(200, Json.object().set("instance_usage_audit_log" + plural, log));
    }
}
