package org.monostack.driver.ovn.ovsdb;

import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Operations that the server carries out together or not at all. Collected by one thread, sent by
 * {@link OvsdbClient#transact}.
 */
public final class OvsdbTransaction {

    private final ArrayNode operations = JsonNodeFactory.instance.arrayNode();
    private int named;

    /**
     * Inserts a row and gives the name under which the rest of this transaction may refer to it.
     */
    public NamedUuid insert(String table, Map<String, Value> columns) {
        NamedUuid name = new NamedUuid("row" + named++);
        ObjectNode operation = operation("insert", table);
        operation.set("row", row(columns));
        operation.put("uuid-name", name.name());
        return name;
    }

    public OvsdbTransaction update(String table, UUID row, Map<String, Value> columns) {
        ObjectNode operation = operation("update", table);
        operation.set("where", isRow(row));
        operation.set("row", row(columns));
        return this;
    }

    /** Adds to a set or map column of an existing row; {@code row} may be a {@link NamedUuid}. */
    public OvsdbTransaction add(String table, Object row, String column, Value value) {
        return mutate(table, row, column, "insert", value);
    }

    /** Takes out of a set or map column. */
    public OvsdbTransaction take(String table, Object row, String column, Value value) {
        return mutate(table, row, column, "delete", value);
    }

    /** {@code mutator} is one of the protocol's: {@code +=}, {@code insert}, {@code delete}... */
    public OvsdbTransaction mutate(
            String table, Object row, String column, String mutator, Value value) {
        ObjectNode operation = operation("mutate", table);
        operation.set("where", isRow(row));
        operation.putArray("mutations").addArray().add(column).add(mutator).add(value.toJson());
        return this;
    }

    public OvsdbTransaction delete(String table, UUID row) {
        operation("delete", table).set("where", isRow(row));
        return this;
    }

    /** Reads rows whose column equals the value; the answer comes in {@code transact}'s result. */
    public OvsdbTransaction select(String table, String column, Value value) {
        operation("select", table).set("where", where(column, value));
        return this;
    }

    /**
     * Fails the transaction at once unless the column of that row still holds the value: guards
     * what was decided on from what was read.
     */
    public OvsdbTransaction expect(String table, UUID row, String column, Value value) {
        ObjectNode operation = operation("wait", table);
        operation.put("timeout", 0);
        operation.set("where", isRow(row));
        operation.putArray("columns").add(column);
        operation.put("until", "==");
        operation.putArray("rows").addObject().set(column, value.toJson());
        return this;
    }

    public int size() {
        return operations.size();
    }

    public boolean isEmpty() {
        return operations.isEmpty();
    }

    ArrayNode operations() {
        return operations;
    }

    private ObjectNode operation(String name, String table) {
        return operations.addObject().put("op", name).put("table", table);
    }

    private static ObjectNode row(Map<String, Value> columns) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        columns.forEach((name, value) -> row.set(name, value.toJson()));
        return row;
    }

    private static JsonNode isRow(Object row) {
        return where("_uuid", Value.of(row));
    }

    private static ArrayNode where(String column, Value value) {
        ArrayNode where = JsonNodeFactory.instance.arrayNode();
        where.addArray().add(column).add("==").add(value.toJson());
        return where;
    }
}
