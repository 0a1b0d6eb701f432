package org.monostack.compute.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.ServerStatus;
import org.monostack.compute.store.ServerQuery;
import org.monostack.network.Networks;
import org.monostack.network.ServerPort;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Lists of servers, with Nova's filters. */
final class ServerListApi {
    private static final String RULE = "os_compute_api:";

    /** Filters that everybody may use; others are ignored unless one may use them all. */
    private static final Set<String> EVERYBODYS =
            Set.of(
                    "reservation_id",
                    "name",
                    "status",
                    "image",
                    "flavor",
                    "ip",
                    "ip6",
                    "changes-since",
                    "changes-before",
                    "all_tenants",
                    "tags",
                    "tags-any",
                    "not-tags",
                    "not-tags-any",
                    "locked",
                    "metadata");

    /** Those that joined them with 2.83. */
    private static final Set<String> EVERYBODYS_SINCE_2_83 =
            Set.of(
                    "availability_zone",
                    "config_drive",
                    "key_name",
                    "created_at",
                    "launched_at",
                    "terminated_at",
                    "power_state",
                    "task_state",
                    "vm_state",
                    "progress",
                    "user_id");

    private static final Set<String> ADMINS_SORT_KEYS =
            Set.of("host", "node", "user_id", "project_id");

    private final ServerAccess access;
    private final ServerViews views;
    private final Networks networks;
    private final HostStatus hosts;
    private final String defaultZone;

    ServerListApi(
            ServerAccess access,
            ServerViews views,
            Networks networks,
            HostStatus hosts,
            String defaultZone) {
        this.access = access;
        this.views = views;
        this.networks = networks;
        this.hosts = hosts;
        this.defaultZone = defaultZone;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/servers"), request -> list(request, false))
                .policyInHandler(RULE + "servers:index")
                .kept();
        routes.get(Paths.of("/servers/detail"), request -> list(request, true))
                .policyInHandler(RULE + "servers:detail")
                .kept();
    }

    private Response list(Request request, boolean detail) {
        Map<String, Object> target =
                Map.of(
                        "project_id", request.caller().projectId().orElse(""),
                        "user_id", request.caller().userId());
        String rule = RULE + "servers:" + (detail ? "detail" : "index");
        request.authorize(rule, target);
        Query query = request.query();
        boolean all = query.first("all_tenants").map(ServerListApi::allTenants).orElse(false);
        if (all) {
            request.authorize(rule + ":get_all_tenants", target);
        }
        boolean everyFilter = request.allowed(RULE + "servers:allow_all_filters", target);
        Paging paging = Paging.of(query);
        return access.database()
                .reading(tx -> {
                    List<Server> servers = select(tx, request, paging, all, everyFilter);
                    return answer(tx, request, servers, paging, detail);
                });
    }

    /** 0 and false mean no; an empty value, 1 and true mean yes. */
    private static boolean allTenants(String text) {
        if (text.isEmpty()) {
            return true;
        }
        if (!Inputs.isBool(text)) {
            throw ApiException.badRequest(
                    "Invalid input for query parameters all_tenants. Value: " + text);
        }
        return Inputs.bool(text, false);
    }

    private List<Server> select(
            Transaction tx, Request request, Paging paging, boolean all, boolean everyFilter) {
        Query query = request.query();
        ServerQuery wanted = new ServerQuery();
        if (!all) {
            wanted.project(request.caller().requireProject());
        } else if (everyFilter) {
            query.first("project_id").or(() -> query.first("tenant_id")).ifPresent(wanted::project);
        }
        boolean deleted = false;
        if (query.contains("deleted") && everyFilter) {
            deleted = Inputs.bool(query.first("deleted").orElse("true"), false);
        } else if (query.contains("changes-since")) {
            deleted = true;
        }
        boolean possible = new Filters(request, wanted, everyFilter, defaultZone).apply();
        if (!possible) {
            return List.of();
        }
        if (query.contains("changes-since") && !query.contains("deleted")) {
            // Whoever follows changes wants to hear of deletions.
        } else if (!query.contains("changes-before") || query.contains("deleted")) {
            wanted.deleted(deleted);
        }
        sort(request, wanted, everyFilter);
        marker(tx, request, paging, all, wanted);
        Optional<String> address = address(query, "ip");
        Optional<String> address6 =
                request.microversion().atLeast(2, 5) || everyFilter
                        ? address(query, "ip6")
                        : Optional.empty();
        if (address.isPresent() || address6.isPresent()) {
            return byAddress(tx, wanted, address, address6, paging);
        }
        return access.stores().servers().list(tx, wanted.limit(paging.limit()));
    }

    private static Optional<String> address(Query query, String name) {
        Optional<String> pattern = query.first(name);
        pattern.ifPresent(text -> {
            try {
                java.util.regex.Pattern.compile(text);
            } catch (java.util.regex.PatternSyntaxException e) {
                throw ApiException.badRequest(
                        "Invalid input for query parameters " + name + ". Value: " + text);
            }
        });
        return pattern;
    }

    private void marker(
            Transaction tx, Request request, Paging paging, boolean all, ServerQuery wanted) {
        if (paging.marker().isEmpty()) {
            return;
        }
        Optional<Server> marker =
                Inputs.uuid(paging.marker().get())
                        .flatMap(id -> access.stores().servers().findAny(tx, id))
                        .filter(server -> all || ServerAccess.visible(request, server));
        if (marker.isEmpty()) {
            throw ApiException.badRequest("marker [" + paging.marker().get() + "] not found");
        }
        wanted.after(marker.get().id());
    }

    private static void sort(Request request, ServerQuery wanted, boolean everyFilter) {
        List<String> keys = request.query().all("sort_key");
        List<String> directions = request.query().all("sort_dir");
        if (keys.isEmpty()) {
            boolean rising = !directions.isEmpty() && directions.getFirst().equals("asc");
            checkDirections(directions);
            wanted.sortBy("created_at", rising);
            return;
        }
        checkDirections(directions);
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            if (ADMINS_SORT_KEYS.contains(key) && !everyFilter) {
                throw ApiException.forbidden("Only administrators can sort servers by " + key);
            }
            if (!ServerQuery.sortable(key)) {
                if (Set.of("metadata", "tags", "info_cache", "pci_requests").contains(key)) {
                    throw ApiException.badRequest("Sort key supplied is invalid: " + key);
                }
                // Columns that nobody should sort by are ignored, as Nova does.
                continue;
            }
            String direction =
                    i < directions.size()
                            ? directions.get(i)
                            : directions.isEmpty() ? "desc" : directions.getFirst();
            wanted.sortBy(key, direction.equals("asc"));
        }
    }

    private static void checkDirections(List<String> directions) {
        for (String direction : directions) {
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw ApiException.badRequest(
                        "Invalid input for query parameters sort_dir. Value: "
                                + direction
                                + ". '"
                                + direction
                                + "' is not one of ['asc', 'desc']");
            }
        }
    }

    /** Addresses are network's matter: candidates are read in pages and compared here. */
    private List<Server> byAddress(
            Transaction tx,
            ServerQuery wanted,
            Optional<String> address,
            Optional<String> address6,
            Paging paging) {
        List<Server> found = new ArrayList<>();
        while (found.size() < paging.limit()) {
            List<Server> page = access.stores().servers().list(tx, wanted.limit(Paging.MOST));
            Map<UUID, List<ServerPort>> ports =
                    networks.ofServers(tx, page.stream().map(Server::id).toList());
            for (Server server : page) {
                List<ServerPort> own = ports.getOrDefault(server.id(), List.of());
                if (matches(own, 4, address) && matches(own, 6, address6)) {
                    found.add(server);
                }
            }
            if (page.size() < Paging.MOST) {
                break;
            }
            wanted.after(page.getLast().id());
        }
        return found.size() <= paging.limit() ? found : found.subList(0, paging.limit());
    }

    private static boolean matches(List<ServerPort> ports, int version, Optional<String> pattern) {
        if (pattern.isEmpty()) {
            return true;
        }
        var compiled = java.util.regex.Pattern.compile(pattern.get());
        return ports.stream()
                .flatMap(port -> port.fixedIps().stream())
                .anyMatch(ip ->
                        ip.version() == version && compiled.matcher(ip.address()).lookingAt());
    }

    private Response answer(
            Transaction tx, Request request, List<Server> servers, Paging paging, boolean detail) {
        Map<UUID, List<ServerPort>> ports =
                detail && !servers.isEmpty()
                        ? networks.ofServers(tx, servers.stream().map(Server::id).toList())
                        : Map.of();
        Map<Optional<String>, Boolean> up = new HashMap<>();
        ArrayNode list = Json.array();
        for (Server server : servers) {
            JsonNode view =
                    detail
                            ? views.full(
                                    request,
                                    new ServerViews.Shown(
                                            server,
                                            ports.getOrDefault(server.id(), List.of()),
                                            up.computeIfAbsent(
                                                    server.state().host(),
                                                    host -> hosts.up(tx, host))),
                                    ServerViews.Kind.DETAIL)
                            : views.brief(request, server);
            // As text at once: a page of trees is too large to stay in the processor's cache.
            list.addRawValue(new RawValue(Json.write(view)));
        }
        ObjectNode body = Json.object();
        body.set("servers", list);
        Links.next(
                body,
                "servers",
                request,
                servers.size(),
                paging,
                servers.isEmpty()
                        ? Optional.empty()
                        : Optional.of(servers.getLast().id().toString()));
        return Response.json(200, body);
    }

    /** Reads the filters of one request into a query. */
    private record Filters(
            Request request, ServerQuery wanted, boolean everyFilter, String defaultZone) {

        /** False when no server can match. */
        boolean apply() {
            Query query = request.query();
            for (String name : query.names()) {
                boolean may =
                        everyFilter
                                || EVERYBODYS.contains(name)
                                || request.microversion().atLeast(2, 83)
                                        && EVERYBODYS_SINCE_2_83.contains(name);
                if (may && !one(name, query.first(name).orElse(""), query)) {
                    return false;
                }
            }
            return true;
        }

        private boolean one(String name, String value, Query query) {
            switch (name) {
                case "name" -> wanted.name(value);
                case "hostname" -> wanted.hostname(value);
                case "description" -> wanted.description(value);
                case "status" -> {
                    return statuses(query.all("status"));
                }
                case "image" -> wanted.image(value);
                case "flavor" -> wanted.flavor(value);
                case "host", "node" -> wanted.host(value);
                case "reservation_id" -> wanted.reservation(value);
                case "key_name" -> wanted.keyName(value);
                case "user_id" -> wanted.user(value);
                case "uuid" -> {
                    Optional<UUID> id = Inputs.uuid(value);
                    if (id.isEmpty()) {
                        return false;
                    }
                    wanted.ids(List.of(id.get()));
                }
                case "availability_zone" ->
                        wanted.availabilityZone(value, value.equals(defaultZone));
                case "config_drive" -> wanted.configDrive(Inputs.bool(value, false));
                case "vm_state" -> wanted.vmState(value);
                case "task_state" -> wanted.taskState(value);
                case "power_state" -> wanted.powerState(number(name, value));
                case "progress" -> wanted.progress(number(name, value));
                case "launch_index" -> wanted.launchIndex(number(name, value));
                case "access_ip_v4" -> wanted.accessIpv4(value);
                case "access_ip_v6" -> wanted.accessIpv6(value);
                case "changes-since" -> wanted.changedSince(Inputs.time(name, value));
                case "changes-before" -> changesBefore(name, value, query);
                case "locked" -> locked(value);
                case "tags", "tags-any", "not-tags", "not-tags-any" -> tags(name, value);
                case "metadata" -> metadata(value);
                default -> {
                    // Unknown parameters are ignored, as Nova does.
                }
            }
            return true;
        }

        private boolean statuses(List<String> texts) {
            List<ServerStatus.Selection> selections = new ArrayList<>();
            for (String text : texts) {
                ServerStatus.select(text).ifPresent(selections::add);
                if (text.equalsIgnoreCase("deleted") && !everyFilter) {
                    throw ApiException.forbidden("Only administrators may list deleted instances");
                }
            }
            wanted.statuses(selections);
            return !selections.isEmpty();
        }

        private static int number(String name, String value) {
            return Paging.nonNegative(name, value);
        }

        private void changesBefore(String name, String value, Query query) {
            if (!request.microversion().atLeast(2, 66)) {
                return;
            }
            var before = Inputs.time(name, value);
            if (query.contains("changes-since")
                    && Inputs.time("changes-since", query.first("changes-since").orElse(""))
                            .isAfter(before)) {
                throw ApiException.badRequest(
                        "The value of changes-since must be less than or equal to"
                                + " changes-before.");
            }
            wanted.changedBefore(before);
        }

        private void locked(String value) {
            if (!request.microversion().atLeast(2, 73)) {
                return;
            }
            if (!Inputs.isBool(value)) {
                throw ApiException.badRequest("Invalid value for boolean filter locked: " + value);
            }
            wanted.locked(Inputs.bool(value, false));
        }

        private void tags(String name, String value) {
            if (!request.microversion().atLeast(2, 26)) {
                return;
            }
            List<String> tags = List.of(value.split(","));
            switch (name) {
                case "tags" -> tags.forEach(tag -> wanted.tag(tag, true));
                case "tags-any" -> wanted.anyTag(tags, true);
                case "not-tags" ->
                        // Not all of them: a server that lacks one of them will do.
                        wanted.notAllTags(tags);
                default -> wanted.anyTag(tags, false);
            }
        }

        private void metadata(String value) {
            JsonNode node;
            try {
                node = Json.read(value.replace('\'', '"'));
            } catch (Json.MalformedJson e) {
                throw ApiException.badRequest("Invalid filter metadata: " + value);
            }
            if (node.isObject()) {
                Inputs.strings(node).forEach(wanted::metadata);
            }
        }
    }
}
