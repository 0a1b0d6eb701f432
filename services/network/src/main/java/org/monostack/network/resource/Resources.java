package org.monostack.network.resource;

import org.jooq.UpdatableRecord;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.RouterRecord;
import org.monostack.network.jooq.tables.records.SubnetPoolRecord;
import org.monostack.network.store.Changes;
import org.monostack.network.store.MetadataPorts;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Quotas;
import org.monostack.network.store.Routers;
import org.monostack.network.store.SecurityGroups;
import org.monostack.network.store.Segments;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Assembles the resources into one table of routes. */
public final class Resources {
    private final Transactions database;
    private final Policy policy;
    private final Quotas quotas;
    private final Routes routes;
    private final SubnetPoolResource subnetPools = new SubnetPoolResource();
    private final Collection<SubnetPoolRecord> pools;

    public Resources(
            Database database,
            NetworkConfig config,
            Policy policy,
            Changes changes,
            Ports ports,
            SecurityGroups securityGroups,
            Quotas quotas) {
        this.routes = new Routes().keepAnswers(database, "network");
        this.database = new Transactions(database);
        this.policy = policy;
        this.quotas = quotas;
        Routers routerStore = new Routers(ports, changes);
        PortResource port = new PortResource(ports, securityGroups);
        SubnetResource subnet = new SubnetResource(ports, new MetadataPorts(ports), changes);
        SecurityGroupRuleResource rule = new SecurityGroupRuleResource(changes);
        serve(new NetworkResource(config, new Segments(config), securityGroups, ports, changes));
        serve(subnet);
        serve(port);
        Collection<RouterRecord> routers = serve(new RouterResource(config, routerStore, changes));
        new RouterActions(routers, subnet, port, routerStore, changes, this.database, policy)
                .register(routes);
        serve(new FloatingIpResource(ports, port, changes));
        serve(new SecurityGroupResource(securityGroups, rule, changes));
        serve(rule);
        pools = serve(subnetPools);
        for (String action : new String[] {"add_prefixes", "remove_prefixes"}) {
            routes.put(
                            "/v2.0/subnetpools/{id}/" + action,
                            request -> changePrefixes(request, action))
                    .policyInHandler(action);
        }
        serve(new AddressScopeResource());
        serve(new RbacPolicyResource());
        serve(new MeteringResources.Labels());
        serve(new MeteringResources.Rules());
        new QuotasApi(quotas, this.database, policy).register(routes);
        new OperatorApi(config, this.database, policy).register(routes);
    }

    private <R extends UpdatableRecord<R>> Collection<R> serve(Resource<R> resource) {
        Collection<R> collection =
                new Collection<>(resource, database, policy, quotas).register(routes);
        if (resource.type().tagged()) {
            new TagsApi<>(collection, resource.type(), database, policy).register(routes);
        }
        return collection;
    }

    public Routes routes() {
        return routes;
    }

    private Response changePrefixes(Request request, String action) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        JsonNode sent;
        try {
            sent = Kind.list(Kind.cidr()).check(request.json().path("prefixes"));
        } catch (Kind.Invalid e) {
            throw NetworkErrors.invalid("prefixes", e.reason());
        }
        JsonNode prefixes = sent;
        ObjectNode body = Json.object();
        database.run(tx -> {
            SubnetPoolRecord pool = pools.find(tx, scope, id, true);
            pools.authorize(scope, action, pools.view(tx, scope, pool), id);
            subnetPools.changePrefixes(tx, scope, pool, prefixes, action.equals("add_prefixes"));
            body.set("prefixes", Json.read(pool.getPrefixes()));
        });
        return Response.json(200, body);
    }
}
