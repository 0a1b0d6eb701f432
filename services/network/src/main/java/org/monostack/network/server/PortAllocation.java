package org.monostack.network.server;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.NetworkRequest;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Refusal;
import org.monostack.network.resource.NetworkErrors;
import org.monostack.network.resource.Scope;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Ports.FixedIpRequest;
import org.monostack.network.store.Quotas;
import org.monostack.network.store.Rows;
import org.monostack.network.store.SecurityGroups;
import org.monostack.network.store.Sharing;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.policy.Policy;

/**
 * Gives a server its ports: makes new ones on networks, or takes over what a user has. Stateless.
 */
public final class PortAllocation {
    static final String OWNER_PREFIX = "compute:";

    private final Ports ports;
    private final SecurityGroups securityGroups;
    private final Quotas quotas;
    private final Policy policy;

    public PortAllocation(
            Ports ports, SecurityGroups securityGroups, Quotas quotas, Policy policy) {
        this.ports = ports;
        this.securityGroups = securityGroups;
        this.quotas = quotas;
        this.policy = policy;
    }

    /** See {@link org.monostack.network.Networks#allocate}. */
    List<UUID> allocate(
            Transaction tx,
            Caller caller,
            UUID server,
            List<NetworkRequest> requests,
            List<String> groupNames,
            Optional<String> host,
            String availabilityZone) {
        Scope scope = Scope.of(caller, policy);
        String project = caller.requireProject();
        List<NetworkRequest> concrete = new ArrayList<>();
        for (NetworkRequest request : requests) {
            if (request instanceof NetworkRequest.OnlyOne only) {
                onlyNetwork(tx, project, only.required())
                        .ifPresent(network ->
                                concrete.add(
                                        new NetworkRequest.OnNetwork(
                                                UUID.fromString(network),
                                                Optional.empty(),
                                                Optional.empty())));
            } else {
                concrete.add(request);
            }
        }
        int created =
                (int) concrete.stream().filter(NetworkRequest.OnNetwork.class::isInstance).count();
        if (created > 0) {
            charge(tx, project, created);
        }
        Optional<List<String>> groups =
                created > 0
                        ? Optional.of(groups(tx, scope, project, groupNames))
                        : Optional.empty();
        List<UUID> ids = new ArrayList<>();
        for (NetworkRequest request : concrete) {
            PortRecord port =
                    switch (request) {
                        case NetworkRequest.OnNetwork on ->
                                create(
                                        tx,
                                        scope,
                                        project,
                                        on,
                                        groups.orElse(List.of()),
                                        server,
                                        host,
                                        availabilityZone);
                        case NetworkRequest.OnPort on ->
                                takeOver(tx, scope, on, server, host, availabilityZone);
                        case NetworkRequest.OnlyOne only -> throw new IllegalStateException();
                    };
            ids.add(UUID.fromString(port.getId()));
        }
        return ids;
    }

    private void charge(Transaction tx, String project, int count) {
        try {
            quotas.charge(tx, project, "port", count);
        } catch (Refusal e) {
            throw ApiException.forbidden("Maximum number of ports exceeded")
                    .type("PortLimitExceeded");
        }
    }

    /** The network that is meant when none is named. */
    private static Optional<String> onlyNetwork(Transaction tx, String project, boolean required) {
        List<String> candidates =
                tx.sql()
                        .select(NETWORK_.ID)
                        .from(NETWORK_)
                        .where(
                                NETWORK_.PROJECT_ID.eq(project),
                                NETWORK_.EXTERNAL.isFalse(),
                                NETWORK_.ADMIN_STATE_UP.isTrue())
                        .fetch(NETWORK_.ID);
        if (candidates.isEmpty()) {
            candidates =
                    tx.sql()
                            .select(NETWORK_.ID)
                            .from(NETWORK_)
                            .where(
                                    NETWORK_.ADMIN_STATE_UP.isTrue(),
                                    NETWORK_.EXTERNAL.isFalse(),
                                    Sharing.with(NETWORK_.ID, project, Sharing.SHARED))
                            .fetch(NETWORK_.ID);
        }
        if (candidates.size() > 1) {
            throw ApiException.conflict(
                            "Multiple possible networks found, use a Network ID to be more"
                                    + " specific.")
                    .type("NetworkAmbiguous");
        }
        if (candidates.isEmpty() && required) {
            throw ApiException.badRequest(
                            "Unable to automatically allocate a network for project " + project)
                    .type("UnableToAutoAllocateNetwork");
        }
        return candidates.stream().findFirst();
    }

    private List<String> groups(
            Transaction tx, Scope scope, String project, List<String> namesOrIds) {
        if (namesOrIds.isEmpty()
                || namesOrIds.size() == 1 && namesOrIds.getFirst().equals("default")) {
            return securityGroups.ensureDefault(tx, project).stream().toList();
        }
        securityGroups.ensureDefault(tx, project);
        Set<String> ids = new LinkedHashSet<>();
        for (String nameOrId : namesOrIds) {
            ids.add(group(tx, project, nameOrId, 400).getId());
        }
        try {
            SecurityGroups.requireUsable(tx, project, scope.admin(), ids);
        } catch (Refusal e) {
            throw ApiException.badRequest(e.reason()).type(e.type());
        }
        return List.copyOf(ids);
    }

    /** The group of this name or id that a project may put on its ports. */
    static SecurityGroupRecord group(
            Transaction tx, String project, String nameOrId, int statusIfUnknown) {
        List<SecurityGroupRecord> found =
                tx.sql()
                        .selectFrom(SECURITY_GROUP)
                        .where(
                                SecurityGroups.usableBy(project),
                                SECURITY_GROUP.ID.eq(nameOrId).or(SECURITY_GROUP.NAME.eq(nameOrId)))
                        .fetch();
        Optional<SecurityGroupRecord> byId =
                found.stream().filter(g -> g.getId().equals(nameOrId)).findFirst();
        if (byId.isPresent()) {
            return byId.get();
        }
        if (found.isEmpty()) {
            throw ApiException.of(
                            statusIfUnknown,
                            "Security group "
                                    + nameOrId
                                    + " not found for project "
                                    + project
                                    + ".")
                    .type("SecurityGroupNotFoundForProject");
        }
        if (found.size() > 1) {
            throw ApiException.conflict(
                            "Multiple security groups found matching '"
                                    + nameOrId
                                    + "'. Use an ID to be more specific.")
                    .type("NoUniqueMatch");
        }
        return found.getFirst();
    }

    private PortRecord create(
            Transaction tx,
            Scope scope,
            String project,
            NetworkRequest.OnNetwork request,
            List<String> groups,
            UUID server,
            Optional<String> host,
            String availabilityZone) {
        NetworkRecord network = usableNetwork(tx, scope, project, request.network().toString());
        List<SubnetRecord> subnets = Ports.subnets(tx, network.getId());
        if (subnets.isEmpty()) {
            throw ApiException.badRequest(
                            "Network "
                                    + network.getId()
                                    + " requires a subnet in order to boot instances on.")
                    .type("NetworkRequiresSubnet");
        }
        PortRecord port = Ports.blank(tx, network, project);
        port.setMadeForServer(true);
        own(port, server, host, availabilityZone, request.tag());
        Optional<List<FixedIpRequest>> addresses =
                request.fixedIp()
                        .map(ip -> List.of(new FixedIpRequest(Optional.empty(), Optional.of(ip))));
        try {
            ports.insert(
                    tx,
                    port,
                    subnets,
                    addresses,
                    network.getPortSecurityEnabled() ? groups : List.of());
        } catch (Refusal e) {
            throw asCompute(e, request);
        }
        return port;
    }

    /** The status that compute answers with when the network refuses. */
    private static ApiException asCompute(Refusal e, NetworkRequest.OnNetwork request) {
        return switch (e.type()) {
            case "IpAddressAlreadyAllocated" ->
                    ApiException.badRequest(
                                    "Fixed IP address "
                                            + request.fixedIp().orElse("")
                                            + " is already in use on instance.")
                            .type("FixedIpAlreadyInUse");
            case "InvalidIpForNetwork", "InvalidIpForSubnet", "AllocationOnAutoAddressSubnet" ->
                    ApiException.badRequest(
                                    "Fixed IP "
                                            + request.fixedIp().orElse("")
                                            + " is not a valid ip address for network "
                                            + request.network()
                                            + ".")
                            .type("FixedIpInvalidOnHost");
            case "IpAddressGenerationFailure" ->
                    ApiException.conflict(e.reason()).type("NoMoreFixedIps");
            default -> NetworkErrors.of(e);
        };
    }

    /** The network's row, kept from changing as {@link Ports#lockShared} does. */
    private static NetworkRecord usableNetwork(
            Transaction tx, Scope scope, String project, String id) {
        Condition usable =
                NETWORK_.PROJECT_ID
                        .eq(project)
                        .or(Sharing.with(NETWORK_.ID, project, Sharing.SHARED, Sharing.EXTERNAL));
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(id), scope.admin() ? DSL.trueCondition() : usable)
                        .forShare()
                        .fetchOptional()
                        .orElseThrow(() ->
                                ApiException.badRequest("Network " + id + " could not be found.")
                                        .type("NetworkNotFound"));
        if (network.getExternal()
                && !scope.admin()
                && !network.getProjectId().equals(project)
                && !Sharing.isShared(tx, id, project)) {
            throw ApiException.forbidden(
                            "It is not allowed to create an interface on external network " + id)
                    .type("ExternalNetworkAttachForbidden");
        }
        return network;
    }

    private PortRecord takeOver(
            Transaction tx,
            Scope scope,
            NetworkRequest.OnPort request,
            UUID server,
            Optional<String> host,
            String availabilityZone) {
        String id = request.port().toString();
        PortRecord port =
                tx.sql()
                        .selectFrom(PORT)
                        .where(
                                PORT.ID.eq(id),
                                scope.admin()
                                        ? DSL.trueCondition()
                                        : PORT.PROJECT_ID.eq(scope.project()))
                        .forUpdate()
                        .fetchOptional()
                        .orElseThrow(() ->
                                ApiException.badRequest("Port id " + id + " could not be found.")
                                        .type("PortNotFound"));
        if (!port.getDeviceId().isEmpty()) {
            throw ApiException.conflict("Port " + id + " is still in use.").type("PortInUse");
        }
        if (!tx.sql().fetchExists(IP_ALLOCATION, IP_ALLOCATION.PORT_ID.eq(id))) {
            throw ApiException.badRequest("Port " + id + " requires a FixedIP in order to be used.")
                    .type("PortRequiresFixedIP");
        }
        own(port, server, host, availabilityZone, request.tag());
        Rows.touch(port);
        ports.update(tx, port);
        return port;
    }

    private static void own(
            PortRecord port,
            UUID server,
            Optional<String> host,
            String availabilityZone,
            Optional<String> tag) {
        port.setDeviceId(server.toString());
        port.setDeviceOwner(OWNER_PREFIX + availabilityZone);
        port.setHostId(host.orElse(""));
        port.setDeviceTag(tag.orElse(null));
        port.setAttachedAt(Times.toDb(Times.now()));
    }
}
