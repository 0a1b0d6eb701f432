package org.monostack.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.network.api.DiscoveryApi;
import org.monostack.network.api.ErrorView;
import org.monostack.network.invariant.NetworkInvariants;
import org.monostack.network.invariant.NetworkStories;
import org.monostack.network.operation.Intents;
import org.monostack.network.operation.Realisation;
import org.monostack.network.resource.Resources;
import org.monostack.network.server.PortAllocation;
import org.monostack.network.server.ServerPortViews;
import org.monostack.network.server.ServerPorts;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Quotas;
import org.monostack.network.store.SecurityGroups;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.LocalClient;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.operation.Threads;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.telemetry.StoryTeller;

/**
 * Wires the network service. Constructing it brings the schema up to date; {@link #start} begins to
 * follow changes in the data plane; {@link #close} ends that and leaves the driver to its owner.
 */
public final class NetworkModule implements AutoCloseable {
    private final Database database;
    private final Changes changes = new Changes();
    private final ServerPorts serverPorts;
    private final Realisation realisation;
    private final HttpService httpService;

    /**
     * @param policyOverrides an operator's rules, by name
     */
    public NetworkModule(
            Database database,
            NetworkConfig config,
            Authenticator authenticator,
            Map<String, ?> policyOverrides,
            NetworkDriver driver) {
        this(database, config, authenticator, policyOverrides, driver, Threads.system());
    }

    /**
     * @param threads where the data plane is followed
     */
    public NetworkModule(
            Database database,
            NetworkConfig config,
            Authenticator authenticator,
            Map<String, ?> policyOverrides,
            NetworkDriver driver,
            Threads threads) {
        database.migrate("network");
        this.database = database;
        Policy policy = NetworkPolicy.defaults().with(policyOverrides);
        Ports ports = new Ports(changes);
        SecurityGroups securityGroups = new SecurityGroups(database, changes);
        Quotas quotas = new Quotas(database);
        this.realisation =
                new Realisation(database, driver, changes, new Intents(config), config, threads);
        Resources resources =
                new Resources(database, config, policy, changes, ports, securityGroups, quotas);
        new DiscoveryApi().register(resources.routes());
        this.httpService =
                new HttpService(
                        "network",
                        resources.routes(),
                        new ErrorView(),
                        Optional.empty(),
                        authenticator,
                        policy);
        this.serverPorts =
                new ServerPorts(
                        ports,
                        new PortAllocation(ports, securityGroups, quotas, policy),
                        realisation,
                        new ServerPortViews(config),
                        new LocalClient(httpService));
    }

    /** What the listener serves. */
    public HttpService httpService() {
        return httpService;
    }

    /** What compute may ask. */
    public Networks networks() {
        return serverPorts;
    }

    /** What must be true of networks, in the tables and in the data plane. */
    public List<Invariant> invariants() {
        return new NetworkInvariants(database, changes, realisation).all();
    }

    /** What ports and floating IPs are, for explanations. */
    public StoryTeller storyTeller() {
        return new NetworkStories();
    }

    /** Begins to make the data plane follow the tables. */
    public void start() {
        realisation.start();
    }

    @Override
    public void close() {
        realisation.close();
    }
}
