package org.monostack.placement;

import java.util.Map;
import java.util.Optional;
import org.monostack.placement.api.PlacementErrors;
import org.monostack.placement.api.PlacementPolicy;
import org.monostack.placement.api.Versions;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.InventoryStore;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.ProviderStore;
import org.monostack.placement.store.ProviderTagStore;
import org.monostack.placement.store.TopologyStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Routes;

/** Wires the placement service. Expects its schema to be migrated before the first request. */
public final class PlacementModule {
    /** The schema that {@link Database#migrate} makes for this service. */
    public static final String SCHEMA = "placement";

    private final Placement placement;
    private final HttpService httpService;

    /**
     * @param policyOverrides an operator's checks in the place of the defaults, by rule name
     */
    public PlacementModule(
            Database database, Authenticator authenticator, Map<String, ?> policyOverrides) {
        ProviderStore providers = new ProviderStore();
        InventoryStore inventories = new InventoryStore();
        AllocationStore allocations = new AllocationStore();
        ProviderTagStore tags = new ProviderTagStore();
        NameStore traits = NameStore.ofTraits();
        TopologyStore topology = new TopologyStore(providers, inventories, allocations, tags);
        placement =
                new TransactionalPlacement(
                        providers, inventories, allocations, tags, traits, topology);
        Routes routes = new Routes();
        Versions.route(routes);
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
}
