package org.monostack.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Record;
import org.monostack.compute.spi.Hypervisor.PowerState;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.platform.database.Database;

/**
 * What must hold, whatever happened. Looks at the database as an operator would, past the services
 * that wrote it, and compares it with the {@link World} and with what users were promised.
 */
final class Checks {
    /** Which durable state a server may go to from which; staying is always allowed. */
    private static final Map<String, Set<String>> STEPS =
            Map.of(
                    "building", Set.of("active", "error", "deleted"),
                    "active",
                            Set.of("stopped", "paused", "suspended", "resized", "error", "deleted"),
                    "stopped", Set.of("active", "resized", "error", "deleted"),
                    "paused", Set.of("active", "stopped", "error", "deleted"),
                    "suspended", Set.of("active", "error", "deleted"),
                    "resized", Set.of("active", "stopped", "error", "deleted"),
                    "error", Set.of("active", "stopped", "deleted"),
                    "deleted", Set.of());

    /** The durable state after an operation that succeeded; others leave it alone. */
    private static final Map<String, String> AFTER =
            Map.ofEntries(
                    Map.entry("compute.boot", "active"),
                    Map.entry("compute.start", "active"),
                    Map.entry("compute.stop", "stopped"),
                    Map.entry("compute.reboot-soft", "active"),
                    Map.entry("compute.reboot-hard", "active"),
                    Map.entry("compute.pause", "paused"),
                    Map.entry("compute.unpause", "active"),
                    Map.entry("compute.suspend", "suspended"),
                    Map.entry("compute.resume", "active"),
                    Map.entry("compute.delete", "deleted"));

    private final Database database;
    private final World world;
    private final Clients clients;
    private final List<String> violations = new ArrayList<>();

    Checks(Database database, World world, Clients clients) {
        this.database = database;
        this.world = world;
        this.clients = clients;
    }

    List<String> violations() {
        return violations;
    }

    private List<Record> rows(String query) {
        return database.inTransaction(tx -> List.copyOf(tx.sql().fetch(query)));
    }

    private static String text(Record row, int field) {
        return Objects.toString(row.get(field), "");
    }

    private static UUID id(Record row, int field) {
        return UUID.fromString(text(row, field));
    }

    private void violation(String what) {
        violations.add(what);
    }

    /** Whether nothing is left to do. */
    boolean atRest() {
        return rows("select 1 from operation.durable_operation where unfinished limit 1").isEmpty()
                && rows("select 1 from network.pending_change limit 1").isEmpty();
    }

    /** What did not come to its end. */
    void unfinished() {
        for (Record row :
                rows(
                        "select kind, resource_id, state, step, attempts, owner, failure from"
                                + " operation.durable_operation where unfinished")) {
            violation("an operation does not end: " + row.intoList());
        }
        for (Record row : rows("select kind, resource_id, failure from network.pending_change")) {
            violation("a network change is never realised: " + row.intoList());
        }
    }

    /** Everything that must hold when nothing is under way. */
    void settled(boolean provoked, Set<UUID> disturbed) {
        servers(disturbed);
        operations(provoked);
        transitions();
        allocations();
        ports();
        images();
        promises();
        world.violations().forEach(this::violation);
    }

    private void servers(Set<UUID> disturbed) {
        Map<String, PowerState> powers =
                Map.of(
                        "active", PowerState.RUNNING,
                        "stopped", PowerState.OFF,
                        "paused", PowerState.PAUSED,
                        "suspended", PowerState.SUSPENDED);
        for (Record row :
                rows(
                        "select id, vm_state, task_state, cancel, host, launched_at from"
                                + " compute.server where deleted = 0")) {
            UUID id = id(row, 0);
            String state = text(row, 1);
            if (!text(row, 2).isEmpty()) {
                violation("server " + id + " is " + text(row, 2) + " for ever");
            }
            if (text(row, 3).equals("true") || text(row, 3).equals("1")) {
                violation("server " + id + " is marked for deletion for ever");
            }
            if (state.equals("building")) {
                violation("server " + id + " is building for ever");
            }
            Optional<World.Machine> machine = Optional.ofNullable(world.machines().get(id));
            PowerState expected = powers.get(state);
            Optional<PowerState> seen = machine.flatMap(World.Machine::power);
            // A rebuilt server that is off has a disk; its domain comes with the next start.
            boolean diskOnly = state.equals("stopped") && machine.isPresent() && seen.isEmpty();
            if (expected != null
                    && !diskOnly
                    && !disturbed.contains(id)
                    && !seen.equals(Optional.of(expected))) {
                violation("server " + id + " is " + state + ", its machine " + seen);
            }
            boolean failedBoot = state.equals("error") && text(row, 5).isEmpty();
            if (failedBoot && machine.isPresent()) {
                violation("the failed boot of " + id + " left a machine or a disk");
            }
            if (failedBoot && !disturbed.contains(id) && !text(row, 4).isEmpty()) {
                violation("the failed boot of " + id + " left it on host " + text(row, 4));
            }
            if (machine.isPresent() && !disturbed.contains(id) && !clients.tookAway()) {
                interfaces(id, machine.get());
            }
        }
        for (UUID id : world.machines().keySet()) {
            if (rows("select 1 from compute.server where deleted = 0 and id = '" + id + "'")
                    .isEmpty()) {
                violation("machine or disk " + id + " is no server's");
            }
            int rebuilds =
                    rows("select 1 from operation.durable_operation where kind = 'compute.rebuild'"
                                    + " and resource_id = '"
                                    + id
                                    + "'")
                            .size();
            if (world.disksMade(id) > 1 + rebuilds) {
                violation("the disk of " + id + " was made " + world.disksMade(id) + " times");
            }
        }
    }

    private void interfaces(UUID server, World.Machine machine) {
        Set<UUID> ports = new HashSet<>();
        rows("select id from network.port where attached_at is not null and device_id = '"
                        + server
                        + "'")
                .forEach(row -> ports.add(id(row, 0)));
        if (machine.power().isPresent()
                && machine.power().get() == PowerState.RUNNING
                && !machine.nics().equals(ports)) {
            violation(
                    "machine "
                            + server
                            + " has the ports "
                            + machine.nics()
                            + ", its server "
                            + ports);
        }
    }

    private void operations(boolean provoked) {
        for (Record row :
                rows(
                        "select resource_id, kind, failure from operation.durable_operation where"
                                + " state = 'FAILED'")) {
            boolean cancelled =
                    text(row, 2).contains("is being deleted")
                            || text(row, 2).contains("state was reset")
                            || text(row, 2).contains("server is deleted");
            if (!provoked && !cancelled) {
                violation(
                        text(row, 1)
                                + " of "
                                + text(row, 0)
                                + " failed although no engine did: "
                                + text(row, 2));
            }
        }
        for (Record row :
                rows(
                        "select server_id, action from compute.server_action where finished_at is"
                                + " null")) {
            violation("action " + text(row, 1) + " of " + text(row, 0) + " has no end");
        }
        for (Record row :
                rows(
                        "select server_id, status from compute.migration where status in"
                                + " ('migrating', 'reverting', 'confirming')")) {
            violation("the migration of " + text(row, 0) + " is " + text(row, 1) + " for ever");
        }
    }

    private void transitions() {
        for (Record row :
                rows(
                        "select server, from_state, from_task, to_state, to_task, gone from"
                                + " simulation.transition order by id")) {
            String from = text(row, 1);
            String to = text(row, 3);
            String text =
                    "server "
                            + text(row, 0)
                            + " went from "
                            + from
                            + "/"
                            + text(row, 2)
                            + " to "
                            + to
                            + "/"
                            + text(row, 4);
            boolean allowed = from.equals(to) || STEPS.getOrDefault(from, Set.of()).contains(to);
            if (!allowed && !clients.touched().contains(id(row, 0))) {
                violation(text);
            }
            boolean gone = text(row, 5).equals("true") || text(row, 5).equals("1");
            if (gone) {
                violation(text + " after it was deleted");
            }
            if (text(row, 2).equals("deleting")
                    && !text(row, 4).equals("deleting")
                    && !to.equals("deleted")
                    && !to.equals("error")) {
                violation(text + " although it was being deleted");
            }
        }
    }

    private void allocations() {
        for (Record row :
                rows(
                        "select s.id, s.vm_state, s.vcpus, s.memory_mb, s.host, (select sum(used)"
                                + " from placement.allocation a where a.consumer_id = s.id and"
                                + " resource_class = 'VCPU'), (select sum(used) from"
                                + " placement.allocation a where a.consumer_id = s.id and"
                                + " resource_class = 'MEMORY_MB'), (select count(distinct provider_id)"
                                + " from placement.allocation a where a.consumer_id = s.id) from"
                                + " compute.server s where deleted = 0 and s.vm_state <> 'resized'")) {
            boolean placed = !text(row, 4).isEmpty();
            String wanted =
                    placed
                            ? text(row, 2) + " cores, " + text(row, 3) + " MB, 1 hosts"
                            : "0 cores, 0 MB, 0 hosts";
            String held =
                    number(row, 5)
                            + " cores, "
                            + number(row, 6)
                            + " MB, "
                            + number(row, 7)
                            + " hosts";
            if (!wanted.equals(held)) {
                violation(
                        "server "
                                + text(row, 0)
                                + " ("
                                + text(row, 1)
                                + ") needs "
                                + wanted
                                + " and holds "
                                + held);
            }
        }
        for (Record row :
                rows(
                        "select distinct consumer_id from placement.allocation where consumer_id"
                                + " not in (select id from compute.server where deleted = 0)")) {
            violation("an allocation of " + text(row, 0) + ", which does not exist");
        }
        for (Record row :
                rows(
                        "select id from placement.consumer where id not in (select consumer_id from"
                                + " placement.allocation)")) {
            violation("a consumer " + text(row, 0) + " without an allocation");
        }
    }

    private static String number(Record row, int field) {
        return row.get(field) == null ? "0" : text(row, field);
    }

    private void ports() {
        Set<UUID> known = new HashSet<>();
        for (Record row :
                rows(
                        "select id, device_id, status, admin_state_up, device_owner from"
                                + " network.port where device_owner not in ('network:router_interface',"
                                + " 'network:router_gateway')")) {
            UUID port = id(row, 0);
            known.add(port);
            String device = text(row, 1);
            boolean attached = text(row, 4).startsWith("compute:");
            if (attached
                    && rows("select 1 from compute.server where deleted = 0 and id = '"
                                    + device
                                    + "'")
                            .isEmpty()) {
                violation("port " + port + " belongs to " + device + ", which does not exist");
            }
            if (!attached && world.plugged().contains(port)) {
                violation("port " + port + " is plugged and belongs to nobody");
            }
            if (attached
                    && world.plugged().contains(port)
                    && !world.machines().containsKey(UUID.fromString(device))) {
                violation("port " + port + " is plugged, and there is no machine " + device);
            }
            if (attached && world.plugged().contains(port) != text(row, 2).equals("ACTIVE")) {
                violation(
                        "port "
                                + port
                                + " is shown "
                                + text(row, 2)
                                + ", plugged: "
                                + world.plugged().contains(port));
            }
        }
        for (UUID port : world.plugged()) {
            if (!known.contains(port)) {
                violation("port " + port + " is plugged and does not exist");
            }
        }
        same(IntentKind.PORT, known);
        same(IntentKind.NETWORK, ids("select id from network.network"));
        same(IntentKind.ROUTER, ids("select id from network.router"));
        same(IntentKind.SECURITY_GROUP, ids("select id from network.security_group"));
        for (Record row :
                rows(
                        "select port_id from network.ip_allocation where port_id not in (select id"
                                + " from network.port)")) {
            violation("an address of port " + text(row, 0) + ", which does not exist");
        }
    }

    private Set<UUID> ids(String query) {
        Set<UUID> ids = new HashSet<>();
        rows(query).forEach(row -> ids.add(id(row, 0)));
        return ids;
    }

    private void same(IntentKind kind, Set<UUID> wanted) {
        if (!world.realised(kind).equals(wanted)) {
            violation(
                    kind
                            + "S: "
                            + wanted
                            + " should be realised, "
                            + world.realised(kind)
                            + " are");
        }
    }

    private void images() {
        for (Record row :
                rows(
                        "select id, status from image.image where status not in ('active',"
                                + " 'deleted')")) {
            violation("image " + text(row, 0) + " is " + text(row, 1) + " for ever");
        }
    }

    private void promises() {
        for (UUID server : clients.created()) {
            if (rows("select 1 from compute.server where id = '" + server + "'").isEmpty()) {
                violation("server " + server + " was accepted and is not there");
            }
        }
        for (UUID server : clients.deleted()) {
            boolean there =
                    !rows("select 1 from compute.server where deleted = 0 and id = '"
                                    + server
                                    + "'")
                            .isEmpty();
            boolean refused =
                    !rows("select 1 from operation.durable_operation where kind = 'compute.delete'"
                                    + " and state = 'FAILED' and resource_id = '"
                                    + server
                                    + "'")
                            .isEmpty();
            if (there && !refused) {
                violation("the deletion of " + server + " was accepted, and it is still there");
            }
        }
        Map<UUID, String> last = new java.util.LinkedHashMap<>();
        rows("select resource_id, kind, state from operation.durable_operation where resource_type"
                        + " = 'server' order by sequence")
                .forEach(row -> {
                    String after = AFTER.get(text(row, 1));
                    if (after != null && text(row, 2).equals("SUCCEEDED")) {
                        last.put(id(row, 0), after);
                    } else if (text(row, 2).equals("FAILED")
                            || List.of(
                                            "compute.rebuild",
                                            "compute.resize",
                                            "compute.revert-resize",
                                            "compute.reset-state")
                                    .contains(text(row, 1))) {
                        last.remove(id(row, 0));
                    }
                });
        last.forEach((server, state) -> {
            boolean confirmed =
                    !rows("select 1 from compute.migration where server_id = '" + server + "'")
                            .isEmpty();
            String now =
                    rows("select vm_state from compute.server where id = '" + server + "'").stream()
                            .map(row -> text(row, 0))
                            .findFirst()
                            .orElse("unknown");
            if (!confirmed
                    && !clients.touched().contains(server)
                    && !world.fellDown().contains(server)
                    && !now.equals(state)) {
                violation(
                        "server "
                                + server
                                + " should be "
                                + state
                                + " after its last operation, and is "
                                + now);
            }
        });
    }

    /** After users deleted all they had. */
    void nothingLeft() {
        for (Record row :
                rows(
                        "select id, vm_state, task_state, fault_message from compute.server where"
                                + " deleted = 0")) {
            violation("a server is left: " + row.intoList());
        }
        for (Record row :
                rows(
                        "select id, device_owner, device_id from network.port where device_owner <>"
                                + " 'network:distributed'")) {
            violation("a port is left: " + row.intoList());
        }
        world.machines().keySet().forEach(id -> violation("machine or disk " + id + " is left"));
        world.plugged().forEach(id -> violation("port " + id + " is left plugged"));
        if (!rows("select 1 from placement.allocation").isEmpty()) {
            violation("an allocation is left");
        }
    }
}
