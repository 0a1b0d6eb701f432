package org.monostack.network;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.ROUTER;
import static org.monostack.network.jooq.Tables.SUBNET;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.resource.Resources;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Caller;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the networks that a new cloud starts with. Every method looks first: what has the name (and
 * project) already stays as it is, whatever its attributes, so that an operator's changes survive
 * the next start.
 */
public final class NetworkBootstrap {
    private final Database database;
    private final Resources resources;

    NetworkBootstrap(Database database, Resources resources) {
        this.database = database;
        this.resources = resources;
    }

    /**
     * The external network: flat, on a physical network.
     *
     * @param project who owns it
     * @param gateway the way out of it
     * @param poolStart the first address for floating IPs and routers, if not all are to be used
     */
    public UUID ensurePublic(
            String project,
            String name,
            String cidr,
            String gateway,
            Optional<String> poolStart,
            Optional<String> poolEnd,
            String physicalNetwork) {
        return database.inTransaction(tx -> {
            Optional<UUID> known = network(tx, project, name);
            if (known.isPresent()) {
                return known.get();
            }
            ObjectNode network = named(project, name);
            network.put("router:external", true);
            network.put("is_default", true);
            network.put("provider:network_type", "flat");
            network.put("provider:physical_network", physicalNetwork);
            String id = resources.createNetwork(tx, system(project), network).getId();
            ObjectNode subnet = subnet(project, name + "-subnet", id, cidr, gateway);
            subnet.put("enable_dhcp", false);
            if (poolStart.isPresent() && poolEnd.isPresent()) {
                subnet.putArray("allocation_pools")
                        .addObject()
                        .put("start", poolStart.get())
                        .put("end", poolEnd.get());
            }
            resources.createSubnet(tx, system(project), subnet);
            return UUID.fromString(id);
        });
    }

    /** A project's own network with one IPv4 subnet. */
    public UUID ensurePrivate(
            String project,
            String name,
            String subnetName,
            String cidr,
            String gateway,
            List<String> dnsServers) {
        return database.inTransaction(tx -> {
            Optional<UUID> known = network(tx, project, name);
            if (known.isPresent()) {
                return known.get();
            }
            String id = resources.createNetwork(tx, system(project), named(project, name)).getId();
            ObjectNode subnet = subnet(project, subnetName, id, cidr, gateway);
            subnet.set("dns_nameservers", Json.strings(dnsServers));
            resources.createSubnet(tx, system(project), subnet);
            return UUID.fromString(id);
        });
    }

    /** A router between an external network and all subnets of a project's network. */
    public UUID ensureRouter(
            String project, String name, UUID externalNetwork, UUID privateNetwork) {
        return database.inTransaction(tx -> {
            Optional<String> known =
                    tx.sql()
                            .select(ROUTER.ID)
                            .from(ROUTER)
                            .where(ROUTER.PROJECT_ID.eq(project), ROUTER.NAME.eq(name))
                            .limit(1)
                            .fetchOptional(ROUTER.ID);
            if (known.isPresent()) {
                return UUID.fromString(known.get());
            }
            ObjectNode body = named(project, name);
            body.putObject("external_gateway_info").put("network_id", externalNetwork.toString());
            String id = resources.createRouter(tx, system(project), body).getId();
            for (SubnetRecord subnet :
                    tx.sql()
                            .selectFrom(SUBNET)
                            .where(SUBNET.NETWORK_ID.eq(privateNetwork.toString()))
                            .fetch()) {
                resources.addRouterInterface(tx, id, subnet);
            }
            return UUID.fromString(id);
        });
    }

    /** The address under which a router reaches the outside, once it has one. */
    public Optional<String> gatewayAddress(UUID router) {
        return database.inTransaction(tx ->
                tx.sql()
                        .select(IP_ALLOCATION.ADDRESS)
                        .from(IP_ALLOCATION)
                        .join(PORT)
                        .on(PORT.ID.eq(IP_ALLOCATION.PORT_ID))
                        .where(
                                PORT.DEVICE_ID.eq(router.toString()),
                                PORT.DEVICE_OWNER.eq("network:router_gateway"))
                        .limit(1)
                        .fetchOptional(IP_ALLOCATION.ADDRESS));
    }

    private static Optional<UUID> network(Transaction tx, String project, String name) {
        return tx.sql()
                .select(NETWORK_.ID)
                .from(NETWORK_)
                .where(NETWORK_.PROJECT_ID.eq(project), NETWORK_.NAME.eq(name))
                .limit(1)
                .fetchOptional(NETWORK_.ID)
                .map(UUID::fromString);
    }

    private static ObjectNode named(String project, String name) {
        return Json.object().put("project_id", project).put("name", name);
    }

    private static ObjectNode subnet(
            String project, String name, String network, String cidr, String gateway) {
        return named(project, name)
                .put("network_id", network)
                .put("ip_version", cidr.indexOf(':') < 0 ? 4 : 6)
                .put("cidr", cidr)
                .put("gateway_ip", gateway);
    }

    /** The program itself, acting for a project. */
    private static Caller system(String project) {
        return new Caller(
                "",
                "monostack",
                "",
                "",
                Optional.of(project),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Set.of("admin"),
                "",
                "",
                java.time.Instant.MAX,
                Optional.empty());
    }
}
