package org.monostack.compute.api;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Security groups and their rules under compute's own address (until 2.35). */
final class SecurityGroupsProxyApi {
    private static final String RULE = "os_compute_api:os-security-groups:";
    private static final String GROUPS = "security-groups";
    private static final String RULES = "security-group-rules";
    private static final String LAST = "2.35";
    private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "ICMP");

    private final Neutron neutron;

    SecurityGroupsProxyApi(Neutron neutron) {
        this.neutron = neutron;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-security-groups"), this::list).policy(RULE + "get").until(LAST);
        routes.get(Paths.of("/os-security-groups/{id}"), this::show)
                .policy(RULE + "show")
                .until(LAST);
        routes.post(Paths.of("/os-security-groups"), this::create)
                .policy(RULE + "create")
                .body(Schema.of("compute", "security-group"))
                .until(LAST);
        routes.put(Paths.of("/os-security-groups/{id}"), this::update)
                .policy(RULE + "update")
                .body(Schema.of("compute", "security-group"))
                .until(LAST);
        routes.delete(Paths.of("/os-security-groups/{id}"), this::delete)
                .policy(RULE + "delete")
                .answers(202)
                .until(LAST);
        routes.post(Paths.of("/os-security-group-rules"), this::createRule)
                .policy(RULE + "rule:create")
                .body(Schema.of("compute", "security-group-rule"))
                .until(LAST);
        routes.delete(Paths.of("/os-security-group-rules/{id}"), this::deleteRule)
                .policy(RULE + "rule:delete")
                .answers(202)
                .until(LAST);
    }

    private Response list(Request request) {
        boolean all =
                request.query().contains("all_tenants")
                        && request.allowed("context_is_admin", Map.of());
        List<JsonNode> groups =
                all
                        ? neutron.list(request, GROUPS)
                        : neutron.list(
                                request, GROUPS, "project_id", request.caller().requireProject());
        int limit = Paging.of(request.query()).limit();
        int offset =
                request.query().first("offset").map(o -> Paging.nonNegative("offset", o)).orElse(0);
        SecurityGroupViews views = new SecurityGroupViews(request, neutron);
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("security_groups");
        groups.stream()
                .sorted(
                        Comparator.comparing((JsonNode g) -> g.path("project_id").asString())
                                .thenComparing(g -> g.path("name").asString()))
                .skip(offset)
                .limit(limit)
                .forEach(group -> list.add(views.group(group)));
        return Response.json(200, body);
    }

    private static String uuid(String what, String text) {
        return Inputs.uuid(text)
                .map(UUID::toString)
                .orElseThrow(() -> ApiException.badRequest(what + " id should be uuid: " + text));
    }

    private JsonNode group(Request request, String text) {
        String id = uuid("Security group", text);
        return neutron.find(request, GROUPS, id)
                .orElseThrow(() -> ApiException.notFound("Security group " + id + " not found."));
    }

    private Response one(Request request, JsonNode group) {
        return Response.json(
                200,
                Json.object()
                        .set(
                                "security_group",
                                new SecurityGroupViews(request, neutron).group(group)));
    }

    private Response show(Request request) {
        return one(request, group(request, request.pathParameter("id")));
    }

    private static ObjectNode attributes(JsonNode wanted) {
        ObjectNode attributes = Json.object();
        for (String name : List.of("name", "description")) {
            String value =
                    Inputs.text(wanted, name)
                            .orElseThrow(() ->
                                    ApiException.badRequest(
                                            "Security group " + name + " is missing."));
            if (value.length() > 255) {
                throw ApiException.badRequest(
                        "Security group " + name + " should not be greater than 255 characters.");
            }
            attributes.put(name, value);
        }
        return attributes;
    }

    private Response create(Request request) {
        ObjectNode attributes = attributes(request.json().path("security_group"));
        return one(request, refusedAsHere(() -> neutron.create(request, GROUPS, attributes)));
    }

    private Response update(Request request) {
        JsonNode group = group(request, request.pathParameter("id"));
        ObjectNode attributes = attributes(request.json().path("security_group"));
        return one(
                request,
                refusedAsHere(() ->
                        neutron.update(request, GROUPS, group.path("id").asString(), attributes)));
    }

    private Response delete(Request request) {
        String id = group(request, request.pathParameter("id")).path("id").asString();
        refusedAsHere(() -> {
            neutron.delete(request, GROUPS, id);
            return Json.object();
        });
        return Response.empty(202);
    }

    private interface Call {
        JsonNode run();
    }

    /** Nova has no conflicts here: a quota that is spent is 403 and all else 400. */
    private static JsonNode refusedAsHere(Call call) {
        try {
            return call.run();
        } catch (ApiException e) {
            if (e.status() != 409) {
                throw e;
            }
            throw Neutron.overQuota(e)
                    ? ApiException.forbidden(e.message())
                    : ApiException.badRequest(e.message());
        }
    }

    private Response createRule(Request request) {
        JsonNode wanted = request.json().path("security_group_rule");
        String parent =
                group(request, Inputs.text(wanted, "parent_group_id").orElse(""))
                        .path("id")
                        .asString();
        Optional<String> peer =
                Inputs.text(wanted, "group_id").map(id -> group(request, id).path("id").asString());
        ObjectNode attributes = Json.object();
        attributes.put("security_group_id", parent);
        attributes.put("direction", "ingress");
        String cidr = Inputs.text(wanted, "cidr").filter(c -> !c.isEmpty()).orElse("0.0.0.0/0");
        if (peer.isPresent()) {
            attributes.put("remote_group_id", peer.get());
            attributes.put("ethertype", "IPv4");
        } else {
            if (cidr.endsWith("/0") && !Set.of("0.0.0.0/0", "::/0").contains(cidr)) {
                throw ApiException.badRequest("Bad prefix for network in cidr " + cidr);
            }
            attributes.put("remote_ip_prefix", cidr);
            attributes.put("ethertype", cidr.contains(":") ? "IPv6" : "IPv4");
        }
        traffic(wanted, peer.isPresent(), attributes);
        JsonNode made = refusedAsHere(() -> neutron.create(request, RULES, attributes));
        return Response.json(
                200,
                Json.object()
                        .set(
                                "security_group_rule",
                                new SecurityGroupViews(request, neutron).rule(made).orElseThrow()));
    }

    /**
     * Protocol and ports, or ICMP's type and code with -1 for any. Only rules for a peer group may
     * leave them out.
     */
    private static void traffic(JsonNode wanted, boolean forPeer, ObjectNode attributes) {
        Optional<String> protocol =
                Inputs.text(wanted, "ip_protocol").filter(text -> !text.isEmpty());
        Optional<Long> from = Inputs.number(wanted, "from_port", Integer.MIN_VALUE);
        Optional<Long> to = Inputs.number(wanted, "to_port", Integer.MIN_VALUE);
        if (protocol.isEmpty() || from.isEmpty() || to.isEmpty()) {
            if (!forPeer) {
                throw ApiException.badRequest("Not enough parameters to build a valid rule.");
            }
            protocol.ifPresent(name -> attributes.put("protocol", supported(name)));
            return;
        }
        String name = supported(protocol.get());
        attributes.put("protocol", name);
        if (name.equals("icmp")) {
            if (from.get() < -1 || from.get() > 255 || to.get() < -1 || to.get() > 255) {
                throw invalidPorts(from.get(), to.get(), "For ICMP, the type:code must be valid");
            }
        } else if (from.get() > to.get()) {
            throw invalidPorts(
                    from.get(), to.get(), "Former value cannot be greater than the later");
        } else if (from.get() < 1 || to.get() > 65535) {
            throw invalidPorts(
                    from.get(),
                    to.get(),
                    "Valid " + protocol.get() + " ports should be between 1-65535");
        }
        if (from.get() != -1) {
            attributes.put("port_range_min", from.get());
        }
        if (to.get() != -1) {
            attributes.put("port_range_max", to.get());
        }
    }

    private static String supported(String protocol) {
        if (!PROTOCOLS.contains(protocol.toUpperCase(Locale.ROOT))) {
            throw ApiException.badRequest("Invalid IP protocol " + protocol + ".");
        }
        return protocol.toLowerCase(Locale.ROOT);
    }

    private static ApiException invalidPorts(long from, long to, String why) {
        return ApiException.badRequest("Invalid port range " + from + ":" + to + ". " + why);
    }

    private Response deleteRule(Request request) {
        String id = uuid("Security group rule", request.pathParameter("id"));
        neutron.delete(request, RULES, id);
        return Response.empty(202);
    }
}
