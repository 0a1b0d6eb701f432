package org.monostack.compute.invariant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.ComputeNode;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.Engines;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;
import org.monostack.platform.operation.Operations;

/**
 * What other services keep for servers: allocations and ports. Compute looks at them because only
 * it knows which servers there are.
 */
public final class BelongingInvariants {
    private final Engines engines;
    private final Operations operations;

    public BelongingInvariants(Engines engines, Operations operations) {
        this.engines = engines;
        this.operations = operations;
    }

    public List<Invariant> all() {
        return List.of(
                Invariant.of(
                        "compute.allocations",
                        "what is held of a host is held by a server",
                        this::strayAllocations),
                Invariant.of(
                        "compute.unallocated",
                        "a server holds what its flavor says, of its host",
                        this::serversWithoutAllocation),
                Invariant.of("compute.ports", "a port of a server has a server", this::strayPorts),
                Invariant.of(
                        "compute.devices",
                        "ports have devices on this host as servers need them",
                        this::devices));
    }

    private List<Violation> strayAllocations() {
        Map<UUID, ComputeNode> holders = new HashMap<>();
        engines.database()
                .run(tx -> {
                    holders.clear();
                    for (ComputeNode node : engines.stores().hosts().nodes(tx)) {
                        engines.placement()
                                .consumers(tx, node.id())
                                .keySet()
                                .forEach(consumer -> holders.put(consumer, node));
                    }
                });
        KnownServers known = KnownServers.read(engines, operations);
        List<Violation> violations = new ArrayList<>();
        holders.forEach((consumer, node) -> {
            if (!known.has(consumer)) {
                violations.add(
                        engines.database().inTransaction(tx -> stray(tx, consumer, node.host())));
            }
        });
        return violations;
    }

    /** Others may hold something of a host as well; only what was a server's is given back. */
    private Violation stray(Transaction tx, UUID consumer, String host) {
        boolean was = engines.stores().servers().findAny(tx, consumer).isPresent();
        String words = consumer + " holds resources of host " + host + " and is no server";
        if (!was) {
            return Violation.of(Severity.WARNING, "consumer", consumer.toString(), words);
        }
        return Violation.repairedBy(
                Severity.ERROR,
                "consumer",
                consumer.toString(),
                words + " any more",
                () ->
                        engines.database()
                                .<Boolean>inTransaction(again -> {
                                    if (engines.stores()
                                            .servers()
                                            .find(again, consumer)
                                            .isPresent()) {
                                        return false;
                                    }
                                    engines.placement().release(again, consumer);
                                    return true;
                                }));
    }

    private List<Violation> serversWithoutAllocation() {
        Map<String, UUID> providers = new HashMap<>();
        Set<UUID> holders = new HashSet<>();
        KnownServers known = KnownServers.read(engines, operations);
        engines.database()
                .run(tx -> {
                    holders.clear();
                    for (ComputeNode node : engines.stores().hosts().nodes(tx)) {
                        providers.put(node.host(), node.id());
                        holders.addAll(engines.placement().consumers(tx, node.id()).keySet());
                    }
                });
        return known.servers().values().stream()
                .filter(server -> server.state().vm() != VmState.ERROR)
                .filter(server -> !known.isBusy(server))
                .filter(server -> server.state().host().isPresent())
                .filter(server -> !holders.contains(server.id()))
                .map(server -> unallocated(server, providers))
                .toList();
    }

    private Violation unallocated(Server server, Map<String, UUID> providers) {
        String host = server.state().host().orElseThrow();
        UUID provider = providers.get(host);
        String words = "server " + server.wish().name() + " runs on " + host + " and holds nothing";
        if (provider == null) {
            return Violation.of(
                    Severity.ERROR,
                    "server",
                    server.id().toString(),
                    words + "; the host is not known");
        }
        return Violation.repairedBy(
                Severity.ERROR,
                "server",
                server.id().toString(),
                words + " of it",
                () ->
                        engines.database()
                                .<Boolean>inTransaction(tx -> claim(tx, server, host, provider)));
    }

    private boolean claim(Transaction tx, Server server, String host, UUID provider) {
        Optional<Server> now = engines.stores().servers().lock(tx, server.id());
        if (now.isEmpty()
                || !now.get().state().host().equals(Optional.of(host))
                || operations.busy(tx, ServerOperations.RESOURCE, server.id().toString())
                || !engines.placement().allocations(tx, server.id()).isEmpty()) {
            return false;
        }
        engines.placement()
                .claim(
                        tx,
                        server.id(),
                        provider,
                        now.get().flavor().resources(),
                        server.projectId(),
                        server.userId());
        return true;
    }

    private List<Violation> strayPorts() {
        Map<UUID, UUID> ports = serverPorts();
        KnownServers known = KnownServers.read(engines, operations);
        List<Violation> violations = new ArrayList<>();
        ports.forEach((port, server) -> {
            if (!known.has(server)) {
                violations.add(
                        Violation.repairedBy(
                                Severity.ERROR,
                                "port",
                                port.toString(),
                                "port " + port + " is of server " + server + ", which is no more",
                                () -> {
                                    if (KnownServers.exists(engines, operations, server)) {
                                        return false;
                                    }
                                    engines.networks().unplug(port);
                                    engines.database()
                                            .run(tx -> engines.networks().release(tx, server));
                                    return true;
                                }));
            }
        });
        return violations;
    }

    private List<Violation> devices() {
        Set<UUID> plugged = engines.networks().plugged();
        Map<UUID, UUID> ports = serverPorts();
        KnownServers known = KnownServers.read(engines, operations);
        List<Violation> violations = new ArrayList<>();
        for (UUID port : plugged) {
            if (!ports.containsKey(port)) {
                violations.add(strayDevice(port));
            }
        }
        ports.forEach((port, id) -> {
            Server server = known.servers().get(id);
            if (server != null
                    && server.state().vm() == VmState.ACTIVE
                    && server.state().task().isEmpty()
                    && !known.isBusy(server)
                    && server.state().host().equals(Optional.of(engines.config().host()))
                    && !plugged.contains(port)) {
                violations.add(
                        Violation.of(
                                Severity.ERROR,
                                "port",
                                port.toString(),
                                "port "
                                        + port
                                        + " of server "
                                        + server.wish().name()
                                        + " has lost its device; reboot the server hard"));
            }
        });
        return violations;
    }

    private Violation strayDevice(UUID port) {
        return Violation.repairedBy(
                Severity.WARNING,
                "device",
                port.toString(),
                "there is a device on this host for port " + port + ", which is of no server",
                () -> {
                    if (serverPorts().containsKey(port)) {
                        return false;
                    }
                    engines.networks().unplug(port);
                    return true;
                });
    }

    private Map<UUID, UUID> serverPorts() {
        return engines.database().inTransaction(tx -> engines.networks().serverPorts(tx));
    }
}
