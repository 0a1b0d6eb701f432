package org.monostack.driver.ovn.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.driver.ovn.ovsdb.NamedUuid;
import org.monostack.driver.ovn.ovsdb.OvsdbClient;
import org.monostack.driver.ovn.ovsdb.OvsdbEndpoint;
import org.monostack.driver.ovn.ovsdb.OvsdbTransaction;
import org.monostack.driver.ovn.ovsdb.Replica;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.driver.ovn.ovsdb.RowListener;
import org.monostack.driver.ovn.ovsdb.Value;

/**
 * Open vSwitch's own database on this host: bridges, their ports, and what OVN's controller is told
 * here. Every method is idempotent and one transaction at most. Thread-safe; two callers adding the
 * same port meet the database's own uniqueness.
 */
public final class ChassisDatabase implements AutoCloseable {

    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(10);
    private static final String ROOT = "Open_vSwitch";

    private final OvsdbClient client;

    public ChassisDatabase(OvsdbEndpoint endpoint) {
        this.client =
                new OvsdbClient(
                                endpoint,
                                ROOT,
                                Map.of(
                                        ROOT,
                                        List.of("bridges", "external_ids", "next_cfg", "cur_cfg"),
                                        "Bridge",
                                        List.of(
                                                "name",
                                                "ports",
                                                "datapath_type",
                                                "fail_mode",
                                                "other_config"),
                                        "Port",
                                        List.of("name", "interfaces"),
                                        "Interface",
                                        List.of(
                                                "name",
                                                "type",
                                                "external_ids",
                                                "ofport",
                                                "ifindex",
                                                "error")),
                                Set.of())
                        .start();
    }

    public void awaitReady(Duration patience) {
        client.awaitReady(patience);
    }

    public void onRowChange(RowListener listener) {
        client.onRowChange(listener);
    }

    /** Writes what OVN's controller reads here, leaving other entries as they are. */
    void configure(Map<String, String> externalIds) {
        Optional<Row> root = replica().single(ROOT);
        OvsdbTransaction transaction = new OvsdbTransaction();
        if (root.isEmpty()) {
            transaction.insert(ROOT, Map.of("external_ids", Value.map(externalIds)));
        } else {
            Map<String, String> wanted = root.get().map("external_ids");
            wanted.putAll(externalIds);
            if (!wanted.equals(root.get().map("external_ids"))) {
                transaction.update(
                        ROOT, root.get().uuid(), Map.of("external_ids", Value.map(wanted)));
            }
        }
        send(transaction);
    }

    /** One of the entries that {@link #configure} writes. */
    Optional<String> setting(String name) {
        return replica().single(ROOT).flatMap(row -> row.entry("external_ids", name));
    }

    void ensureBridge(String name, Datapath datapath, boolean secure) {
        Map<String, Value> columns = new HashMap<>();
        columns.put("datapath_type", Value.of(datapath.type()));
        columns.put("fail_mode", Value.of(secure ? "secure" : "standalone"));
        OvsdbTransaction transaction = new OvsdbTransaction();
        Optional<Row> bridge = replica().named("Bridge", name);
        if (bridge.isPresent()) {
            columns.entrySet().removeIf(e -> e.getValue().equals(bridge.get().value(e.getKey())));
            if (!columns.isEmpty()) {
                transaction.update("Bridge", bridge.get().uuid(), columns);
            }
        } else {
            NamedUuid device =
                    transaction.insert(
                            "Interface",
                            Map.of("name", Value.of(name), "type", Value.of("internal")));
            NamedUuid port =
                    transaction.insert(
                            "Port", Map.of("name", Value.of(name), "interfaces", Value.of(device)));
            columns.put("name", Value.of(name));
            columns.put("ports", Value.of(port));
            NamedUuid row = transaction.insert("Bridge", columns);
            transaction.add(ROOT, root().uuid(), "bridges", Value.of(row));
        }
        send(transaction);
    }

    /** Fixes the hardware address of a bridge's own device; empty: Open vSwitch chooses. */
    void bridgeMac(String bridge, Optional<String> mac) {
        Row row = bridge(bridge);
        Map<String, String> config = row.map("other_config");
        if (mac.isPresent()) {
            config.put("hwaddr", mac.get());
        } else {
            config.remove("hwaddr");
        }
        if (!config.equals(row.map("other_config"))) {
            send(
                    new OvsdbTransaction()
                            .update(
                                    "Bridge",
                                    row.uuid(),
                                    Map.of("other_config", Value.map(config))));
        }
    }

    /** Connects an existing device to a bridge and waits until the switch has taken it. */
    public void ensurePort(String bridge, String device, Map<String, String> externalIds) {
        Row row = bridge(bridge);
        Optional<Row> port = replica().named("Port", device);
        OvsdbTransaction transaction = new OvsdbTransaction();
        if (port.isPresent() && !row.refersTo("ports", port.get().uuid())) {
            throw new EngineException(device + " is already a port of another bridge");
        }
        if (port.isPresent()) {
            Optional<Row> taken = replica().named("Interface", device);
            if (taken.isPresent() && !taken.get().map("external_ids").equals(externalIds)) {
                transaction.update(
                        "Interface",
                        taken.get().uuid(),
                        Map.of("external_ids", Value.map(externalIds)));
            }
        } else {
            NamedUuid taken =
                    transaction.insert(
                            "Interface",
                            Map.of(
                                    "name",
                                    Value.of(device),
                                    "external_ids",
                                    Value.map(externalIds)));
            NamedUuid added =
                    transaction.insert(
                            "Port",
                            Map.of("name", Value.of(device), "interfaces", Value.of(taken)));
            transaction.add("Bridge", row.uuid(), "ports", Value.of(added));
        }
        send(transaction);
        if (!replica().await(all -> hasOpenFlowPort(all, device), APPLY_PATIENCE)) {
            String error =
                    replica()
                            .named("Interface", device)
                            .map(taken -> taken.string("error"))
                            .orElse("");
            throw new EngineException("the switch did not take device " + device + ": " + error);
        }
    }

    /** Disconnects devices; names that are not connected are ignored. */
    public void removePorts(List<String> devices) {
        OvsdbTransaction transaction = new OvsdbTransaction();
        for (String device : devices) {
            Optional<Row> port = replica().named("Port", device);
            if (port.isEmpty()) {
                continue;
            }
            for (Row bridge : replica().rows("Bridge")) {
                if (bridge.refersTo("ports", port.get().uuid())) {
                    transaction.take("Bridge", bridge.uuid(), "ports", Value.of(port.get().uuid()));
                }
            }
        }
        send(transaction);
    }

    public boolean hasPort(String device) {
        return replica().named("Port", device).isPresent();
    }

    /** The devices whose {@code external_ids} carry that key, by its value. */
    public Map<String, String> devicesBy(String externalId) {
        Map<String, String> devices = new HashMap<>();
        for (Row row : replica().rows("Interface")) {
            row.entry("external_ids", externalId)
                    .ifPresent(value -> devices.put(value, row.string("name")));
        }
        return devices;
    }

    /** The different values that interfaces carry under that key in {@code external_ids}. */
    public Set<String> valuesOf(String externalId) {
        return devicesBy(externalId).keySet();
    }

    /** Waits until ovs-vswitchd has applied all that was written so far. */
    public void awaitApplied(Duration patience) {
        Row root = root();
        OvsdbTransaction transaction = new OvsdbTransaction();
        transaction.mutate(ROOT, root.uuid(), "next_cfg", "+=", Value.of(1L));
        client.transact(transaction);
        long wanted = root().number("next_cfg").orElse(0L);
        boolean applied =
                replica()
                        .await(
                                all ->
                                        all.single(ROOT)
                                                .flatMap(row -> row.number("cur_cfg"))
                                                .map(current -> current >= wanted)
                                                .orElse(false),
                                patience);
        if (!applied) {
            throw new EngineException("ovs-vswitchd does not apply its configuration");
        }
    }

    private static boolean hasOpenFlowPort(Replica all, String device) {
        return all.named("Interface", device)
                .flatMap(row -> row.number("ofport"))
                .map(number -> number > 0)
                .orElse(false);
    }

    private void send(OvsdbTransaction transaction) {
        if (!transaction.isEmpty()) {
            // As ovs-vsctl does: whoever waits for the switch sees that something is new.
            replica()
                    .single(ROOT)
                    .ifPresent(root ->
                            transaction.mutate(ROOT, root.uuid(), "next_cfg", "+=", Value.of(1L)));
            client.transact(transaction);
        }
    }

    private Row root() {
        return replica()
                .single(ROOT)
                .orElseThrow(() -> new EngineException("the chassis database is empty"));
    }

    private Row bridge(String name) {
        return replica()
                .named("Bridge", name)
                .orElseThrow(() -> new EngineException("there is no bridge " + name));
    }

    private Replica replica() {
        return client.replica();
    }

    @Override
    public void close() {
        client.close();
    }
}
