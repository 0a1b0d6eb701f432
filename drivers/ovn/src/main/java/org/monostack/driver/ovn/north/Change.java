package org.monostack.driver.ovn.north;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.driver.ovn.north.NorthboundSchema.Parent;
import org.monostack.driver.ovn.ovsdb.NamedUuid;
import org.monostack.driver.ovn.ovsdb.OvsdbTransaction;
import org.monostack.driver.ovn.ovsdb.Replica;
import org.monostack.driver.ovn.ovsdb.Row;
import org.monostack.driver.ovn.ovsdb.Value;

/**
 * What must be written so that the rows of one owner become what is wanted. The caller names every
 * row the owner shall have, then {@link #removeUnwanted} takes care of the rest; rows that are
 * right already cost nothing. Used once, by one thread, while nobody else writes.
 */
final class Change {

    /** A row that is there, or that this change inserts. */
    record Ref(String table, Object uuid, Optional<Row> row) {}

    private final Replica replica;
    private final String owner;
    private final OvsdbTransaction transaction = new OvsdbTransaction();
    private final Map<String, Ref> wanted = new HashMap<>();
    private final Set<Object> touched = new HashSet<>();

    Change(Replica replica, String owner) {
        this.replica = replica;
        this.owner = owner;
    }

    OvsdbTransaction transaction() {
        return transaction;
    }

    /** How many rows are created, changed or removed. */
    int size() {
        return touched.size();
    }

    /** Makes this owner have that row, with exactly these columns and tags. */
    Ref want(String table, String key, Map<String, Value> columns, Map<String, String> tags) {
        Ref ref = ensure(table, key, owner, columns, tags);
        ref.row().ifPresent(row -> update(ref, row, columns(key, owner, columns, tags)));
        return ref;
    }

    /** As {@link #want}, below a parent. */
    Ref wantIn(
            Ref parent,
            String table,
            String key,
            Map<String, Value> columns,
            Map<String, String> tags) {
        Ref ref = want(table, key, columns, tags);
        adopt(parent, ref);
        return ref;
    }

    /** Makes a row of another owner exist, so that it can be referred to; never changes one. */
    Ref placeholder(String table, String key, String itsOwner, Map<String, Value> columns) {
        return ensure(table, key, itsOwner, columns, Map.of());
    }

    /** As {@link #placeholder}, below a parent. */
    Ref placeholderIn(
            Ref parent, String table, String key, String itsOwner, Map<String, Value> columns) {
        Ref ref = placeholder(table, key, itsOwner, columns);
        adopt(parent, ref);
        return ref;
    }

    /** A row wanted before in this change, or there already. */
    Optional<Ref> find(String table, String key) {
        Ref known = wanted.get(table + " " + key);
        if (known != null) {
            return Optional.of(known);
        }
        return replica.tagged(table, NorthboundSchema.KEY, key).stream()
                .findFirst()
                .map(row -> new Ref(table, row.uuid(), Optional.of(row)));
    }

    /** Sets some columns of an existing row of whatever owner. */
    void patch(String table, Row row, Map<String, Value> columns) {
        update(new Ref(table, row.uuid(), Optional.of(row)), row, columns);
    }

    /** Makes {@code member} be named by that column of exactly these rows of the table. */
    void memberOf(String table, String column, Ref member, Collection<Ref> groups) {
        Set<Object> wantedGroups = new HashSet<>();
        for (Ref group : groups) {
            wantedGroups.add(group.uuid());
            boolean there = group.row().isPresent() && names(group.row().get(), column, member);
            if (!there) {
                transaction.add(table, group.uuid(), column, Value.of(member.uuid()));
                touched.add(group.uuid());
            }
        }
        if (member.row().isPresent()) {
            for (Row group : replica.rows(table)) {
                if (!wantedGroups.contains(group.uuid()) && names(group, column, member)) {
                    transaction.take(table, group.uuid(), column, Value.of(member.uuid()));
                    touched.add(group.uuid());
                }
            }
        }
    }

    /** Removes the owner's rows that were not wanted. */
    void removeUnwanted() {
        Set<Object> kept = new HashSet<>();
        wanted.values().forEach(ref -> kept.add(ref.uuid()));
        for (String table : NorthboundSchema.TABLES) {
            for (Row row : replica.tagged(table, NorthboundSchema.OWNER, owner)) {
                if (!kept.contains(row.uuid())) {
                    remove(table, row.uuid());
                }
            }
        }
    }

    Replica replica() {
        return replica;
    }

    private Ref ensure(
            String table,
            String key,
            String itsOwner,
            Map<String, Value> columns,
            Map<String, String> tags) {
        Optional<Ref> found = find(table, key);
        if (found.isPresent()) {
            wanted.put(table + " " + key, found.get());
            return found.get();
        }
        NamedUuid name = transaction.insert(table, columns(key, itsOwner, columns, tags));
        touched.add(name);
        Ref ref = new Ref(table, name, Optional.empty());
        wanted.put(table + " " + key, ref);
        return ref;
    }

    private static Map<String, Value> columns(
            String key, String itsOwner, Map<String, Value> columns, Map<String, String> tags) {
        Map<String, String> externalIds = new HashMap<>(tags);
        externalIds.put(NorthboundSchema.KEY, key);
        externalIds.put(NorthboundSchema.OWNER, itsOwner);
        Map<String, Value> all = new HashMap<>(columns);
        all.put("external_ids", Value.map(externalIds));
        return all;
    }

    private void update(Ref ref, Row row, Map<String, Value> columns) {
        Map<String, Value> different = new HashMap<>(columns);
        different
                .entrySet()
                .removeIf(e -> withoutRevision(e).equals(withoutRevision(row, e.getKey())));
        if (!different.isEmpty()) {
            transaction.update(ref.table(), row.uuid(), different);
            touched.add(row.uuid());
        }
    }

    // A revision rises with whatever the API shows, a status say; alone it is nothing to write.
    private static Value withoutRevision(Row row, String column) {
        return withoutRevision(Map.entry(column, row.value(column)));
    }

    private static Value withoutRevision(Map.Entry<String, Value> column) {
        if (column.getKey().equals("external_ids")
                && column.getValue() instanceof Value.Pairs tags
                && tags.entries().containsKey(Names.REVISION)) {
            Map<Object, Object> others = new HashMap<>(tags.entries());
            others.remove(Names.REVISION);
            return new Value.Pairs(others);
        }
        return column.getValue();
    }

    private void adopt(Ref parent, Ref child) {
        Parent link = NorthboundSchema.PARENTS.get(child.table());
        if (link == null || !link.table().equals(parent.table())) {
            throw new IllegalArgumentException(
                    child.table() + " has no place in " + parent.table());
        }
        boolean there = parent.row().isPresent() && names(parent.row().get(), link.column(), child);
        if (there) {
            return;
        }
        if (child.row().isPresent()) {
            // It hangs elsewhere, for instance in a network that it has left.
            for (Row other : parentsOf(child.table(), (UUID) child.uuid())) {
                transaction.take(link.table(), other.uuid(), link.column(), Value.of(child.uuid()));
            }
        }
        transaction.add(link.table(), parent.uuid(), link.column(), Value.of(child.uuid()));
        touched.add(child.uuid());
    }

    /** Removes one row, whosever it is. */
    void remove(String table, UUID uuid) {
        Parent link = NorthboundSchema.PARENTS.get(table);
        if (link == null) {
            transaction.delete(table, uuid);
        } else {
            for (Row parent : parentsOf(table, uuid)) {
                transaction.take(link.table(), parent.uuid(), link.column(), Value.of(uuid));
            }
        }
        touched.add(uuid);
    }

    private List<Row> parentsOf(String table, UUID uuid) {
        List<Row> parents = new ArrayList<>();
        Parent link = NorthboundSchema.PARENTS.get(table);
        if (link != null) {
            for (Row row : replica.rows(link.table())) {
                if (row.refersTo(link.column(), uuid)) {
                    parents.add(row);
                }
            }
        }
        return parents;
    }

    private static boolean names(Row row, String column, Ref target) {
        return target.uuid() instanceof UUID uuid && row.refersTo(column, uuid);
    }
}
