package org.monostack.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.LocalClient;

/**
 * What compute may ask of networks. Thread-safe.
 *
 * <p>Methods that take a {@link Transaction} only use SQL and commit or vanish with the caller's
 * work; the data plane follows after the commit by itself. The others talk to the network driver of
 * this host and block; call them from a durable operation's step, never inside a transaction.
 *
 * <p>Refusals are {@link ApiException}s with the status and words that Nova's API answers with (400
 * for an unknown network, port or security group; 409 for a port in use or an ambiguous network;
 * 403 when the port quota is spent), so compute can let them through as they are.
 */
public interface Networks {

    /**
     * Gives a server its ports: makes new ones and takes over named ones, with addresses assigned
     * at once. Their ids come back in the order of the requests.
     *
     * @param requests empty for none
     * @param securityGroups names or ids, for new ports only; empty means the project's default
     *     group
     * @param host the host the server will run on, if it is known already; see {@link #bind}
     */
    List<UUID> allocate(
            Transaction tx,
            Caller caller,
            UUID server,
            List<NetworkRequest> requests,
            List<String> securityGroups,
            Optional<String> host,
            String availabilityZone);

    /** Says on which host a server's ports are served from now on; empty unbinds them. */
    void bind(Transaction tx, UUID server, Optional<String> host);

    /** A server's ports in the order in which they were attached. */
    List<ServerPort> ofServer(Transaction tx, UUID server);

    /** The same for many servers in a fixed number of queries; servers without ports are absent. */
    Map<UUID, List<ServerPort>> ofServers(Transaction tx, Collection<UUID> servers);

    /** A server's ports as its network cards see them, in the same order, in one query. */
    List<ServerLink> linksOf(Transaction tx, UUID server);

    /** Deletes the ports that were made for the server and lets go of those that the user made. */
    void release(Transaction tx, UUID server);

    /**
     * Takes one port from a server: deletes it if it was made for the server, else lets go of it.
     *
     * @throws ApiException 404 when the server has no such port
     */
    void detach(Transaction tx, UUID server, UUID port);

    /**
     * Adds a security group (by name or id) to all ports of a server.
     *
     * @throws ApiException 404 when the caller sees no such group
     */
    void addSecurityGroup(Transaction tx, Caller caller, UUID server, String nameOrId);

    /**
     * Removes a security group (by name or id) from all ports of a server.
     *
     * @throws ApiException 404 when no port of the server has the group
     */
    void removeSecurityGroup(Transaction tx, Caller caller, UUID server, String nameOrId);

    /** The server that has this address on this network; how metadata knows who asks. */
    Optional<UUID> serverAt(Transaction tx, UUID network, String address);

    /** Port ids that claim to belong to a server, with that server; for the invariant checker. */
    Map<UUID, UUID> serverPorts(Transaction tx);

    /**
     * Connects a port to this host's data plane. Idempotent. Realises the port first if the
     * background worker has not come to it yet.
     *
     * @return the tap device's name
     */
    String plug(UUID port);

    /** The name of the tap device of a port that is plugged. */
    String device(UUID port);

    /** Takes the port's device from this host, if it is there. */
    void unplug(UUID port);

    /** The ports that have a device on this host. */
    Set<UUID> plugged();

    /** Whether the data plane serves the port now. */
    boolean isUp(UUID port);

    /** Neutron's whole API, for calls that pass through to it in their caller's rights. */
    LocalClient api();
}
