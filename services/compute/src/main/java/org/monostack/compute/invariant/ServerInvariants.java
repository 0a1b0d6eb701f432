package org.monostack.compute.invariant;

import static org.monostack.compute.jooq.Tables.SERVER_ACTION;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.Engines;
import org.monostack.compute.operation.Reconciler;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;
import org.monostack.platform.operation.Operations;

/**
 * Servers, and what this service keeps for their sake: machines, files, operations, actions. A
 * server that an operation works on is never found wanting.
 */
public final class ServerInvariants {
    private final Engines engines;
    private final Operations operations;
    private final Reconciler reconciler;

    public ServerInvariants(Engines engines, Operations operations, Reconciler reconciler) {
        this.engines = engines;
        this.operations = operations;
        this.reconciler = reconciler;
    }

    public List<Invariant> all() {
        return List.of(
                Invariant.of(
                        "compute.machines",
                        "every machine is a server's, and an active server has one that runs",
                        this::machines),
                Invariant.of(
                        "compute.strangers",
                        "the hypervisor has no machines but this cloud's",
                        this::strangers),
                Invariant.of(
                        "compute.disks", "files on this host are a server's", this::strayFiles),
                Invariant.of(
                        "compute.tasks",
                        "a server that is being built or changed has an operation that does it",
                        this::tasksWithoutOperation),
                Invariant.of(
                        "compute.actions",
                        "an action has ended once its operation has",
                        this::endlessActions),
                Invariant.of(
                        "compute.quota",
                        "what is counted for quotas is what the flavor says",
                        this::wrongUse));
    }

    private List<Violation> machines() {
        Map<UUID, PowerState> machines = new HashMap<>();
        for (Hypervisor.Machine machine : engines.hypervisor().machines()) {
            machines.put(machine.server(), machine.state());
        }
        KnownServers known = KnownServers.read(engines, operations);
        List<Violation> violations = new ArrayList<>();
        machines.keySet().stream()
                .filter(id -> !known.hasPlaced(id))
                .forEach(id ->
                        violations.add(
                                Violation.repairedBy(
                                        Severity.ERROR,
                                        "machine",
                                        id.toString(),
                                        "the hypervisor has a machine " + id + " of no server",
                                        () -> reconciler.removeUnwanted(id))));
        for (Server server : known.servers().values()) {
            PowerState seen = machines.get(server.id());
            boolean runs = seen != null && seen != PowerState.OFF && seen != PowerState.CRASHED;
            if (server.state().vm() == VmState.ACTIVE
                    && server.state().task().isEmpty()
                    && !known.isBusy(server)
                    && server.state().host().equals(Optional.of(engines.config().host()))
                    && !runs) {
                violations.add(
                        Violation.repairedBy(
                                Severity.ERROR,
                                "server",
                                server.id().toString(),
                                "server "
                                        + server.wish().name()
                                        + " is ACTIVE and its machine is "
                                        + (seen == null ? "not there" : seen),
                                this::reconcile));
            }
        }
        return violations;
    }

    private boolean reconcile() {
        reconciler.reconcile();
        return true;
    }

    /** Nothing is done about them: what somebody else made is his, and may be in use. */
    private List<Violation> strangers() {
        return engines.hypervisor().strangers().stream()
                .map(id ->
                        Violation.of(
                                Severity.WARNING,
                                "machine",
                                id.toString(),
                                "the hypervisor has a machine " + id + " that is not this cloud's"))
                .toList();
    }

    private List<Violation> strayFiles() {
        Set<UUID> stored = engines.hypervisor().stored();
        KnownServers known = KnownServers.read(engines, operations);
        return stored.stream()
                .filter(id -> !known.hasPlaced(id))
                .map(id ->
                        Violation.repairedBy(
                                Severity.WARNING,
                                "files",
                                id.toString(),
                                "there are files of " + id + " on this host, and no such server",
                                () -> reconciler.removeUnwanted(id)))
                .toList();
    }

    private List<Violation> tasksWithoutOperation() {
        KnownServers known = KnownServers.read(engines, operations);
        return known.servers().values().stream()
                .filter(server ->
                        server.state().task().isPresent()
                                || server.state().vm() == VmState.BUILDING)
                .filter(server -> !known.isBusy(server))
                .map(server ->
                        Violation.repairedBy(
                                Severity.ERROR,
                                "server",
                                server.id().toString(),
                                "server "
                                        + server.wish().name()
                                        + " is "
                                        + server.state().vm().text()
                                        + server.state()
                                                .task()
                                                .map(task -> ", " + task.text())
                                                .orElse("")
                                        + ", and no operation works on it",
                                () -> reconciler.settleAbandoned(server.id())))
                .toList();
    }

    private List<Violation> endlessActions() {
        return engines.database()
                .inTransaction(tx -> {
                    Set<String> busy = operations.busy(tx, ServerOperations.RESOURCE);
                    return tx
                            .sql()
                            .select(SERVER_ACTION.SERVER_ID, SERVER_ACTION.REQUEST_ID)
                            .from(SERVER_ACTION)
                            .where(SERVER_ACTION.FINISHED_AT.isNull())
                            .fetch()
                            .stream()
                            .filter(row -> !busy.contains(row.value1()))
                            .map(row -> endless(row.value1(), row.value2()))
                            .toList();
                });
    }

    private Violation endless(String server, String request) {
        return Violation.repairedBy(
                Severity.WARNING,
                "server action",
                server + "/" + request,
                "the action of request "
                        + request
                        + " on server "
                        + server
                        + " has not ended, and nobody works on it",
                () ->
                        engines.database()
                                .<Boolean>inTransaction(tx -> {
                                    if (operations.busy(tx, ServerOperations.RESOURCE, server)) {
                                        return false;
                                    }
                                    engines.stores()
                                            .actions()
                                            .end(
                                                    tx,
                                                    UUID.fromString(server),
                                                    request,
                                                    Optional.of("Error"));
                                    return true;
                                }));
    }

    private List<Violation> wrongUse() {
        return engines
                .database()
                .inTransaction(tx -> engines.stores().servers().miscounted(tx))
                .stream()
                .map(server ->
                        Violation.repairedBy(
                                Severity.ERROR,
                                "server",
                                server.id().toString(),
                                "server "
                                        + server.wish().name()
                                        + " is not counted as its flavor says ("
                                        + server.flavor().vcpus()
                                        + " cores, "
                                        + server.flavor().memoryMb()
                                        + " MB)",
                                () -> recount(server)))
                .toList();
    }

    private boolean recount(Server server) {
        return engines.database()
                .<Boolean>inTransaction(tx -> {
                    Optional<Server> now = engines.stores().servers().lock(tx, server.id());
                    now.ifPresent(each ->
                            engines.stores()
                                    .servers()
                                    .change(
                                            tx,
                                            each.id(),
                                            new ServerChange().flavor(each.flavor())));
                    return now.isPresent();
                });
    }
}
