package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.IpRange;
import org.monostack.network.store.Addresses;
import org.monostack.network.store.Ports;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What operators look at: agents, zones, providers, how full networks are. Read-only. */
final class OperatorApi {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", java.util.Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final NetworkConfig config;
    private final Transactions database;
    private final Policy policy;
    private final String started = TIME.format(Times.now());

    OperatorApi(NetworkConfig config, Transactions database, Policy policy) {
        this.config = config;
        this.database = database;
        this.policy = policy;
    }

    void register(Routes routes) {
        routes.get("/v2.0/agents", this::agents).policyInHandler("get_agent");
        routes.get("/v2.0/agents/{id}", this::agent).policyInHandler("get_agent");
        routes.get("/v2.0/availability_zones", this::zones).policy("get_availability_zone");
        routes.get("/v2.0/service-providers", request -> providers())
                .policy("get_service_provider");
        routes.get("/v2.0/network-ip-availabilities", this::availabilities)
                .policyInHandler("get_network_ip_availability");
        routes.get("/v2.0/network-ip-availabilities/{id}", this::availability)
                .policyInHandler("get_network_ip_availability");
    }

    /** The chassis of this host: the one process that carries out networking here. */
    private List<ObjectNode> agentViews() {
        ObjectNode agent =
                Json.object()
                        .put("id", id("OVN Controller agent"))
                        .put("agent_type", "OVN Controller agent")
                        .put("binary", "ovn-controller")
                        .put("topic", "n/a")
                        .put("host", config.host())
                        .put("admin_state_up", true)
                        .put("alive", true)
                        .put("availability_zone", config.availabilityZone())
                        .put("created_at", started)
                        .put("started_at", started)
                        .put("heartbeat_timestamp", TIME.format(Times.now()))
                        .put("description", "");
        agent.putNull("resources_synced");
        ObjectNode configurations = agent.putObject("configurations");
        configurations.put("bridge-mappings", mappings());
        configurations.put("igmp_snooping_support", false);
        return List.of(agent);
    }

    private String mappings() {
        return config.bridgeMappings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .collect(java.util.stream.Collectors.joining(","));
    }

    private String id(String kind) {
        return UUID.nameUUIDFromBytes((kind + "@" + config.host()).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private Response agents(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("agents");
        // Whoever may not see an agent gets a shorter list, not a refusal.
        for (ObjectNode agent : agentViews()) {
            if (matches(request, agent) && scope.allows("get_agent", Map.of())) {
                list.add(agent);
            }
        }
        return Response.json(200, body);
    }

    private static boolean matches(Request request, ObjectNode view) {
        for (String name : request.query().names()) {
            if (name.equals("fields") || !view.has(name)) {
                continue;
            }
            String value = view.path(name).asString();
            if (request.query().all(name).stream().noneMatch(value::equalsIgnoreCase)) {
                return false;
            }
        }
        return true;
    }

    private Response agent(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        if (!scope.allows("get_agent", Map.of())) {
            throw NetworkErrors.notFound("Agent", id);
        }
        ObjectNode body = Json.object();
        body.set(
                "agent",
                agentViews().stream()
                        .filter(agent -> agent.path("id").asString().equals(id))
                        .findFirst()
                        .orElseThrow(() -> NetworkErrors.notFound("Agent", id)));
        return Response.json(200, body);
    }

    private Response zones(Request request) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("availability_zones");
        for (String resource : List.of("network", "router")) {
            ObjectNode zone =
                    Json.object()
                            .put("name", config.availabilityZone())
                            .put("resource", resource)
                            .put("state", "available");
            if (matches(request, zone)) {
                list.add(zone);
            }
        }
        return Response.json(200, body);
    }

    private static Response providers() {
        ObjectNode body = Json.object();
        body.putArray("service_providers")
                .addObject()
                .put("service_type", "L3_ROUTER_NAT")
                .put("name", "ovn")
                .put("default", true);
        return Response.json(200, body);
    }

    private Response availabilities(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        Condition condition =
                scope.allows("get_network_ip_availability", Map.of())
                        ? DSL.trueCondition()
                        : DSL.falseCondition();
        for (String name : request.query().names()) {
            List<String> values = request.query().all(name);
            condition =
                    switch (name) {
                        case "network_id" -> condition.and(NETWORK_.ID.in(values));
                        case "network_name" -> condition.and(NETWORK_.NAME.in(values));
                        case "tenant_id", "project_id" ->
                                condition.and(NETWORK_.PROJECT_ID.in(values));
                        case "ip_version", "fields" -> condition;
                        default ->
                                throw ApiException.badRequest(
                                                "Invalid input for operation: ["
                                                        + name
                                                        + "] is invalid attribute for filtering.")
                                        .type("InvalidInput");
                    };
        }
        Optional<String> version = request.query().first("ip_version");
        Condition wanted = condition;
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("network_ip_availabilities");
        database.reading(tx ->
                        tx
                                .sql()
                                .selectFrom(NETWORK_)
                                .where(wanted)
                                .orderBy(NETWORK_.ID)
                                .fetch()
                                .stream()
                                .map(network -> view(tx, network, version))
                                .toList())
                .forEach(list::add);
        return Response.json(200, body);
    }

    private Response availability(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        if (!scope.allows("get_network_ip_availability", Map.of())) {
            throw NetworkErrors.notFound("Network", id);
        }
        ObjectNode body = Json.object();
        body.set(
                "network_ip_availability",
                database.reading(tx ->
                        tx.sql()
                                .selectFrom(NETWORK_)
                                .where(NETWORK_.ID.eq(id))
                                .fetchOptional()
                                .map(network -> view(tx, network, Optional.empty()))
                                .orElseThrow(() -> NetworkErrors.notFound("Network", id))));
        return Response.json(200, body);
    }

    private static ObjectNode view(
            Transaction tx, NetworkRecord network, Optional<String> version) {
        ObjectNode view =
                Json.object()
                        .put("network_id", network.getId())
                        .put("network_name", network.getName())
                        .put("tenant_id", network.getProjectId())
                        .put("project_id", network.getProjectId());
        ArrayNode subnets = view.putArray("subnet_ip_availability");
        BigInteger total = BigInteger.ZERO;
        long used = 0;
        for (SubnetRecord subnet : Ports.subnets(tx, network.getId())) {
            if (version.isPresent() && !version.get().equals(subnet.getIpVersion().toString())) {
                continue;
            }
            BigInteger size =
                    Addresses.pools(subnet).stream()
                            .map(IpRange::size)
                            .reduce(BigInteger.ZERO, BigInteger::add);
            int taken =
                    tx.sql().fetchCount(IP_ALLOCATION, IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()));
            total = total.add(size);
            used += taken;
            subnets.addObject()
                    .put("subnet_id", subnet.getId())
                    .put("subnet_name", subnet.getName())
                    .put("ip_version", subnet.getIpVersion())
                    .put("cidr", subnet.getCidr())
                    .put("total_ips", size)
                    .put("used_ips", taken);
        }
        return view.put("total_ips", total).put("used_ips", used);
    }
}
