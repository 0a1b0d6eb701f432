package org.monostack.compute.invariant;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.operation.Engines;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.platform.operation.Operations;

/**
 * The servers that there are at one instant.
 *
 * @param busy ids of those that an operation works on, or will
 */
record KnownServers(Map<UUID, Server> servers, Set<String> busy) {

    static KnownServers read(Engines engines, Operations operations) {
        return engines.database()
                .inTransaction(tx -> {
                    Map<UUID, Server> servers = new HashMap<>();
                    engines.stores().servers().existing(tx).forEach(s -> servers.put(s.id(), s));
                    return new KnownServers(
                            servers, operations.busy(tx, ServerOperations.RESOURCE));
                });
    }

    /** Looks again, at one server. */
    static boolean exists(Engines engines, Operations operations, UUID id) {
        return engines.database()
                .inTransaction(tx ->
                        engines.stores().servers().find(tx, id).isPresent()
                                || operations.busy(tx, ServerOperations.RESOURCE, id.toString()));
    }

    /** Whether there is such a server, or somebody works on one of that id. */
    boolean has(UUID id) {
        return servers.containsKey(id) || busy.contains(id.toString());
    }

    /** Whether there is such a server on some host, or somebody works on one of that id. */
    boolean hasPlaced(UUID id) {
        Server server = servers.get(id);
        return server != null && server.state().host().isPresent() || busy.contains(id.toString());
    }

    boolean isBusy(Server server) {
        return busy.contains(server.id().toString());
    }
}
