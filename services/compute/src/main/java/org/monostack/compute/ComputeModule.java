package org.monostack.compute;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.monostack.compute.api.ComputeApi;
import org.monostack.compute.api.ComputePolicy;
import org.monostack.compute.api.NovaErrors;
import org.monostack.compute.invariant.BelongingInvariants;
import org.monostack.compute.invariant.ServerInvariants;
import org.monostack.compute.invariant.ServerStories;
import org.monostack.compute.metadata.MetadataDocuments;
import org.monostack.compute.metadata.MetadataService;
import org.monostack.compute.operation.Engines;
import org.monostack.compute.operation.Machines;
import org.monostack.compute.operation.Reconciler;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.store.ServerStore;
import org.monostack.compute.store.Stores;
import org.monostack.image.Images;
import org.monostack.network.Networks;
import org.monostack.placement.Placement;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Routes;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.telemetry.StoryTeller;

/**
 * Wires compute. Construction migrates the schema and registers the operations; {@link #start}
 * comes after {@code Operations} and the drivers run. Thread-safe once built.
 */
public final class ComputeModule implements AutoCloseable {

    /** The other services that compute stands on, and the driver that runs servers. */
    public record Neighbours(
            Images images, Placement placement, Networks networks, Hypervisor hypervisor) {}

    private final HttpService compute;
    private final HttpService metadata;
    private final Reconciler reconciler;
    private final List<Invariant> invariants;
    private final ServerStore servers;
    private final ComputeBootstrap bootstrap;
    private final Consoles consoles;

    public ComputeModule(
            Database database,
            ComputeConfig config,
            Authenticator authenticator,
            Map<String, ?> policyOverrides,
            Operations operations,
            Neighbours neighbours) {
        database.migrate("compute");
        Stores stores = Stores.of(database);
        MetadataDocuments documents = new MetadataDocuments(config.defaultZone());
        Machines machines =
                new Machines(
                        database,
                        stores.servers(),
                        stores.heldImages(),
                        neighbours.networks(),
                        neighbours.images(),
                        documents);
        Engines engines =
                new Engines(
                        database,
                        stores,
                        neighbours.images(),
                        neighbours.placement(),
                        neighbours.networks(),
                        neighbours.hypervisor(),
                        machines,
                        config);
        ServerOperations kinds = ServerOperations.of(engines);
        kinds.registerWith(operations);
        Policy policy = ComputePolicy.defaults().with(policyOverrides);
        NovaErrors errors = new NovaErrors();
        compute =
                new HttpService(
                        "compute",
                        ComputeApi.routes(engines, operations, kinds),
                        errors,
                        Optional.of(ComputeApi.MICROVERSIONS),
                        authenticator,
                        policy,
                        Optional.of("X-Compute-Request-Id"));
        Routes metadataRoutes = new Routes();
        new MetadataService(
                        database,
                        stores.servers(),
                        stores.passwords(),
                        neighbours.networks(),
                        documents)
                .addTo(metadataRoutes);
        metadata =
                new HttpService(
                        "metadata",
                        metadataRoutes,
                        errors,
                        Optional.empty(),
                        authenticator,
                        policy);
        reconciler = new Reconciler(engines, operations, kinds, operations.threads());
        servers = stores.servers();
        invariants =
                Stream.of(
                                new ServerInvariants(engines, operations, reconciler).all(),
                                new BelongingInvariants(engines, operations).all())
                        .flatMap(List::stream)
                        .toList();
        bootstrap = new ComputeBootstrap(database, stores.flavors());
        consoles = new Consoles(database, stores.consoles(), neighbours.hypervisor());
    }

    /** Nova's API. */
    public HttpService httpService() {
        return compute;
    }

    /** What guests find at 169.254.169.254. */
    public HttpService metadataService() {
        return metadata;
    }

    public ComputeBootstrap bootstrap() {
        return bootstrap;
    }

    /** The gate of the console proxy. */
    public Consoles consoles() {
        return consoles;
    }

    /** The defaults with overrides, for the policy sample. */
    public Policy policy() {
        return compute.policy();
    }

    /** What must be true of servers and of all that exists for their sake. */
    public List<Invariant> invariants() {
        return invariants;
    }

    /** What servers are, for explanations. */
    public StoryTeller storyTeller() {
        return new ServerStories(servers);
    }

    /** Registers the host and begins to keep it true to the database. */
    public void start() {
        reconciler.start();
    }

    /** Compares servers and machines now; for tests and for operators who ask. */
    public void reconcile() {
        reconciler.reconcile();
    }

    @Override
    public void close() {
        reconciler.close();
    }
}
