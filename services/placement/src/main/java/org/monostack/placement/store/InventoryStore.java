package org.monostack.placement.store;

import static org.monostack.placement.jooq.Tables.ALLOCATION;
import static org.monostack.placement.jooq.Tables.INVENTORY;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.monostack.placement.Capacity;
import org.monostack.placement.Inventory;
import org.monostack.placement.jooq.tables.records.InventoryRecord;
import org.monostack.placement.model.StoredInventory;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** What providers have, one row per provider and resource class. */
public final class InventoryStore {
    private final Derived<Boolean, Map<UUID, Map<String, Inventory>>> everything;

    public InventoryStore(Database database) {
        this.everything = new Derived<>(database.changes("placement.inventory"), 1);
    }

    /** By resource class. */
    public Map<String, StoredInventory> of(Transaction tx, UUID provider) {
        Map<String, StoredInventory> found = new LinkedHashMap<>();
        tx.sql()
                .selectFrom(INVENTORY)
                .where(INVENTORY.PROVIDER_ID.eq(provider.toString()))
                .orderBy(INVENTORY.RESOURCE_CLASS)
                .forEach(row -> found.put(row.getResourceClass(), stored(row)));
        return found;
    }

    /** What a provider has and what is held of it, by resource class. */
    public Map<String, Capacity> capacities(Transaction tx, UUID provider) {
        Field<BigDecimal> used =
                DSL.field(
                        DSL.select(DSL.sum(ALLOCATION.USED))
                                .from(ALLOCATION)
                                .where(
                                        ALLOCATION.PROVIDER_ID.eq(provider.toString()),
                                        ALLOCATION.RESOURCE_CLASS.eq(INVENTORY.RESOURCE_CLASS)));
        Map<String, Capacity> found = new LinkedHashMap<>();
        tx.sql()
                .select(INVENTORY.fields())
                .select(used)
                .from(INVENTORY)
                .where(INVENTORY.PROVIDER_ID.eq(provider.toString()))
                .orderBy(INVENTORY.RESOURCE_CLASS)
                .forEach(row -> {
                    BigDecimal sum = row.get(used);
                    found.put(
                            row.get(INVENTORY.RESOURCE_CLASS),
                            new Capacity(
                                    stored(row).inventory(),
                                    sum == null ? 0 : sum.longValueExact()));
                });
        return found;
    }

    /**
     * All of all providers, by provider and resource class, as they were at the transaction's first
     * look at any.
     */
    public Map<UUID, Map<String, Inventory>> all(Transaction tx) {
        return everything.get(tx, true, key -> readAll(tx));
    }

    private static Map<UUID, Map<String, Inventory>> readAll(Transaction tx) {
        Map<UUID, Map<String, Inventory>> found = new HashMap<>();
        tx.sql()
                .selectFrom(INVENTORY)
                .forEach(row ->
                        found.computeIfAbsent(
                                        Columns.uuid(row.getProviderId()),
                                        key -> new LinkedHashMap<>())
                                .put(row.getResourceClass(), stored(row).inventory()));
        return found;
    }

    /** Adds or replaces one inventory. */
    public void put(Transaction tx, UUID provider, String resourceClass, Inventory inventory) {
        LocalDateTime now = Times.toDb(Times.now());
        int updated =
                tx.sql()
                        .update(INVENTORY)
                        .set(INVENTORY.TOTAL, inventory.total())
                        .set(INVENTORY.RESERVED, inventory.reserved())
                        .set(INVENTORY.MIN_UNIT, inventory.minUnit())
                        .set(INVENTORY.MAX_UNIT, inventory.maxUnit())
                        .set(INVENTORY.STEP_SIZE, inventory.stepSize())
                        .set(INVENTORY.ALLOCATION_RATIO, inventory.allocationRatio())
                        .set(INVENTORY.UPDATED_AT, now)
                        .set(INVENTORY.REVISION, INVENTORY.REVISION.plus(1))
                        .where(INVENTORY.PROVIDER_ID.eq(provider.toString()))
                        .and(INVENTORY.RESOURCE_CLASS.eq(resourceClass))
                        .execute();
        if (updated == 1) {
            return;
        }
        tx.sql()
                .insertInto(INVENTORY)
                .set(INVENTORY.PROVIDER_ID, provider.toString())
                .set(INVENTORY.RESOURCE_CLASS, resourceClass)
                .set(INVENTORY.TOTAL, inventory.total())
                .set(INVENTORY.RESERVED, inventory.reserved())
                .set(INVENTORY.MIN_UNIT, inventory.minUnit())
                .set(INVENTORY.MAX_UNIT, inventory.maxUnit())
                .set(INVENTORY.STEP_SIZE, inventory.stepSize())
                .set(INVENTORY.ALLOCATION_RATIO, inventory.allocationRatio())
                .set(INVENTORY.CREATED_AT, now)
                .set(INVENTORY.UPDATED_AT, now)
                .set(INVENTORY.REVISION, 0L)
                .execute();
    }

    public void remove(Transaction tx, UUID provider, String resourceClass) {
        tx.sql()
                .deleteFrom(INVENTORY)
                .where(INVENTORY.PROVIDER_ID.eq(provider.toString()))
                .and(INVENTORY.RESOURCE_CLASS.eq(resourceClass))
                .execute();
    }

    /** Whether any provider has an inventory of this class. */
    public boolean anyOf(Transaction tx, String resourceClass) {
        return tx.sql().fetchExists(INVENTORY, INVENTORY.RESOURCE_CLASS.eq(resourceClass));
    }

    private static StoredInventory stored(Record row) {
        InventoryRecord stored = row.into(INVENTORY);
        return new StoredInventory(
                new Inventory(
                        stored.getTotal(),
                        stored.getReserved(),
                        stored.getMinUnit(),
                        stored.getMaxUnit(),
                        stored.getStepSize(),
                        stored.getAllocationRatio()),
                Times.fromDb(stored.getUpdatedAt()));
    }
}
