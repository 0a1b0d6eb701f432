package org.monostack.placement.invariant;

import static org.monostack.placement.jooq.Tables.ALLOCATION;
import static org.monostack.placement.jooq.Tables.CONSUMER;
import static org.monostack.placement.jooq.Tables.INVENTORY;

import java.math.BigDecimal;
import java.util.List;
import org.jooq.impl.DSL;
import org.monostack.platform.database.Database;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;

/** Who holds what adds up. Whether consumers exist is known to those whose servers they are. */
public final class PlacementInvariants {
    private final Database database;

    public PlacementInvariants(Database database) {
        this.database = database;
    }

    public List<Invariant> all() {
        return List.of(
                Invariant.of(
                        "placement.capacity",
                        "nobody holds more of a provider than it has to give",
                        this::overCapacity),
                Invariant.of(
                        "placement.consumers", "a consumer holds something", this::idleConsumers));
    }

    private List<Violation> overCapacity() {
        var used = DSL.sum(ALLOCATION.USED);
        return database.inTransaction(tx ->
                tx
                        .sql()
                        .select(
                                ALLOCATION.PROVIDER_ID,
                                ALLOCATION.RESOURCE_CLASS,
                                used,
                                INVENTORY.TOTAL,
                                INVENTORY.RESERVED,
                                INVENTORY.ALLOCATION_RATIO)
                        .from(ALLOCATION)
                        .leftJoin(INVENTORY)
                        .on(INVENTORY.PROVIDER_ID.eq(ALLOCATION.PROVIDER_ID))
                        .and(INVENTORY.RESOURCE_CLASS.eq(ALLOCATION.RESOURCE_CLASS))
                        .groupBy(
                                ALLOCATION.PROVIDER_ID,
                                ALLOCATION.RESOURCE_CLASS,
                                INVENTORY.TOTAL,
                                INVENTORY.RESERVED,
                                INVENTORY.ALLOCATION_RATIO)
                        .fetch()
                        .stream()
                        .filter(row ->
                                row.value4() == null
                                        || row.value3()
                                                        .compareTo(
                                                                capacity(
                                                                        row.value4(),
                                                                        row.value5(),
                                                                        row.value6()))
                                                > 0)
                        .map(row ->
                                Violation.of(
                                        Severity.WARNING,
                                        "resource provider",
                                        row.value1(),
                                        row.value4() == null
                                                ? row.value3()
                                                        + " of "
                                                        + row.value2()
                                                        + " is held of a provider that has none"
                                                : row.value3()
                                                        + " of "
                                                        + row.value2()
                                                        + " is held, more than the "
                                                        + capacity(
                                                                row.value4(),
                                                                row.value5(),
                                                                row.value6())
                                                        + " there are; move servers away"))
                        .toList());
    }

    private static BigDecimal capacity(long total, long reserved, double ratio) {
        return BigDecimal.valueOf((long) ((total - reserved) * ratio));
    }

    private List<Violation> idleConsumers() {
        var holdsNothing =
                DSL.notExists(
                        DSL.selectOne()
                                .from(ALLOCATION)
                                .where(ALLOCATION.CONSUMER_ID.eq(CONSUMER.ID)));
        return database.inTransaction(tx ->
                tx
                        .sql()
                        .select(CONSUMER.ID)
                        .from(CONSUMER)
                        .where(holdsNothing)
                        .fetch(CONSUMER.ID)
                        .stream()
                        .map(id ->
                                Violation.repairedBy(
                                        Severity.WARNING,
                                        "consumer",
                                        id,
                                        "the consumer is known and holds nothing",
                                        () ->
                                                database.<Integer>inTransaction(again ->
                                                        again.sql()
                                                                .deleteFrom(CONSUMER)
                                                                .where(CONSUMER.ID.eq(id))
                                                                .and(holdsNothing)
                                                                .execute())
                                                        > 0))
                        .toList());
    }
}
