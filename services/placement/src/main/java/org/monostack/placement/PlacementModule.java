package org.monostack.placement;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.placement.api.AllocationsApi;
import org.monostack.placement.api.CandidatesApi;
import org.monostack.placement.api.InventoriesApi;
import org.monostack.placement.api.PlacementErrors;
import org.monostack.placement.api.PlacementPolicy;
import org.monostack.placement.api.ProviderAccess;
import org.monostack.placement.api.ProvidersApi;
import org.monostack.placement.api.ReshaperApi;
import org.monostack.placement.api.ResourceClassesApi;
import org.monostack.placement.api.TagsApi;
import org.monostack.placement.api.TraitsApi;
import org.monostack.placement.api.UsagesApi;
import org.monostack.placement.api.Versions;
import org.monostack.placement.invariant.PlacementInvariants;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.AllocationWriter;
import org.monostack.placement.store.InventoryStore;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.ProviderStore;
import org.monostack.placement.store.ProviderTagStore;
import org.monostack.placement.store.TopologyStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Routes;
import org.monostack.platform.invariant.Invariant;

/** Wires the placement service. Expects its schema to be migrated before the first request. */
public final class PlacementModule {
    /** The schema that {@link Database#migrate} makes for this service. */
    public static final String SCHEMA = "placement";

    private final Database database;
    private final Placement placement;
    private final HttpService httpService;

    /**
     * @param policyOverrides an operator's checks in the place of the defaults, by rule name
     */
    public PlacementModule(
            Database database, Authenticator authenticator, Map<String, ?> policyOverrides) {
        this.database = database;
        ProviderStore providers = new ProviderStore();
        InventoryStore inventories = new InventoryStore(database);
        AllocationStore allocations = new AllocationStore();
        ProviderTagStore tags = new ProviderTagStore();
        NameStore traits = NameStore.ofTraits();
        TopologyStore topology = new TopologyStore(providers, inventories, allocations, tags);
        placement =
                new TransactionalPlacement(
                        providers, inventories, allocations, tags, traits, topology);
        NameStore classes = NameStore.ofResourceClasses();
        AllocationWriter writer = new AllocationWriter(providers, allocations, topology, classes);
        ProviderAccess access = new ProviderAccess(providers);
        InventoriesApi inventoriesApi =
                new InventoriesApi(database, inventories, allocations, classes, access);
        Routes routes = new Routes().keepAnswers(database, SCHEMA);
        Versions.route(routes);
        new ProvidersApi(database, providers, allocations, topology, classes, traits, access)
                .route(routes);
        inventoriesApi.route(routes);
        new TagsApi(database, tags, traits, access).route(routes);
        new AllocationsApi(database, allocations, writer, providers, access).route(routes);
        new UsagesApi(database, allocations, inventories, access).route(routes);
        new CandidatesApi(database, topology, classes, traits).route(routes);
        new ResourceClassesApi(database, classes, inventories).route(routes);
        new TraitsApi(database, traits, tags).route(routes);
        new ReshaperApi(database, providers, inventories, writer, inventoriesApi).route(routes);
        httpService =
                new HttpService(
                        "placement",
                        routes,
                        new PlacementErrors(),
                        Optional.of(Versions.RANGE),
                        authenticator,
                        PlacementPolicy.defaults().with(policyOverrides));
    }

    /** For other services of this process. */
    public Placement placement() {
        return placement;
    }

    public HttpService httpService() {
        return httpService;
    }

    /** What must be true of inventories and allocations. */
    public List<Invariant> invariants() {
        return new PlacementInvariants(database).all();
    }
}
