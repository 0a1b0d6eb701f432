package org.monostack.compute.api;

import java.util.Optional;
import org.monostack.compute.ComputeConfig;
import org.monostack.compute.operation.Engines;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.scheduler.Scheduler;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Microversion;
import org.monostack.platform.http.MicroversionRange;
import org.monostack.platform.http.Routes;
import org.monostack.platform.operation.Operations;

/** Wires the classes of this room and gathers their routes. */
public final class ComputeApi {
    public static final MicroversionRange MICROVERSIONS =
            new MicroversionRange(
                    "compute",
                    Optional.of("X-OpenStack-Nova-API-Version"),
                    Microversion.of("2.1"),
                    Microversion.of("2.93"));

    private ComputeApi() {}

    public static Routes routes(Engines engines, Operations operations, ServerOperations kinds) {
        ComputeConfig config = engines.config();
        Database database = engines.database();
        Routes routes = new Routes().keepAnswers(database, "compute", "network");
        Stores stores = engines.stores();
        String zone = config.defaultZone();

        ServerAccess access = new ServerAccess(database, stores, operations);
        ServerViews views = new ServerViews(zone);
        HostStatus hosts = new HostStatus(stores.hosts());
        Quotas quotas = new Quotas(stores);
        ImageChecks images = new ImageChecks(engines.images());
        Scheduler scheduler = new Scheduler(engines.placement(), stores, config);
        ServerMaker maker =
                new ServerMaker(
                        access,
                        quotas,
                        images,
                        scheduler,
                        engines.placement(),
                        engines.networks(),
                        kinds,
                        zone);
        ServersApi servers = new ServersApi(access, maker, views, engines.networks(), hosts, kinds);

        new VersionsApi(MICROVERSIONS).addTo(routes);
        servers.addTo(routes);
        new ServerListApi(access, views, engines.networks(), hosts, zone).addTo(routes);
        new ServerPartsApi(access, quotas, engines.networks()).addTo(routes);
        new TagsApi(access).addTo(routes);
        new InterfacesApi(access, engines.networks(), kinds, zone).addTo(routes);
        new ServerGroupsApi(database, stores, quotas).addTo(routes);
        new FlavorsApi(database, stores.flavors()).addTo(routes);
        new FlavorPartsApi(database, stores.flavors()).addTo(routes);
        new KeyPairsApi(database, stores.keyPairs(), quotas).addTo(routes);
        new QuotasApi(database, stores.quotas(), quotas).addTo(routes);

        ActionsApi actions = new ActionsApi();
        new PowerActions(access, kinds).addTo(actions);
        new LockActions(access, servers, kinds).addTo(actions);
        new RebuildAction(access, views, images, quotas, engines.networks(), hosts, kinds)
                .addTo(actions);
        new ResizeActions(access, quotas, engines.placement(), kinds).addTo(actions);
        new ImageAction(access, quotas, engines.images(), kinds).addTo(actions);
        new RescueActions(access, images, kinds).addTo(actions);
        new ShelveActions(access, maker, scheduler, engines, kinds).addTo(actions);
        Neutron neutron = new Neutron(engines.networks());
        new SecurityGroupActions(access, engines.networks(), neutron).addTo(actions, routes);
        new FloatingIpsProxyApi(access, engines.networks(), neutron).addTo(routes, actions);
        new FixedIpActions(access, engines.networks(), neutron).addTo(actions);
        new ConsolesApi(access, engines.hypervisor(), config.consoleProxyUrl())
                .addTo(routes, actions);
        new AbsentActions(access).addTo(actions);
        actions.addTo(routes);

        Zones zones = new Zones(stores.aggregates(), zone);
        new InstanceActionsApi(access).addTo(routes);
        new DiagnosticsApi(access, engines.networks()).addTo(routes);
        new ServerPasswordApi(access).addTo(routes);
        new HypervisorsApi(database, stores, engines.placement()).addTo(routes);
        new ServicesApi(database, stores, zones).addTo(routes);
        new ZonesApi(database, stores.hosts(), zones).addTo(routes);
        new AggregatesApi(database, stores).addTo(routes);
        new UsageApi(database, stores.servers()).addTo(routes);
        new HostsApi(database, stores, zones).addTo(routes);
        new EventsApi(access).addTo(routes);
        new NetworksProxyApi(neutron).addTo(routes);
        new SecurityGroupsProxyApi(neutron).addTo(routes);
        new ImagesProxyApi(database, engines.images(), quotas).addTo(routes);
        new LegacyApi().addTo(routes);
        return routes;
    }
}
